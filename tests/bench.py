"""`make bench`: what the main jobs take on a real shop's file, in time and memory, on throw-away databases.

Writes `docs/benchmarks.md`: figures, machine, versions and command of this run. Seconds of another machine say little;
the rates beside them are what to compare within one run.
"""

import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.processes import Place, postgres_place, sqlite_place
from tests.real_data import REAL_FILE
from tests.servers import find_postgres, postgres_server

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
# The peak of the program itself: what wait() tells of a child counts the size of who started it as well.
MEASURED = """
import runpy, sys
note = sys.argv[1]
del sys.argv[:2]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    with open("/proc/self/status") as status, open(note, "w") as out:
        out.write(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""
AS_OF = "2011-08-31"
STEPS = (
    ("import of the real file", ("import_orders", str(REAL_FILE), "--layout", "online-retail", "--store", "uk"), "rows"),
    ("the same file again", ("import_orders", str(REAL_FILE), "--layout", "online-retail", "--store", "uk"), "rows"),
    ("assumed supply", ("assume_supply", "--store", "uk", "--cover-days", "14", "--lead-days", "7", "--pack", "6"), "skus"),
    ("restock check", ("restock_check", "--store", "uk", "--as-of", AS_OF), "skus"),
    ("RFM segmentation", ("segment_customers", "--store", "uk", "--as-of", AS_OF), "customers"),
    ("monthly report", ("build_report", "monthly", "--store", "uk", "--date", AS_OF), "metrics"),
    ("forecast accuracy, 16 weeks", ("forecast_accuracy", "--weeks", "16", "--store", "uk", "--as-of", AS_OF), "buckets"),
    ("check of the books", ("check_books",), "checks"),
)  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """What one step took, and how many things it went through."""

    name: str
    seconds: float
    megabytes: int
    things: str
    count: int

    @property
    def row(self) -> str:
        rate = f"{self.count / self.seconds:,.0f} {self.things}/s"
        return f"| {self.name} | {self.seconds:.1f} | {self.megabytes} | {self.count:,} {self.things} | {rate} |"


def take(place: Place, name: str, words: tuple[str, ...], things: str) -> Taken:
    """Run a management command and measure it. RuntimeError when it fails."""
    measure, peak = place.folder / "measure.py", place.folder / "peak"
    measure.write_text(MEASURED, encoding="utf-8")
    started = time.monotonic()
    done = place.run(measure, peak, "manage.py", *words)
    seconds = time.monotonic() - started
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    figures = dict(pair.split("=", 1) for pair in done.stdout.splitlines()[-1].split() if "=" in pair)
    return Taken(name, seconds, int(peak.read_text()) // 1024, things, int(figures[things]))


def measured(place: Place, database: str) -> list[str]:
    """The table of one database, printed while it is made."""
    lines = [f"## {database}", "", "| step | s | peak MB | went through | rate |", "|---|---|---|---|---|"]
    for name, words, things in STEPS:
        taken = take(place, name, words, things)
        print(f"{database}: {taken.row}", flush=True)  # noqa: T201
        lines.append(taken.row)
    return [*lines, ""]


def machine() -> list[str]:
    """What the figures were made on."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return [
        "# Benchmarks",
        "",
        "Written by `make bench`. Times of another machine differ; compare rates and memory within one run.",
        "",
        f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {commit.stdout.strip() or 'unknown'}",
        (
            f"- {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start, Python"
            f" {platform.python_version()}"
        ),
        "- data: the order lines of a real shop (320,705 rows), which the project does not carry",
        "",
    ]


def main() -> int:
    """Measure on SQLite, and on PostgreSQL where it is found."""
    if not REAL_FILE.exists():
        print(f"There is nothing to measure: {REAL_FILE} is not there.")  # noqa: T201
        return 0
    lines = machine()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhanggui-bench-")))
        lines += measured(sqlite_place(folder / "sqlite"), "SQLite")
        if find_postgres() is not None:
            place = postgres_place(folder / "postgresql", stack.enter_context(postgres_server()))
            lines += measured(stack.enter_context(place), "PostgreSQL")
    PAGE.write_text("\n".join(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
