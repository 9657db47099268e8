"""How many rows of a file fell into which class, so that the classes can be seen to add up."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Self

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class FileCount:
    """Counts of rows unless said otherwise; `a + b` merges two parts of a file.

    `lines` counts sold and taken-back lines of all kinds; `cancellation_lines` is the part of them on cancellations.
    `order_rows` are rows that carry an order but no line. `orders`, `cancellations`, `units`, `rejected_units` and
    `warnings` count what they say. Amounts are summed as they come, without regard to currency.
    """

    rows: int = 0
    units: int = 0
    orders: int = 0
    cancellations: int = 0
    lines: int = 0
    cancellation_lines: int = 0
    goods: int = 0
    gifts: int = 0
    shipping: int = 0
    discounts: int = 0
    fees: int = 0
    vouchers: int = 0
    adjustments: int = 0
    stock_notes: int = 0
    order_rows: int = 0
    rejected: int = 0
    rejected_units: int = 0
    warnings: int = 0
    net_amount: Decimal = NOTHING
    adjustment_amount: Decimal = NOTHING
    refund_amount: Decimal = NOTHING

    def __add__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def adds_up(self) -> bool:
        """Every row is in exactly one class."""
        kinds = self.goods + self.gifts + self.shipping + self.discounts + self.fees + self.vouchers
        others = self.adjustments + self.stock_notes + self.order_rows + self.rejected
        return self.lines == kinds and self.rows == self.lines + others

    def to_json(self) -> dict[str, int | str]:
        """Whole numbers, and amounts as text."""
        values = ((f.name, getattr(self, f.name)) for f in fields(self))
        return {name: str(value) if isinstance(value, Decimal) else value for name, value in values}

    @classmethod
    def from_json(cls, data: Mapping[str, int | str]) -> Self:
        amounts = {name for name in data if name.endswith("_amount")}
        return cls(**{name: Decimal(data[name]) if name in amounts else int(data[name]) for name in data})  # type: ignore[arg-type]
