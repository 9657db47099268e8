"""The metric registry: one definition per metric, in the Chinese and in the international family. Pure.

A metric is a sum of measures, or one such sum over another. Over a range a ratio is the sum of its numerators over the
sum of its denominators, never the mean of daily ratios; a zero denominator gives None, which is shown as a dash. What a
metric is called and how it is worked out in words stands in `metric_texts.py`.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from analytics.measures import MONEY_NAMES, Measures

Terms = tuple[str, ...]
RATIO_STEP = Decimal("0.000001")
CENT = Decimal("0.01")


class Unit(StrEnum):
    """How a value is written."""

    MONEY = "money"
    COUNT = "count"
    RATE = "rate"
    NUMBER = "number"
    DAYS = "days"
    MINUTES = "minutes"


class Group(StrEnum):
    """The groups that metrics are shown in."""

    TRADE = "trade"
    TRAFFIC = "traffic"
    CONVERSION = "conversion"
    MEMBERS = "members"
    SERVICE = "service"
    STOCK = "stock"
    MARKETING = "marketing"


class Family(StrEnum):
    """Whose convention a metric follows where the two differ."""

    BOTH = "both"
    CHINESE = "chinese"
    INTERNATIONAL = "international"


class Direction(StrEnum):
    """Whether more is better."""

    UP = "up"
    DOWN = "down"
    NEUTRAL = "neutral"


class Missing(StrEnum):
    """Why a metric has no value yet: it is named and shown as a dash, never made up."""

    TRAFFIC = "traffic"
    SURVEYS = "surveys"
    RETURNS = "returns"
    ATTRIBUTION = "attribution"


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure. A term is the name of a measure; a leading minus takes it off."""

    code: str
    group: Group
    unit: Unit
    numerator: Terms = ()
    denominator: Terms | None = None
    direction: Direction = Direction.UP
    family: Family = Family.BOTH
    # Whether the figure of a range is the sum over its days and stores.
    adds_up: bool = False
    # Stock is valued in the base currency, whatever currency the stores sell in.
    in_base: bool = False
    missing: Missing | None = None
    # Without these being there at all the figure says nothing: a profit without a single known cost.
    needs: Terms = ()

    @property
    def terms(self) -> Terms:
        """The names of all measures that the metric needs."""
        return tuple(term.removeprefix("-") for term in (*self.numerator, *(self.denominator or ())))

    @property
    def has_money(self) -> bool:
        """Whether the value depends on the currency that the measures are in."""
        return any(name in MONEY_NAMES for name in self.terms)

    def value(self, measures: Measures) -> Decimal | None:
        """The metric over the range that the measures cover; None without source, without data or over zero.

        Sums are exact. A ratio of money keeps cents, any other six decimals: people see fewer, rounded where it is shown.
        """
        if self.missing or not all(getattr(measures, name) for name in self.needs):
            return None
        above = _sum(self.numerator, measures)
        if above is None or self.denominator is None:
            return above
        below = _sum(self.denominator, measures)
        if not below:
            return None
        step = CENT if self.unit is Unit.MONEY else RATIO_STEP
        return (above / below).quantize(step, rounding=ROUND_HALF_UP)


def relative_change(value: Decimal | None, earlier: Decimal | None) -> Decimal | None:
    """By which share a value changed, unrounded: it is rounded once, where it is shown. None without a yardstick."""
    if value is None or not earlier or earlier < 0:
        return None
    return (value - earlier) / earlier


def kept_change(change: Decimal | None) -> Decimal | None:
    """A relative change as reports and files keep it: six decimals, half up."""
    return None if change is None else change.quantize(RATIO_STEP, rounding=ROUND_HALF_UP)


def _sum(terms: Terms, measures: Measures) -> Decimal | None:
    total = Decimal(0)
    for term in terms:
        part = getattr(measures, term.removeprefix("-"))
        if part is None:
            return None
        total += -part if term.startswith("-") else part
    return total


NET_SALES = ("gross_amount", "-discount_amount", "-reversal_amount")
COSTED_SALES = (*NET_SALES, "-uncosted_amount")
PROFIT = (*COSTED_SALES, "-cost_amount")
G, U, D, F = Group, Unit, Direction, Family


def _repurchase(days: int) -> Metric:
    return Metric(f"repurchase_{days}", G.MEMBERS, U.RATE, (f"repeat_buyers_{days}",), (f"buyers_{days}",))


