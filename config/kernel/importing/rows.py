"""Rows with an error or a warning: kept as they came, and given back as a file to be corrected."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

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


def keep_error_file(batch: ImportBatch) -> Path:
    """Write the rejected rows where only the shop's own user reads them; returns where."""
    path = Path(settings.VAR_DIR) / "imports" / f"errors-{batch.pk}.csv"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("wb") as stream:
        write_batch_errors(batch, stream)
    path.chmod(0o600)
    return path


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
        row = ImportRow(batch=batch, row_number=raw.number, state=state)
        fill_row(row, key=unit.key, cells=raw.cells, issues=found)
        yield row


def fill_row(row: ImportRow, *, key: str, cells: Sequence[str], issues: Sequence[RowIssue]) -> None:
    """Note a row's cells and what is to be said of them; `first_code` is the worst, by which pages filter."""
    worst = next((issue.code for issue in issues if issue.is_error), issues[0].code if issues else OF_THE_UNIT)
    row.unit_key = stored_key(key)
    row.raw = json.dumps(cells, ensure_ascii=False)
    row.issues = [issue.as_json() for issue in issues]
    row.first_code = worst[:60]


def stored_key(key: str) -> str:
    """A unit's key as rows carry it."""
    return key[:200].strip()


def cells_of(row: ImportRow) -> list[str]:
    """The cells of a kept row under the batch's headings, as they came or as they were corrected."""
    return list(json.loads(row.raw))


def _error_rows(batch: ImportBatch) -> Iterator[ErrorRow]:
    rejected = batch.rows.filter(state=ImportRow.State.REJECTED).order_by("row_number")
    for row in rejected.iterator(chunk_size=500):
        yield ErrorRow(row.row_number, cells_of(row), messages_of(row, batch))


def _sentence(issue: RowIssue) -> str:
    return f"{issue.column}: {issue.message}" if issue.column else issue.message
