"""Read the fields of one row and gather everything that is wrong with it."""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from config.kernel.importing.headings import FieldRow
from config.kernel.importing.moments import DayOrder, Moment, parse_moment
from config.kernel.importing.problems import ROW_TEXTS, RowIssue, Severity, Texts
from config.kernel.importing.values import (
    BadValue,
    is_nothing,
    parse_amount,
    parse_identifier,
    parse_price,
    parse_quantity,
    parse_text,
)

IDENTIFIER_LIMIT = 64
TEXT_LIMIT = 255

Value = TypeVar("Value")


class RowReader:
    """Typed access to one row. A value that cannot be read is noted as an issue and comes back as None."""

    def __init__(
        self, row: FieldRow, *, zone: str, day_order: DayOrder = DayOrder.UNKNOWN, texts: Texts = ROW_TEXTS
    ) -> None:
        self.number = row.number
        self.issues: list[RowIssue] = list(row.issues)
        self._row = row
        self._zone = zone
        self._day_order = day_order
        self._texts = texts

    def is_blank(self, name: str) -> bool:
        return is_nothing(self._row.get(name))

    def identifier(self, name: str, *, limit: int = IDENTIFIER_LIMIT) -> str:
        return self._read(name, lambda raw: parse_identifier(raw, limit=limit)) or ""

    def text(self, name: str, *, limit: int = TEXT_LIMIT) -> str:
        text, changes = parse_text(self._row.get(name), limit=limit)
        for change in changes:
            self.warn(name, change.code, **change.params)
        return text

    def amount(self, name: str) -> Decimal | None:
        return self._read(name, parse_amount)

    def price(self, name: str, *, may_be_negative: bool = False) -> Decimal | None:
        """A price of one piece."""
        price = self._read(name, parse_price)
        if price is not None and price < 0 and not may_be_negative:
            self.error(name, "price_negative", value=price)
        return price

    def quantity(self, name: str) -> int | None:
        return self._read(name, parse_quantity)

    def moment(self, name: str) -> Moment | None:
        moment = self._read(name, lambda raw: parse_moment(raw, zone=self._zone, day_order=self._day_order))
        if moment is not None and moment.remark:
            self.warn(name, moment.remark, value=self._row.get(name))
        return moment

    def require(self, *names: str) -> None:
        """Note each of these fields that is empty."""
        for name in names:
            if self.is_blank(name):
                self.error(name, "required_empty")

    def error(self, name: str, code: str, **params: object) -> None:
        self._note(name, code, Severity.ERROR, params)

    def warn(self, name: str, code: str, **params: object) -> None:
        """Note what a person should see; a cell that is wrong anyway is not commented on further."""
        heading = self._row.heading(name) or name
        if not any(issue.is_error and issue.column == heading for issue in self.issues):
            self._note(name, code, Severity.WARNING, params)

    def _read(self, name: str, parse: Callable[[str], Value]) -> Value | None:
        raw = self._row.get(name)
        if is_nothing(raw):
            return None
        try:
            return parse(raw)
        except BadValue as bad:
            self.error(name, bad.code, **bad.params)
            return None

    def _note(self, name: str, code: str, severity: Severity, params: dict[str, object]) -> None:
        plain = {key: str(value) for key, value in params.items()}
        self.issues.append(RowIssue(self.number, self._row.heading(name) or name, code, severity, plain, self._texts))
