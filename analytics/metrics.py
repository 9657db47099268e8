"""The metric registry: one definition per metric, in the Chinese and the international family. Pure.

A ratio over a range is the sum of its numerators over the sum of its denominators, never the mean of daily ratios; a zero
denominator gives None, which is shown as a dash.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analytics.measures import Measures

Number = Decimal | int
Reading = Callable[[Measures], Number]


class Unit(StrEnum):
    """How a value is written."""

    MONEY = "money"
    COUNT = "count"
    RATE = "rate"
    RATIO = "ratio"


class Group(StrEnum):
    """The families that metrics are shown in."""

    TRADE = "trade"
    CONVERSION = "conversion"
    MEMBERS = "members"
    SERVICE = "service"


class Direction(StrEnum):
    """Whether more is better."""

    UP = "up"
    DOWN = "down"
    NEUTRAL = "neutral"


@dataclass(frozen=True)
class Metric:
    """One figure: what it is called, how it is made, and how it reads."""

    code: str
    name: str | Promise
    formula: str | Promise
    group: Group
    unit: Unit
    numerator: Reading
    denominator: Reading | None = None
    direction: Direction = Direction.UP
    # False: the figure of a range is not the sum of its days.
    is_additive: bool = True

    def value(self, measures: Measures) -> Decimal | None:
        """The metric over the range that the measures cover; None where the denominator is zero."""
        above = Decimal(self.numerator(measures))
        if self.denominator is None:
            return above
        below = Decimal(self.denominator(measures))
        if not below:
            return None
        return (above / below).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def _metric(
    code: str, name: str | Promise, formula: str | Promise, unit: Unit, reading: Reading, **more: object
) -> Metric:
    return Metric(code, name, formula, more.pop("group", Group.TRADE), unit, reading, **more)  # type: ignore[arg-type]


METRICS: tuple[Metric, ...] = (
    _metric(
        "gmv",
        pgettext_lazy("metric", "GMV (paid amount)"),
        _(
            "Paid amounts with postage, on the paid date; later refunds are not taken off. Presale counts with the balance."
        ),
        Unit.MONEY,
        lambda m: m.paid_amount,
    ),
    _metric(
        "net_gmv",
        pgettext_lazy("metric", "Net GMV"),
        _("GMV − refunds on their own date; may be negative on a day."),
        Unit.MONEY,
        lambda m: m.paid_amount - m.refund_amount,
    ),
    _metric(
        "placed_gmv",
        pgettext_lazy("metric", "Placed amount"),
        _("Payable amounts of the orders placed, paid or not."),
        Unit.MONEY,
        lambda m: m.placed_amount,
    ),
    _metric(
        "gross_sales",
        pgettext_lazy("metric", "Gross sales"),
        _("Quantity × price before discounts, without postage."),
        Unit.MONEY,
        lambda m: m.gross_amount,
    ),
    _metric(
        "discounts",
        pgettext_lazy("metric", "Discounts"),
        _("Discounts on the paid orders."),
        Unit.MONEY,
        lambda m: m.discount_amount,
        direction=Direction.NEUTRAL,
    ),
    _metric(
        "net_sales",
        pgettext_lazy("metric", "Net sales"),
        _("Gross sales − discounts − reversals, without tax and postage."),
        Unit.MONEY,
        lambda m: m.net_sales,
    ),
    _metric(
        "gross_profit",
        pgettext_lazy("metric", "Gross profit"),
        _("Net sales of rows with a known cost − their cost at the time of sale."),
        Unit.MONEY,
        lambda m: m.net_sales - m.uncosted_amount - m.cost_amount,
    ),
    _metric(
        "gross_margin",
        pgettext_lazy("metric", "Gross margin"),
        _("Gross profit / net sales of rows with a known cost."),
        Unit.RATE,
        lambda m: m.net_sales - m.uncosted_amount - m.cost_amount,
        denominator=lambda m: m.net_sales - m.uncosted_amount,
        is_additive=False,
    ),
    _metric(
        "paid_orders",
        pgettext_lazy("metric", "Paid orders"),
        _("Orders paid in full."),
        Unit.COUNT,
        lambda m: m.paid_orders,
    ),
    _metric(
        "placed_orders",
        pgettext_lazy("metric", "Orders placed"),
        _("Orders placed, paid or not."),
        Unit.COUNT,
        lambda m: m.placed_orders,
    ),
    _metric(
        "units",
        pgettext_lazy("metric", "Units sold"),
        _("Pieces on the paid orders, gifts too."),
        Unit.COUNT,
        lambda m: m.units,
    ),
    _metric(
        "buyers",
        pgettext_lazy("metric", "Buyers"),
        _("Different buyers within the range; an order of an unknown buyer counts as one."),
        Unit.COUNT,
        lambda m: m.all_buyers,
        is_additive=False,
        group=Group.MEMBERS,
    ),
    _metric(
        "per_buyer",
        pgettext_lazy("metric", "Paid amount per buyer"),
        _("GMV / buyers (客单价)."),
        Unit.MONEY,
        lambda m: m.paid_amount,
        denominator=lambda m: m.all_buyers,
        is_additive=False,
    ),
    _metric(
        "per_order",
        pgettext_lazy("metric", "Paid amount per order"),
        _("GMV / paid orders (笔单价)."),
        Unit.MONEY,
        lambda m: m.paid_amount,
        denominator=lambda m: m.paid_orders,
        is_additive=False,
    ),
    _metric(
        "aov",
        pgettext_lazy("metric", "AOV"),
        _("(Gross sales − discounts) / paid orders; refunds do not lower it."),
        Unit.MONEY,
        lambda m: m.gross_amount - m.discount_amount,
        denominator=lambda m: m.paid_orders,
        is_additive=False,
    ),
    _metric(
        "units_per_order",
        pgettext_lazy("metric", "Units per order"),
        _("Units sold / paid orders."),
        Unit.RATIO,
        lambda m: m.units,
        denominator=lambda m: m.paid_orders,
        is_additive=False,
    ),
    _metric(
        "refunds",
        pgettext_lazy("metric", "Refunds"),
        _("Money paid back, on the day it was."),
        Unit.MONEY,
        lambda m: m.refund_amount,
        direction=Direction.DOWN,
    ),
    _metric(
        "refund_rate",
        pgettext_lazy("metric", "Refund rate (value)"),
        _("Refunds on their date / GMV of the same range."),
        Unit.RATE,
        lambda m: m.refund_amount,
        denominator=lambda m: m.paid_amount,
        direction=Direction.DOWN,
        is_additive=False,
    ),
    _metric(
        "cancel_rate",
        pgettext_lazy("metric", "Cancel rate"),
        _("Paid orders cancelled before dispatch / paid orders."),
        Unit.RATE,
        lambda m: m.cancelled_orders,
        denominator=lambda m: m.paid_orders,
        direction=Direction.DOWN,
        is_additive=False,
    ),
    _metric(
        "pay_rate",
        pgettext_lazy("metric", "Paid of placed"),
        _("Orders paid / orders placed in the same range."),
        Unit.RATE,
        lambda m: m.paid_orders,
        denominator=lambda m: m.placed_orders,
        is_additive=False,
        group=Group.CONVERSION,
    ),
    _metric(
        "new_buyers",
        pgettext_lazy("metric", "First-time buyers"),
        _("Known buyers whose first purchase lies in the range."),
        Unit.COUNT,
        lambda m: m.new_buyers,
        is_additive=False,
        group=Group.MEMBERS,
    ),
    _metric(
        "repurchase_rate",
        pgettext_lazy("metric", "Repurchase rate"),
        _(
            "Known buyers with two or more occasions in the range / known buyers; parts of one checkout are one occasion."
        ),
        Unit.RATE,
        lambda m: m.repeat_buyers,
        denominator=lambda m: m.buyers,
        is_additive=False,
        group=Group.MEMBERS,
    ),
    _metric(
        "old_buyer_share",
        pgettext_lazy("metric", "Share of old buyers"),
        _("Known buyers who also paid in the 365 days before the range / known buyers."),
        Unit.RATE,
        lambda m: m.old_buyers,
        denominator=lambda m: m.buyers,
        is_additive=False,
        group=Group.MEMBERS,
    ),
    _metric(
        "tickets_opened",
        pgettext_lazy("metric", "Tickets opened"),
        _("Tickets opened in the range."),
        Unit.COUNT,
        lambda m: m.tickets_opened,
        direction=Direction.DOWN,
        group=Group.SERVICE,
    ),
    _metric(
        "tickets_resolved",
        pgettext_lazy("metric", "Tickets resolved"),
        _("Tickets resolved in the range."),
        Unit.COUNT,
        lambda m: m.tickets_resolved,
        group=Group.SERVICE,
    ),
)
BY_CODE = {metric.code: metric for metric in METRICS}
# Without a source yet: shown as a dash with the reason, never faked.
WITHOUT_SOURCE: dict[str, str | Promise] = {
    "visitors": _("Visitors need traffic events."),
    "visitor_conversion": _("Conversion of visitors needs traffic events."),
    "nps": _("NPS needs surveys."),
}
