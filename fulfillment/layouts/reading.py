"""From a file on disk to parsed orders, unit by unit, in bounded memory and from any unit on."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from config.kernel.importing.headings import BoundMapping, ColumnMapping, Proposal, propose_mapping
from config.kernel.importing.problems import FileProblem, RowIssue
from config.kernel.importing.readers import open_table
from config.kernel.importing.spool import Spool, build_spool, file_fingerprint, open_spool
from config.kernel.importing.streams import Limits
from config.kernel.importing.tables import SourceRow
from fulfillment.layouts.base import Layout, ParsedUnit, StoreDefaults
from fulfillment.layouts.lenient import ParseUnit, parse_strictly


class OrderFile:
    """A file under a layout and a mapping, spooled and ready to be read as often as needed."""

    def __init__(
        self,
        spool: Spool,
        *,
        layout: Layout,
        store: StoreDefaults,
        mapping: ColumnMapping,
        headings: tuple[str, ...],
        notes: tuple[RowIssue, ...],
        fingerprint: str,
        parse: ParseUnit,
    ) -> None:
        self.layout = layout
        self._parse = parse
        self.store = store
        self.mapping = mapping
        self.headings = headings
        self.notes = notes
        self.fingerprint = fingerprint
        self._spool = spool
        self._bound = mapping.bind(headings, fields=layout.fields)

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

    def units(self, *, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, ParsedUnit]]:
        """(ordinal, parsed unit) from `start` up to, not including, `stop`."""
        for unit in self._spool.units(start=start, stop=stop):
            rows = [self._bound.row(row) for row in unit.rows]
            yield unit.ordinal, self._parse(self.layout, unit.key, rows, self.store)

    def keys(self) -> Iterator[str]:
        """The numbers of all units, in their order."""
        return self._spool.keys()

    def row_numbers(self, key: str) -> tuple[int, ...]:
        """Which rows of the file carry this number."""
        return self._spool.row_numbers(key)

    def raw_rows(self, ordinal: int) -> tuple[SourceRow, ...]:
        """A unit's rows as they stand in the file, for the kept rows and the error file."""
        return next((unit.rows for unit in self._spool.units(start=ordinal, stop=ordinal + 1)), ())

    def close(self) -> None:
        self._spool.close()

    def discard(self) -> None:
        """Close and delete the spool, which holds personal data."""
        self._spool.discard()


def propose_for(path: Path, *, layout: Layout, limits: Limits | None = None, encoding: str | None = None) -> Proposal:
    """What the headings of this file say; for the page where a person settles the mapping."""
    with open_table(path, limits=limits, encoding=encoding) as table:
        return propose_mapping(table.headings, fields=layout.fields)


def open_order_file(
    path: Path,
    *,
    layout: Layout,
    spool_path: Path,
    store: StoreDefaults,
    mapping: ColumnMapping | None = None,
    limits: Limits | None = None,
    encoding: str | None = None,
    parse: ParseUnit = parse_strictly,
) -> OrderFile:
    """Spool the file, or take up the spool that an earlier run left finished for the same file and mapping.

    Without a mapping the headings must be unmistakable. FileProblem when the file cannot be read, a required column is
    missing or ambiguous, or there is not a single row.
    """
    settled = layout.settled(store)
    fingerprint = file_fingerprint(path)
    with open_table(path, limits=limits, encoding=encoding) as table:
        chosen = mapping or propose_mapping(table.headings, fields=layout.fields).certain(fields=layout.fields)
        bound = chosen.bind(table.headings, fields=layout.fields)
        parts = (fingerprint, layout.code, chosen.to_json(), repr(settled), table.encoding, table.delimiter)
        mark = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        spool = open_spool(spool_path, fingerprint=mark) or _spooled(
            table.rows(), path=spool_path, bound=bound, layout=layout, store=settled, mark=mark
        )
        if not spool.row_count:
            spool.discard()
            raise FileProblem("only_headings")
        return OrderFile(
            spool,
            layout=layout,
            store=settled,
            mapping=chosen,
            headings=table.headings,
            notes=tuple(table.notes),
            fingerprint=fingerprint,
            parse=parse,
        )


def _spooled(
    rows: Iterator[SourceRow], *, path: Path, bound: BoundMapping, layout: Layout, store: StoreDefaults, mark: str
) -> Spool:
    def place_of(source: SourceRow) -> tuple[str, str]:
        row = bound.row(source)
        return layout.key_of(row), layout.sort_key_of(row, store=store)

    return build_spool(path, rows=rows, place_of=place_of, fingerprint=mark)
