"""The additive measures that every figure is made of. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Self

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Measures:
    """Sums over store days, money in one currency. `buyers` are distinct over the whole range, counted apart."""

    placed_orders: int = 0
    placed_amount: Decimal = ZERO
    paid_orders: int = 0
    paid_amount: Decimal = ZERO
    guest_orders: int = 0
    units: int = 0
    gross_amount: Decimal = ZERO
    discount_amount: Decimal = ZERO
    shipping_amount: Decimal = ZERO
    reversal_amount: Decimal = ZERO
    refund_amount: Decimal = ZERO
    refund_orders: int = 0
    refund_units: int = 0
    cancelled_orders: int = 0
    cost_amount: Decimal = ZERO
    uncosted_amount: Decimal = ZERO
    adjustment_amount: Decimal = ZERO
    tickets_opened: int = 0
    tickets_resolved: int = 0
    # distinct over the range
    buyers: int = 0
    new_buyers: int = 0
    repeat_buyers: int = 0
    old_buyers: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, name) + getattr(other, name) for name in MEASURE_NAMES))

    @classmethod
    def total(cls, parts: Iterable[Self]) -> Self:
        """The sum of several; distinct counts of disjoint people only."""
        result = cls()
        for part in parts:
            result = result + part
        return result

    @property
    def net_sales(self) -> Decimal:
        """Gross sales less discounts and reversals, without postage."""
        return self.gross_amount - self.discount_amount - self.reversal_amount

    @property
    def all_buyers(self) -> int:
        """Known buyers, and each order of an unknown one as a buyer of its own."""
        return self.buyers + self.guest_orders


MEASURE_NAMES = tuple(field.name for field in fields(Measures))
# What a StoreDay row stores and a sum over rows may add up.
ADDITIVE_NAMES = tuple(
    name for name in MEASURE_NAMES if name not in ("buyers", "new_buyers", "repeat_buyers", "old_buyers")
)
