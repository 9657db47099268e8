"""The measures that every figure is made of. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Self

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Measures:
    """What a range of days amounts to, money in one currency.

    Money and counts add up over days and stores. The rest is asked for a range as a whole: people counted once, tickets,
    stock at the end of days; None says that nobody asked, or that the range has none.
    """

    placed_amount: Decimal = ZERO
    paid_amount: Decimal = ZERO
    known_amount: Decimal = ZERO
    gross_amount: Decimal = ZERO
    discount_amount: Decimal = ZERO
    shipping_amount: Decimal = ZERO
    reversal_amount: Decimal = ZERO
    refund_amount: Decimal = ZERO
    cost_amount: Decimal = ZERO
    uncosted_amount: Decimal = ZERO
    adjustment_amount: Decimal = ZERO

    placed_orders: int = 0
    paid_in_time_orders: int = 0
    paid_orders: int = 0
    guest_orders: int = 0
    units: int = 0
    refund_orders: int = 0
    refund_units: int = 0
    cancelled_orders: int = 0
    tickets_opened: int = 0
    tickets_resolved: int = 0

    # People, each counted once over the whole range.
    buyers: int | None = None
    new_buyers: int | None = None
    old_buyers: int | None = None
    # Buyers, and of these repeat buyers, of the window of so many days that ends with the range.
    buyers_30: int | None = None
    repeat_buyers_30: int | None = None
    buyers_90: int | None = None
    repeat_buyers_90: int | None = None
    buyers_365: int | None = None
    repeat_buyers_365: int | None = None

    first_reply_minutes: Decimal | None = None
    due_orders: int | None = None
    on_time_orders: int | None = None

    # Stock at cost in the base currency, from the daily snapshots, and the cost of sales per day of the range beside it.
    stock_value: Decimal | None = None
    mean_stock_value: Decimal | None = None
    base_cost_per_day: Decimal | None = None
    yearly_base_cost: Decimal | None = None
    stocked_sku_days: int | None = None
    stock_out_sku_days: int | None = None

    @classmethod
    def total(cls, parts: Iterable[Self]) -> Self:
        """The sum of several days or stores; what does not add up stays None."""
        sums: dict[str, Any] = {name: getattr(cls(), name) for name in ADDITIVE_NAMES}
        for part in parts:
            for name in ADDITIVE_NAMES:
                sums[name] += getattr(part, name)
        return cls(**sums)

    @property
    def net_sales(self) -> Decimal:
        """Gross sales less discounts and reversals, without postage."""
        return self.gross_amount - self.discount_amount - self.reversal_amount


MEASURE_NAMES = tuple(field.name for field in fields(Measures))
MONEY_NAMES = MEASURE_NAMES[: MEASURE_NAMES.index("placed_orders")]
# What a store day keeps and a sum over store days may add up.
ADDITIVE_NAMES = MEASURE_NAMES[: MEASURE_NAMES.index("buyers")]
COUNT_NAMES = ADDITIVE_NAMES[len(MONEY_NAMES) :]
