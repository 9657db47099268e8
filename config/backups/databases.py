"""One consistent picture of the database, taken while others write, and put back into an empty one."""

import os
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from config.backups.refusals import BackupRefused

# pg_dump and pg_restore read these; a password in the arguments would show in the list of processes.
LIBPQ = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
FILE_NAMES = {"sqlite": "db.sqlite3", "postgresql": "db.pgdump"}


def dump_name() -> str:
    """What the database's file in a backup is called; the name tells the engine."""
    return FILE_NAMES[connection.vendor]


def dump_database(target: Path) -> None:
    """Write the database as it stands at one moment. Writers go on meanwhile."""
    if connection.vendor == "sqlite":
        _copy_sqlite(_sqlite_path(), target)
    else:
        _run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(target)])


def load_database(source: Path) -> None:
    """Put a dump into an empty database, whole or not at all."""
    connection.close()
    if connection.vendor == "sqlite":
        _put_sqlite(source, _sqlite_path())
    else:
        words = ["pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
        _run([*words, "--dbname", str(settings.DATABASES["default"]["NAME"]), str(source)])


def is_database_empty() -> bool:
    """No table stands in it."""
    return not connection.introspection.table_names()


def _sqlite_path() -> Path:
    return Path(settings.DATABASES["default"]["NAME"])


def _copy_sqlite(source: Path, target: Path) -> None:
    # All pages in one step hold one read transaction: in WAL mode nobody waits, and no later commit slips in.
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing, pages=-1)
        if writing.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise BackupRefused("The copy of the database is damaged: check the disk and the database.")


def _put_sqlite(source: Path, target: Path) -> None:
    own = target.with_name(f"{target.name}.restored")
    _copy_sqlite(source, own)
    for leftover in ("-wal", "-shm"):
        target.with_name(target.name + leftover).unlink(missing_ok=True)
    own.replace(target)


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(command, env=_libpq(settings.DATABASES["default"]), capture_output=True, check=False)
    except FileNotFoundError as error:
        raise BackupRefused(f"{command[0]} was not found: install PostgreSQL's client programs.") from error
    if done.returncode:
        raise BackupRefused(f"{command[0]} failed: {done.stderr.decode(errors='replace').strip()[-2000:]}")


def _libpq(database: Mapping[str, Any]) -> dict[str, str]:
    return os.environ | {libpq: str(database[name]) for name, libpq in LIBPQ.items() if database.get(name)}
