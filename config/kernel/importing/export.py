"""Write tables that a spreadsheet opens without running anything in them."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import BinaryIO, Literal, NamedTuple

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

Cell = str | int | float | Decimal | date | None
Kind = Literal["csv", "xlsx"]

# A cell of text that begins with one of these is run as a formula by spreadsheets.
TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
SHEET_ROWS = 1_000_000

# Signed figures as text stay as they are: harmless, and an error file must come back unchanged.
_FIGURE = re.compile(r"[+-]?\d+(\.\d+)?")


class ErrorRow(NamedTuple):
    """A row that was not taken over: its number in the source file, its cells, what is wrong."""

    number: int
    cells: Sequence[str]
    messages: Sequence[str]


def safe_cell(value: Cell) -> Cell:
    """Text that a spreadsheet would run gets an apostrophe in front; all else is untouched."""
    if isinstance(value, str) and value.startswith(TRIGGERS) and not _FIGURE.fullmatch(value):
        return f"'{value}"
    return value


def plain_cell(value: Cell) -> Cell:
    """The text that `safe_cell` was given: a sheet of ours that comes back changes nothing."""
    if isinstance(value, str) and value.startswith("'") and safe_cell(value[1:]) == value:
        return value[1:]
    return value


def write_csv(
    stream: BinaryIO, *, headings: Sequence[str], rows: Iterable[Sequence[Cell]], for_people: bool = True
) -> None:
    """UTF-8, comma, CRLF; for people with the mark that Excel needs to read Chinese, which programs would stumble on."""
    if for_people:
        stream.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([safe_cell(heading) for heading in headings])
    writer.writerows([_plain(safe_cell(value)) for value in row] for row in rows)
    text.detach()


def write_xlsx(stream: BinaryIO, *, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """A workbook, row by row in bounded memory; after a million rows a new sheet begins."""
    book = Workbook(write_only=True)
    source = iter(rows)
    while True:
        sheet = book.create_sheet()
        sheet.append([_for_workbook(safe_cell(heading)) for heading in headings])
        written = 0
        for row in islice(source, SHEET_ROWS):
            sheet.append([_for_workbook(safe_cell(value)) for value in row])
            written += 1
        if written < SHEET_ROWS:
            break
    book.save(stream)


def write_error_file(stream: BinaryIO, *, kind: Kind, headings: Sequence[str], rows: Iterable[ErrorRow]) -> None:
    """The rows that failed, as they came, with two columns behind: row number and what is wrong.

    Once corrected, the file can be imported as it is: the layouts do not ask for the two columns.
    """
    write = write_csv if kind == "csv" else write_xlsx
    write(stream, headings=[*headings, _("Row in the file"), _("What is wrong")], rows=_error_cells(rows))


def _error_cells(rows: Iterable[ErrorRow]) -> Iterator[list[Cell]]:
    for row in rows:
        yield [*row.cells, row.number, "\n".join(row.messages)]


def _plain(value: Cell) -> Cell:
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value


def _for_workbook(value: Cell) -> Cell:
    if isinstance(value, str):
        return ILLEGAL_CHARACTERS_RE.sub("", value)
    # A workbook knows no time zones.
    return value.isoformat(sep=" ") if isinstance(value, datetime) and value.tzinfo else value
