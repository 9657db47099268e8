"""The rows of one order, read as one order and as lines."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar

from config.kernel.importing.headings import FieldRow
from config.kernel.importing.moments import DayOrder, Moment
from config.kernel.importing.problems import RowIssue
from config.kernel.importing.row_reader import RowReader
from fulfillment.layouts.messages import TEXTS

Value = TypeVar("Value")


class OrderReader:
    """Values of the whole order, which files repeat on every row, write on the first only, or write once.

    Rows that contradict each other are an error: nobody can say which one is right.
    """

    def __init__(self, rows: Sequence[FieldRow], *, zone: str, day_order: DayOrder = DayOrder.UNKNOWN) -> None:
        self.rows = [RowReader(row, zone=zone, day_order=day_order, texts=TEXTS) for row in rows]
        self._columns = rows[0].columns

    @property
    def issues(self) -> list[RowIssue]:
        return [issue for row in self.rows for issue in row.issues]

    @property
    def has_errors(self) -> bool:
        return any(issue.is_error for issue in self.issues)

    def has_column(self, name: str) -> bool:
        return name in self._columns

    def amount(self, name: str) -> Decimal | None:
        """An amount of the whole order, not below zero."""
        amount = self._one(name, lambda row: row.amount(name))
        if amount is not None and amount < 0:
            self.error(name, "amount_negative", value=amount)
        return amount

    def moment(self, name: str) -> Moment | None:
        return self._one(name, lambda row: row.moment(name))

    def text(self, name: str, *, limit: int = 255) -> str:
        return self._one(name, lambda row: row.text(name, limit=limit)) or ""

    def identifier(self, name: str, *, limit: int = 64) -> str:
        return self._one(name, lambda row: row.identifier(name, limit=limit)) or ""

    def identifiers(self, name: str, *, limit: int = 64) -> tuple[str, ...]:
        """Values that may differ by row, such as parcel numbers: each once, in file order."""
        found = (row.identifier(name, limit=limit) for row in self.rows)
        return tuple(dict.fromkeys(value for value in found if value))

    def error(self, name: str, code: str, **params: object) -> None:
        self._place(name).error(name, code, **params)

    def warn(self, name: str, code: str, **params: object) -> None:
        self._place(name).warn(name, code, **params)

    def _place(self, name: str) -> RowReader:
        """The row where the value stands, the first one if it stands nowhere."""
        return next((row for row in self.rows if not row.is_blank(name)), self.rows[0])

    def _one(self, name: str, read: Callable[[RowReader], Value | None]) -> Value | None:
        if not self.has_column(name):
            return None
        first: Value | None = None
        for row in self.rows:
            value = None if row.is_blank(name) else read(row)
            if first is None:
                first = value
            elif value is not None and value != first:
                row.error(name, "values_differ", first=first, other=value)
        return first
