"""Text files: records out of a stream of bytes, one line at a time."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO, TextIO

from config.kernel.importing.encodings import ON_ERROR, UNDECODABLE
from config.kernel.importing.problems import FileProblem, Severity
from config.kernel.importing.streams import Limits
from config.kernel.importing.tables import Flaw, Record

DELIMITERS = (",", ";", "\t", "|")
# No honest cell has this many line breaks: somewhere a quotation mark was not closed.
LINES_IN_RECORD = 500


def open_text(stream: BinaryIO, *, encoding: str) -> TextIO:
    """Text with its line ends as they are and a mark in place of every broken byte."""
    return io.TextIOWrapper(stream, encoding=encoding, errors=ON_ERROR, newline="")


def declared_delimiter(head: str) -> str | None:
    """What Excel's first line `sep=;` says, if the file has one."""
    line = head.split("\n", 1)[0].strip('\ufeff\r"')
    return line[4:] if line.lower().startswith("sep=") and len(line) == 5 else None


def sniff_delimiter(head: str) -> str:
    """The separator that cuts the first lines into the most, and equally many, cells."""
    complete = head[: head.rfind("\n") + 1] or head
    return max(DELIMITERS, key=lambda mark: _evenness(complete, delimiter=mark))


def read_records(text: TextIO, *, delimiter: str, encoding: str, limits: Limits) -> Iterator[Record]:
    """Every record, blank ones included, numbered from 1.

    A line break inside quotation marks does not begin a new record, as in a spreadsheet.
    """
    lines = _Lines(text, limits=limits)
    reader = csv.reader(lines, delimiter=delimiter)
    number = 0
    while True:
        number += 1
        lines.begin_record(number)
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _unreadable(lines, number, limits=limits) from error
        if lines.at_end:  # asked for more in the middle of a record: csv itself keeps silent
            raise FileProblem("quote_not_closed", row=number)
        if len(cells) > limits.max_columns:
            raise FileProblem("too_many_columns", row=number, limit=limits.max_columns)
        flaws = _flaws(cells, encoding=encoding, limits=limits) if lines.is_suspicious else ()
        yield Record(number, cells, flaws, lines.count)


class _Lines:
    """The lines of a text, with those of the record being read kept at hand."""

    def __init__(self, text: TextIO, *, limits: Limits) -> None:
        self._text = text
        self._limits = limits
        self._record: list[str] = []
        self._number = 1
        self.at_end = False
        self.is_suspicious = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._limits.max_line + 1)
        if not line:
            self.at_end = True
            raise StopIteration
        if len(line) > self._limits.max_line:
            raise FileProblem("line_too_long", row=self._number, limit=self._limits.max_line)
        self._record.append(line)
        if len(self._record) > LINES_IN_RECORD:
            raise FileProblem("quote_not_closed", row=self._number)
        if UNDECODABLE in line or "\0" in line or len(line) > self._limits.max_cell:
            self.is_suspicious = True
        return line

    @property
    def count(self) -> int:
        return len(self._record)

    def begin_record(self, number: int) -> None:
        self._record.clear()
        self._number = number
        self.is_suspicious = False


def _unreadable(lines: _Lines, number: int, *, limits: Limits) -> FileProblem:
    if lines.count > 1:
        return FileProblem("quote_not_closed", row=number)
    return FileProblem("line_too_long", row=number, limit=limits.max_cell)


def _flaws(cells: Iterable[str], *, encoding: str, limits: Limits) -> tuple[Flaw, ...]:
    found: list[Flaw] = []
    for index, cell in enumerate(cells):
        if UNDECODABLE in cell:
            params = {"encoding": encoding.removesuffix("-sig").upper()}
            found.append(Flaw(index, "undecodable", Severity.ERROR, params))
        if "\0" in cell:
            found.append(Flaw(index, "nul_byte", Severity.ERROR, {}))
        if len(cell) > limits.max_cell:
            params = {"limit": str(limits.max_cell)}
            found.append(Flaw(index, "cell_too_long", Severity.ERROR, params))
    return tuple(found)


def _evenness(head: str, *, delimiter: str) -> float:
    try:
        records = [cells for cells in csv.reader(io.StringIO(head), delimiter=delimiter) if cells]
    except csv.Error:
        return 0
    filled = [len(cells) for cells in records if any(cells)]
    if not filled:
        return 0
    return (filled[0] - 1) * filled.count(filled[0]) / len(filled)
