"""Rows with an error or a warning: kept as they came, and given back as a file to be corrected."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from config.kernel.importing.export import ErrorRow, Kind, write_error_file
from config.kernel.importing.handlers import handler_for
from config.kernel.importing.problems import RowIssue
from config.kernel.models import ImportBatch, ImportRow
from config.kernel.sql import insert_new

OF_THE_UNIT = "unit_rejected"


def keep_rows(
    batch: ImportBatch, source: Any, units: Sequence[tuple[int, Any]], *, further: Sequence[RowIssue] = ()
) -> int:
    """Keep the troubled rows of some units, in the caller's transaction; a row that is kept already stays as it is.

    Of a rejected unit every row is kept, for all of them were left out. Returns how many rows there were.
    """
    later = defaultdict(list)
    for issue in further:
        later[issue.row].append(issue)
    rows: list[ImportRow] = []
    for ordinal, unit in units:
        if unit.is_rejected or unit.issues or any(number in later for number in unit.rows):
            rows += _rows(batch, source, ordinal, unit, later)
    insert_new(rows, conflict=["batch", "row_number"])
    return len(rows)


def write_batch_errors(batch: ImportBatch, stream: BinaryIO, *, kind: Kind = "csv") -> None:
    """The rejected rows with their own columns, the row number and what is wrong, in the language of the reader."""
    write_error_file(stream, kind=kind, headings=batch.headings, rows=_error_rows(batch))


def messages_of(row: ImportRow, batch: ImportBatch) -> list[str]:
    """What is wrong with a kept row, as sentences."""
    texts = handler_for(batch).texts
    return [_sentence(RowIssue.from_json(issue, texts=texts)) for issue in row.issues]


def _rows(
    batch: ImportBatch, source: Any, ordinal: int, unit: Any, later: dict[int, list[RowIssue]]
) -> Iterator[ImportRow]:
    issues = defaultdict(list)
    for issue in unit.issues:
        issues[issue.row].append(issue)
    state = ImportRow.State.REJECTED if unit.is_rejected else ImportRow.State.WARNED
    for raw in source.raw_rows(ordinal):
        found = issues[raw.number] + later.get(raw.number, [])
        if not found and not unit.is_rejected:
            continue
        worst = next((issue.code for issue in found if issue.is_error), found[0].code if found else OF_THE_UNIT)
        yield ImportRow(
            batch=batch,
            row_number=raw.number,
            unit_key=unit.key[:200].strip(),
            raw=json.dumps(raw.cells, ensure_ascii=False),
            issues=[issue.as_json() for issue in found],
            first_code=worst[:60],
            state=state,
        )


def _error_rows(batch: ImportBatch) -> Iterator[ErrorRow]:
    rejected = batch.rows.filter(state=ImportRow.State.REJECTED).order_by("row_number")
    for row in rejected.iterator(chunk_size=500):
        yield ErrorRow(row.row_number, json.loads(row.raw), messages_of(row, batch))


def _sentence(issue: RowIssue) -> str:
    return f"{issue.column}: {issue.message}" if issue.column else issue.message
