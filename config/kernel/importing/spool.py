"""Rows gathered by unit (an order), in a side file, in bounded memory.

The rows of one order may stand far apart in a file of any length. The spool is an SQLite file of its own: filled in one
pass, then read unit by unit in an order that depends on the content alone, from any unit on, as often as needed. It
holds raw personal data: only its owner may read the file, and it is discarded when the import ends.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from config.kernel.importing.problems import FileProblem, RowIssue
from config.kernel.importing.tables import SourceRow

# Written into the fingerprint: a spool of an older shape is built again.
SHAPE = "1"
MAX_UNIT_ROWS = 20_000

_FILL = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA temp_store = FILE;
    PRAGMA cache_size = -16000;
    CREATE TABLE row (number INTEGER PRIMARY KEY, unit TEXT NOT NULL, sort TEXT NOT NULL, content TEXT NOT NULL);
"""
_ARRANGE = """
    CREATE INDEX row_by_unit ON row (unit, number);
    CREATE TABLE unit (ordinal INTEGER PRIMARY KEY, key TEXT NOT NULL, rows INTEGER NOT NULL);
    INSERT INTO unit
        SELECT row_number() OVER (ORDER BY min(sort), min(number)) - 1, unit, count(*) FROM row GROUP BY unit;
    CREATE TABLE done (fingerprint TEXT NOT NULL);
"""
_READ = """
    SELECT unit.ordinal, unit.key, row.number, row.content
    FROM unit CROSS JOIN row ON row.unit = unit.key
    WHERE unit.ordinal >= ? AND unit.ordinal < ?
    ORDER BY unit.ordinal, row.number
"""


class SpooledUnit(NamedTuple):
    """All rows of one unit in file order; `ordinal` counts units from 0."""

    ordinal: int
    key: str
    rows: tuple[SourceRow, ...]


class Spool:
    """A finished spool file, open for reading."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = sqlite3.connect(path)
        self._connection.execute("PRAGMA query_only = ON")
        self.row_count = self._figure("SELECT count(*) FROM row")
        self.unit_count = self._figure("SELECT count(*) FROM unit")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def units(self, *, start: int = 0, stop: int | None = None) -> Iterator[SpooledUnit]:
        """Units from `start` up to, not including, `stop`."""
        end = self.unit_count if stop is None else stop
        found = self._connection.execute(_READ, (start, end))
        for (ordinal, key), rows in groupby(found, key=itemgetter(0, 1)):
            yield SpooledUnit(ordinal, key, tuple(_source_row(number, content) for _, _, number, content in rows))

    def keys(self) -> Iterator[str]:
        """The keys of all units, in their order."""
        for (key,) in self._connection.execute("SELECT key FROM unit ORDER BY ordinal"):
            yield key

    def row_numbers(self, key: str) -> tuple[int, ...]:
        """Which rows of the file carry this key."""
        found = self._connection.execute("SELECT number FROM row WHERE unit = ? ORDER BY number", (key,))
        return tuple(number for (number,) in found)

    def close(self) -> None:
        self._connection.close()

    def discard(self) -> None:
        """Close and delete the file."""
        self.close()
        self.path.unlink(missing_ok=True)

    def _figure(self, question: str) -> int:
        return int(self._connection.execute(question).fetchone()[0])


def open_spool(path: Path, *, fingerprint: str) -> Spool | None:
    """The spool at this place, or None when it is missing, unfinished or made from something else."""
    if not path.exists():
        return None
    connection = sqlite3.connect(path)
    try:
        (found,) = connection.execute("SELECT fingerprint FROM done").fetchone()
    except (sqlite3.DatabaseError, TypeError):
        return None
    finally:
        connection.close()
    return Spool(path) if found == f"{SHAPE}:{fingerprint}" else None


def build_spool(
    path: Path,
    *,
    rows: Iterable[SourceRow],
    place_of: Callable[[SourceRow], tuple[str, str]],
    fingerprint: str,
) -> Spool:
    """Gather the rows and put the finished spool in place in one step.

    `place_of` gives a row's unit key and its sort key.
    Units come in the order of their smallest sort key, then of their first row. A row without key is a unit of its own.
    FileProblem when one unit has absurdly many rows.
    """
    aside = path.with_name(path.name + ".part")
    aside.unlink(missing_ok=True)
    os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        _write(aside, entries=_entries(rows, place_of=place_of), fingerprint=fingerprint)
        aside.replace(path)
    finally:
        with suppress(FileNotFoundError):
            aside.unlink()
    return Spool(path)


def key_without_number(row: int) -> str:
    """The key of a row that belongs to no unit. No key of a file begins with a tab: cells are stripped before."""
    return f"\t{row}"


def file_fingerprint(path: Path) -> str:
    """SHA-256 of the file's bytes: the same file again is recognised by it."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write(path: Path, *, entries: Iterable[tuple[int, str, str, str]], fingerprint: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript(_FILL)
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO row VALUES (?, ?, ?, ?)", entries)
        connection.execute("COMMIT")
        connection.executescript(_ARRANGE)
        longest = connection.execute("SELECT key, rows FROM unit ORDER BY rows DESC LIMIT 1").fetchone()
        if longest and longest[1] > MAX_UNIT_ROWS:
            raise FileProblem("unit_too_long", key=longest[0], limit=MAX_UNIT_ROWS)
        connection.execute("INSERT INTO done VALUES (?)", (f"{SHAPE}:{fingerprint}",))
    finally:
        connection.close()


def _entries(
    rows: Iterable[SourceRow], *, place_of: Callable[[SourceRow], tuple[str, str]]
) -> Iterator[tuple[int, str, str, str]]:
    for row in rows:
        key, sort = place_of(row)
        yield row.number, key or key_without_number(row.number), sort, _content(row)


def _content(row: SourceRow) -> str:
    issues = [issue.as_json() for issue in row.issues]
    return json.dumps([row.cells, issues], ensure_ascii=False, separators=(",", ":"))


def _source_row(number: int, content: str) -> SourceRow:
    cells, issues = json.loads(content)
    return SourceRow(number, tuple(cells), tuple(RowIssue.from_json(issue) for issue in issues))