METRICS: tuple[Metric, ...] = (
    Metric("gmv", G.TRADE, U.MONEY, ("paid_amount",), family=F.CHINESE, adds_up=True),
    Metric("net_gmv", G.TRADE, U.MONEY, ("paid_amount", "-refund_amount"), family=F.CHINESE, adds_up=True),
    Metric("placed_gmv", G.TRADE, U.MONEY, ("placed_amount",), family=F.CHINESE, adds_up=True),
    Metric("per_buyer", G.TRADE, U.MONEY, ("known_amount",), ("buyers",), family=F.CHINESE),
    Metric("per_order", G.TRADE, U.MONEY, ("paid_amount",), ("paid_orders",), family=F.CHINESE),
    Metric("gross_sales", G.TRADE, U.MONEY, ("gross_amount",), family=F.INTERNATIONAL, adds_up=True),
    Metric("discounts", G.TRADE, U.MONEY, ("discount_amount",), None, D.NEUTRAL, F.INTERNATIONAL, adds_up=True),
    Metric("net_sales", G.TRADE, U.MONEY, NET_SALES, family=F.INTERNATIONAL, adds_up=True),
    Metric("aov", G.TRADE, U.MONEY, ("gross_amount", "-discount_amount"), ("paid_orders",), family=F.INTERNATIONAL),
    Metric("gross_profit", G.TRADE, U.MONEY, PROFIT, adds_up=True, needs=("cost_amount",)),
    Metric("gross_margin", G.TRADE, U.RATE, PROFIT, COSTED_SALES, needs=("cost_amount",)),
    Metric("discount_rate", G.TRADE, U.RATE, ("discount_amount",), ("gross_amount",), D.NEUTRAL),
    Metric("placed_orders", G.TRADE, U.COUNT, ("placed_orders",), adds_up=True),
    Metric("paid_orders", G.TRADE, U.COUNT, ("paid_orders",), adds_up=True),
    Metric("units", G.TRADE, U.COUNT, ("units",), adds_up=True),
    Metric("units_per_order", G.TRADE, U.NUMBER, ("units",), ("paid_orders",)),
    Metric("refunds", G.TRADE, U.MONEY, ("refund_amount",), None, D.DOWN, adds_up=True),
    Metric("refund_rate", G.TRADE, U.RATE, ("refund_amount",), ("paid_amount",), D.DOWN),
    Metric("postage", G.TRADE, U.MONEY, ("shipping_amount",), None, D.NEUTRAL, adds_up=True),
    Metric("adjustments", G.TRADE, U.MONEY, ("adjustment_amount",), None, D.NEUTRAL, adds_up=True),
    Metric("pay_rate", G.CONVERSION, U.RATE, ("paid_in_time_orders",), ("placed_orders",)),
    Metric("buyers", G.MEMBERS, U.COUNT, ("buyers",)),
    Metric("guest_orders", G.MEMBERS, U.COUNT, ("guest_orders",), None, D.NEUTRAL, adds_up=True),
    Metric("new_buyers", G.MEMBERS, U.COUNT, ("new_buyers",)),
    Metric("old_buyer_share", G.MEMBERS, U.RATE, ("old_buyers",), ("buyers",), D.NEUTRAL),
    _repurchase(30),
    _repurchase(90),
    _repurchase(365),
    Metric("cancel_rate", G.SERVICE, U.RATE, ("cancelled_orders",), ("paid_orders",), D.DOWN),
    Metric("on_time_rate", G.SERVICE, U.RATE, ("on_time_orders",), ("due_orders",)),
    Metric("tickets_opened", G.SERVICE, U.COUNT, ("tickets_opened",), None, D.DOWN, adds_up=True),
    Metric("tickets_resolved", G.SERVICE, U.COUNT, ("tickets_resolved",), adds_up=True),
    Metric("contact_rate", G.SERVICE, U.RATE, ("tickets_opened",), ("paid_orders",), D.DOWN),
    Metric("first_reply", G.SERVICE, U.MINUTES, ("first_reply_minutes",), None, D.DOWN),
    Metric("stock_value", G.STOCK, U.MONEY, ("stock_value",), None, D.NEUTRAL, in_base=True),
    Metric("stock_turnover", G.STOCK, U.NUMBER, ("yearly_base_cost",), ("mean_stock_value",)),
    Metric("days_of_stock", G.STOCK, U.DAYS, ("mean_stock_value",), ("base_cost_per_day",), D.DOWN),
    Metric("stock_out_rate_days", G.STOCK, U.RATE, ("stock_out_sku_days",), ("stocked_sku_days",), D.DOWN),
    Metric("page_views", G.TRAFFIC, U.COUNT, missing=Missing.TRAFFIC),
    Metric("visitors", G.TRAFFIC, U.COUNT, missing=Missing.TRAFFIC),
    Metric("visitor_conversion", G.CONVERSION, U.RATE, missing=Missing.TRAFFIC, family=F.CHINESE),
    Metric("session_conversion", G.CONVERSION, U.RATE, missing=Missing.TRAFFIC, family=F.INTERNATIONAL),
    Metric("cart_abandonment", G.CONVERSION, U.RATE, missing=Missing.TRAFFIC, direction=D.DOWN),
    Metric("return_rate_units", G.SERVICE, U.RATE, missing=Missing.RETURNS, direction=D.DOWN),
    Metric("csat", G.SERVICE, U.RATE, missing=Missing.SURVEYS),
    Metric("nps", G.SERVICE, U.NUMBER, missing=Missing.SURVEYS),
    Metric("roas", G.MARKETING, U.NUMBER, missing=Missing.ATTRIBUTION),
    Metric("cac", G.MARKETING, U.MONEY, missing=Missing.ATTRIBUTION, direction=D.DOWN),
)
BY_CODE = {metric.code: metric for metric in METRICS}
WITH_SOURCE = tuple(metric for metric in METRICS if metric.missing is None)
WITHOUT_SOURCE = tuple(metric for metric in METRICS if metric.missing is not None)
