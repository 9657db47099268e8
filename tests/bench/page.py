"""`docs/benchmarks.md`: one section a bench, replaced one by one, so that a run of one keeps the others' figures."""

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench.figures import Bench, Figure
from tests.servers import find_postgres

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench` (one part of it: `make bench ONLY=lists`). Seconds of another machine differ: compare ratios,
and figures of one run. Every section names the commit, the versions and the machine it was measured on.
"""
MARK = "<!-- bench: {name} -->"
SECTION = re.compile(r"^<!-- bench: (?P<name>[a-z_]+) -->\n(?P<text>.*?)(?=^<!-- bench: |\Z)", re.MULTILINE | re.DOTALL)


def section(bench: Bench, figures: Sequence[Figure], *, conditions: str) -> str:
    """A bench's part of the page."""
    lines = [f"## {bench.title}", "", bench.about, "", conditions, ""]
    lines += ["| what | figure | target | peak MB | beside it |", "|---|---|---|---|---|"]
    return "\n".join([*lines, *(figure.row for figure in figures)]) + "\n"


def with_section(page: str, *, name: str, text: str, order: Sequence[str]) -> str:
    """The page with one section put in or replaced. Sections follow `order`; unknown ones go at the end."""
    sections = {found["name"]: found["text"].strip() + "\n" for found in SECTION.finditer(page)} | {name: text}
    names = [known for known in order if known in sections] + sorted(set(sections) - set(order))
    return "\n".join([HEAD, *(f"{MARK.format(name=each)}\n{sections[each]}" for each in names)])


def conditions(name: str) -> str:
    """When, of what, on what and how a section was measured: taken at the start of its run."""
    parts = (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {_commit()}",
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start",
        f"Python {platform.python_version()}, Django {version('django')}, {_postgres_version()}",
        f"`make bench ONLY={name}`",
    )
    return " · ".join(parts)


def _commit() -> str:
    short = _said("git", "rev-parse", "--short", "HEAD") or "unknown"
    changed = _said("git", "status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs/benchmarks.md")
    return f"{short} with changes" if changed else short


def _postgres_version() -> str:
    programs = find_postgres()
    said = _said(str(programs / "postgres"), "--version") if programs else ""
    return f"PostgreSQL {said.split()[2]}" if said else "no PostgreSQL"


def _said(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
