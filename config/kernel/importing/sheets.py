"""The rows of one sheet, out of its stream of elements."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from config.kernel.importing.cells import date_text, number_text
from config.kernel.importing.problems import FileProblem, Severity
from config.kernel.importing.shared_strings import SharedStrings
from config.kernel.importing.tables import Flaw, Record, column_letter


class SheetContext(NamedTuple):
    """What the rest of the workbook says about a sheet's cells."""

    strings: SharedStrings
    date_styles: frozenset[int]
    epoch: datetime
    max_columns: int
    max_cell: int


class SheetRows:
    """A listener that turns elements into records; `take` hands over those that are complete."""

    def __init__(self, context: SheetContext) -> None:
        self._context = context
        self._ready: list[Record] = []
        self._cells: list[str] = []
        self._flaws: list[Flaw] = []
        self._formula_columns: set[int] = set()
        self._row = 0
        self._column = -1
        self._kind = "n"
        self._style = 0
        self._has_formula = False
        self._has_value = False
        self._is_open = False
        self._is_phonetic = False
        self._pieces: list[str] = []

    def take(self) -> Iterator[Record]:
        ready, self._ready = self._ready, []
        return iter(ready)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v" or (name == "t" and not self._is_phonetic):
            self._is_open = self._has_value = True
        elif name == "f":
            self._has_formula = True
        elif name == "row":
            self._begin_row(attributes)
        elif name == "rPh":
            self._is_phonetic = True

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._is_open = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._ready.append(Record(self._row, self._cells, tuple(self._flaws)))
        elif name == "rPh":
            self._is_phonetic = False

    def text(self, data: str) -> None:
        if self._is_open:
            self._pieces.append(data)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        self._row = int(number) if number.isdecimal() else self._row + 1
        self._cells, self._flaws, self._column = [], [], -1

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self._column = _column_index(reference.rstrip("0123456789")) if reference else self._column + 1
        self._kind = attributes.get("t", "n")
        self._style = int(attributes.get("s", 0))
        self._has_formula = self._has_value = False
        self._pieces.clear()

    def _end_cell(self) -> None:
        if not (self._has_value or self._has_formula):
            return
        if self._column >= self._context.max_columns:
            raise FileProblem("too_many_columns", row=self._row, limit=self._context.max_columns)
        self._cells.extend([""] * (self._column + 1 - len(self._cells)))
        raw = "".join(self._pieces)
        self._cells[self._column] = self._value(raw)
        if self._has_formula:
            # An empty value is a result only where the formula gives text.
            self._note_formula(has_result=bool(raw) or (self._has_value and self._kind == "str"))

    def _value(self, raw: str) -> str:
        if self._kind == "s":
            return self._shared(raw)
        if self._kind == "n":
            return self._number(raw) if raw else ""
        if self._kind == "b":
            return "TRUE" if raw == "1" else "FALSE"
        if self._kind == "e":
            self._flaw("cell_error", value=raw)
            return raw
        if len(raw) > self._context.max_cell:
            self._flaw("cell_too_long", limit=str(self._context.max_cell))
        return raw

    def _shared(self, raw: str) -> str:
        try:
            return self._context.strings.get(int(raw))
        except (ValueError, IndexError) as error:
            raise FileProblem("workbook_damaged", row=self._row, part="sharedStrings.xml") from error

    def _number(self, raw: str) -> str:
        is_date = self._style in self._context.date_styles
        text = date_text(raw, epoch=self._context.epoch) if is_date else None
        text = text or number_text(raw)
        if text is None:
            self._flaw("number_lost_digits", value=raw)
            return raw
        return text

    def _note_formula(self, *, has_result: bool) -> None:
        if not has_result:
            self._flaw("formula_without_value")
        elif self._column not in self._formula_columns:
            self._formula_columns.add(self._column)
            self._flaw("formula_value_used", severity=Severity.WARNING)

    def _flaw(self, code: str, *, severity: Severity = Severity.ERROR, **params: str) -> None:
        params["cell"] = f"{column_letter(self._column)}{self._row}"
        self._flaws.append(Flaw(self._column, code, severity, params))


@lru_cache(maxsize=1024)
def _column_index(letters: str) -> int:
    """0 for A, 26 for AA."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
