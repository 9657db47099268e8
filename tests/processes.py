"""A place of its own for real processes: a folder, a migrated database, and the environment that names them."""

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Place:
    """Processes started here share a database and nothing with anybody else."""

    folder: Path
    database_url: str
    settings: Mapping[str, str] = field(default_factory=dict)
    # Words before Python's own: how to get into the network of another host.
    through: Sequence[str] = ()

    @property
    def environment(self) -> dict[str, str]:
        """What a process has to know."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
        return kept | {
            "VAR_DIR": str(self.folder),
            "DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ENV_FILE": os.devnull,
            "CACHE_URL": "locmemcache://",
            "CELERY_BROKER_URL": "memory://",
            "PYTHONPATH": str(ROOT),
            **self.settings,
        }

    def python(self, *words: str | Path, **more: Any) -> "subprocess.Popen[str]":
        """Start Python here; its outputs are pipes."""
        command = [*self.through, sys.executable, *map(str, words)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, text=True, **pipes)

    def run(self, *words: str | Path) -> "subprocess.CompletedProcess[str]":
        """Run Python here to its end."""
        process = self.python(*words)
        out, err = process.communicate()
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def migrate(self) -> None:
        """Make the tables."""
        done = self.run("-c", MIGRATE)
        if done.returncode:
            raise RuntimeError(done.stderr)


# System checks read every URL; tables need none of that.
MIGRATE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, skip_checks=True)
"""


def sqlite_place(folder: Path, *, like: Path | None = None) -> Place:
    """A place on SQLite, migrated; `like` is the folder of a place whose tables are taken over."""
    folder.mkdir(parents=True, exist_ok=True)
    place = Place(folder, f"sqlite:///{folder / 'db.sqlite3'}")
    if like is None:
        place.migrate()
    else:
        shutil.copy(like / "db.sqlite3", folder / "db.sqlite3")
        shutil.copytree(like / "secrets", folder / "secrets", dirs_exist_ok=True)
    return place


@contextmanager
def postgres_place(folder: Path, server: str, *, template: str = "") -> Iterator[Place]:
    """A database of its own on a server, migrated or made after a template, and dropped at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    base, _, _name = server.rpartition("/")
    name = f"place_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(_administration(base), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    place = Place(folder, f"{base}/{name}")
    try:
        if not template:
            place.migrate()
        yield place
    finally:
        with psycopg.connect(_administration(base), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def copy_of(place: Place, folder: Path) -> Iterator[Place]:
    """A place with the same rows and secrets."""
    if place.database_url.startswith("sqlite"):
        yield sqlite_place(folder, like=place.folder)
        return
    shutil.copytree(place.folder / "secrets", folder / "secrets")
    with postgres_place(folder, place.database_url, template=place.database_url.rpartition("/")[2]) as copied:
        yield copied


def _administration(base: str) -> str:
    """How to reach the server itself, out of `postgres://user@/folder`."""
    user, _, host = base.removeprefix("postgres://").partition("@")
    return f"host={host} user={user} dbname=postgres"
