"""From a file on disk to parsed units, one by one, in bounded memory and from any unit on."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from config.kernel.importing.headings import BoundMapping, ColumnMapping, FieldRow, FieldSpec, propose_mapping
from config.kernel.importing.problems import FileProblem, RowIssue
from config.kernel.importing.readers import open_table
from config.kernel.importing.spool import Spool, build_spool, file_fingerprint, open_spool
from config.kernel.importing.streams import Limits
from config.kernel.importing.tables import SourceRow


@dataclass(frozen=True)
class Reading:
    """How rows become units: by which fields, which rows belong together and in which order, and what they say.

    `mark` names everything that the spool depends on besides the file and the mapping.
    """

    fields: tuple[FieldSpec, ...]
    key_of: Callable[[FieldRow], str]
    sort_key_of: Callable[[FieldRow], str]
    parse: Callable[[str, Sequence[FieldRow]], Any]
    mark: tuple[str, ...]


class SpooledFile:
    """A file under a mapping, spooled and ready to be read as often as needed: a UnitSource."""

    def __init__(
        self,
        spool: Spool,
        *,
        reading: Reading,
        mapping: ColumnMapping,
        headings: tuple[str, ...],
        notes: tuple[RowIssue, ...],
        fingerprint: str,
    ) -> None:
        self.mapping = mapping
        self.headings = headings
        self.notes = notes
        self.fingerprint = fingerprint
        self._spool = spool
        self._parse = reading.parse
        self._bound = mapping.bind(headings, fields=reading.fields)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def row_count(self) -> int:
        return self._spool.row_count

    @property
    def unit_count(self) -> int:
        return self._spool.unit_count

    def units(self, *, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, Any]]:
        """(ordinal, parsed unit) from `start` up to, not including, `stop`."""
        for unit in self._spool.units(start=start, stop=stop):
            yield unit.ordinal, self._parse(unit.key, [self._bound.row(row) for row in unit.rows])

    def keys(self) -> Iterator[str]:
        """The keys of all units, in their order."""
        return self._spool.keys()

    def row_numbers(self, key: str) -> tuple[int, ...]:
        """Which rows of the file carry this key."""
        return self._spool.row_numbers(key)

    def raw_rows(self, ordinal: int) -> tuple[SourceRow, ...]:
        """A unit's rows as they stand in the file, for the kept rows and the error file."""
        return next((unit.rows for unit in self._spool.units(start=ordinal, stop=ordinal + 1)), ())

    def close(self) -> None:
        self._spool.close()

    def discard(self) -> None:
        """Close and delete the spool, which may hold personal data."""
        self._spool.discard()


def open_spooled(
    path: Path,
    *,
    reading: Reading,
    spool_path: Path,
    mapping: ColumnMapping | None = None,
    limits: Limits | None = None,
    encoding: str | None = None,
) -> SpooledFile:
    """Spool the file, or take up the spool that an earlier run left finished for the same file and mapping.

    Without a mapping the headings must be unmistakable. FileProblem when the file cannot be read, a required column is
    missing or ambiguous, or there is not a single row.
    """
    fingerprint = file_fingerprint(path)
    with open_table(path, limits=limits, encoding=encoding) as table:
        chosen = mapping or propose_mapping(table.headings, fields=reading.fields).certain(fields=reading.fields)
        bound = chosen.bind(table.headings, fields=reading.fields)
        parts = (fingerprint, *reading.mark, chosen.to_json(), table.encoding, table.delimiter)
        mark = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        spool = open_spool(spool_path, fingerprint=mark) or _spooled(
            table.rows(), path=spool_path, bound=bound, reading=reading, mark=mark
        )
        if not spool.row_count:
            spool.discard()
            raise FileProblem("only_headings")
        return SpooledFile(
            spool,
            reading=reading,
            mapping=chosen,
            headings=table.headings,
            notes=tuple(table.notes),
            fingerprint=fingerprint,
        )


def _spooled(rows: Iterator[SourceRow], *, path: Path, bound: BoundMapping, reading: Reading, mark: str) -> Spool:
    def place_of(source: SourceRow) -> tuple[str, str]:
        row = bound.row(source)
        return reading.key_of(row), reading.sort_key_of(row)

    return build_spool(path, rows=rows, place_of=place_of, fingerprint=mark)
