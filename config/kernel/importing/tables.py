"""One shape for what a CSV file and a workbook give: headings, then rows of text."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import NamedTuple, Self

from config.kernel.importing.encodings import UNDECODABLE
from config.kernel.importing.problems import FileProblem, RowIssue, Severity


class Flaw(NamedTuple):
    """Something wrong in a cell, found before the headings are known."""

    column: int
    code: str
    severity: Severity
    params: Mapping[str, str]


class Record(NamedTuple):
    """One row as it stands in the file; `number` is what a spreadsheet shows beside it.

    `lines` is the number of text lines it took, 0 for a workbook, which leaves out empty cells
    at the end of a row as a matter of course.
    """

    number: int
    cells: list[str]
    flaws: tuple[Flaw, ...] = ()
    lines: int = 0


class SourceRow(NamedTuple):
    """One row under the headings: exactly as many cells as there are headings."""

    number: int
    cells: tuple[str, ...]
    issues: tuple[RowIssue, ...] = ()


class Table:
    """An open file: its headings at once, its rows as a stream, once.

    `headings` are made distinct ("Note", "Note (2)"); a column without heading is "".
    `notes` are the warnings about the file as a whole.
    """

    def __init__(
        self,
        records: Iterator[Record],
        *,
        kind: str,
        encoding: str = "",
        delimiter: str = "",
        sheet: str = "",
    ) -> None:
        self.kind = kind
        self.encoding = encoding
        self.delimiter = delimiter
        self.sheet = sheet
        self._records = records
        self._resources = ExitStack()
        first = _first_filled(records)
        if any(UNDECODABLE in cell for cell in first.cells):
            raise FileProblem("headings_undecodable", row=first.number, encoding=encoding)
        self.heading_row = first.number
        self.headings, self.notes = label_headings(first)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._resources.close()

    def hold(self, resources: ExitStack) -> None:
        """Take over the open files behind the records, to close them with the table."""
        self._resources = resources

    def rows(self) -> Iterator[SourceRow]:
        """Every row that is not blank. FileProblem where the file cannot be read further."""
        width = len(self.headings)
        for record in self._records:
            cells = record.cells
            if not record.flaws and len(cells) == width and any(map(str.strip, cells)):
                yield SourceRow(record.number, tuple(cells))
            elif record.flaws or any(map(str.strip, cells)):
                yield self._fitted(record)

    def _fitted(self, record: Record) -> SourceRow:
        width = len(self.headings)
        cells = record.cells[:width] + [""] * (width - len(record.cells))
        issues = [
            RowIssue(record.number, self._heading(flaw.column), flaw.code, flaw.severity, flaw.params)
            for flaw in record.flaws
        ]
        misfit = self._misfit(record)
        if misfit:
            found, expected = str(len(record.cells)), str(width)
            params = {"found": found, "expected": expected, "lines": str(record.lines)}
            issues.append(RowIssue(record.number, "", misfit, params=params))
        return SourceRow(record.number, tuple(cells), tuple(issues))

    def _misfit(self, record: Record) -> str:
        width = len(self.headings)
        is_short = len(record.cells) < width and record.lines > 0
        is_long = any(map(str.strip, record.cells[width:]))
        if (is_short or is_long) and record.lines > 1:
            return "quote_runs_on"
        if is_short:
            return "too_few_cells"
        return "too_many_cells" if is_long else ""

    def _heading(self, column: int) -> str:
        if column < len(self.headings) and self.headings[column]:
            return self.headings[column]
        return column_letter(column)


def label_headings(record: Record) -> tuple[tuple[str, ...], list[RowIssue]]:
    """Distinct headings, and a warning for each that is repeated or empty.

    Empty headings at the end are dropped: many tools end each line with a comma.
    """
    # The byte 0 is no part of any name, and PostgreSQL keeps no text that has one.
    names = [" ".join(cell.replace("\0", " ").split()) for cell in record.cells]
    while names and not names[-1]:
        names.pop()
    notes: list[RowIssue] = []
    headings: list[str] = []
    for index, name in enumerate(names):
        if not name:
            notes.append(_note(record, name, "heading_empty", letter=column_letter(index)))
        elif name in names[:index]:
            notes.append(_note(record, name, "heading_repeated", heading=name))
        headings.append(_distinct(name, headings))
    return tuple(headings), notes


def column_letter(index: int) -> str:
    """A, B, ... Z, AA, ... for a column counted from 0."""
    letters = ""
    left = index + 1
    while left:
        left, rest = divmod(left - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _first_filled(records: Iterator[Record]) -> Record:
    for record in records:
        if any(map(str.strip, record.cells)):
            return record
    raise FileProblem("no_headings")


def _distinct(name: str, taken: list[str]) -> str:
    candidate, count = name, 1
    while name and candidate in taken:
        count += 1
        candidate = f"{name} ({count})"
    return candidate


def _note(record: Record, column: str, code: str, **params: str) -> RowIssue:
    return RowIssue(record.number, column, code, Severity.WARNING, params)
