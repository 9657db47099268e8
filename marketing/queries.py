"""Reads of marketing that other rooms ask for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from catalog.models import Store
from marketing.models import ChannelSpend, EventPeriod


@dataclass(frozen=True, slots=True)
class EventDay:
    """A day on which an event was in a phase; `name` is the event's in the reader's language."""

    day: date
    event_code: str
    phase: str
    name: str


def event_days(channel_id: int | None, *, first: date, last: date) -> list[EventDay]:
    """Every day of [first, last] that belongs to an event, by day; days of several events come several times.

    Which dates hold is said by `event_periods`. One query.
    """
    found = event_periods(channel_id, first=first, last=last)
    days = [day for period in found for day in _days(period, first=first, last=last)]
    return sorted(days, key=lambda one: (one.day, one.event_code, one.phase))


def event_periods(channel_id: int | None, *, first: date, last: date) -> list[EventPeriod]:
    """The event dates that hold for a channel and touch [first, last], by their first day.

    A channel's own dates stand in the place of the general ones of the same event, year and phase; None asks for the
    general dates alone. One query.
    """
    mine = Q(channel__isnull=True) if channel_id is None else Q(channel__isnull=True) | Q(channel_id=channel_id)
    # Own dates may have moved out of the range and still replace the general ones: years are read whole.
    years = range(first.year - 1, last.year + 2)
    found: dict[tuple[int, int, str], EventPeriod] = {}
    for period in EventPeriod.objects.filter(mine, year__in=years).select_related("event"):
        key = (period.event_id, period.year, period.phase)
        if period.channel_id is not None or key not in found:
            found[key] = period
    touching = [period for period in found.values() if period.starts_on <= last and period.ends_on >= first]
    return sorted(touching, key=lambda period: (period.starts_on, period.event.code, period.phase))


def _days(period: EventPeriod, *, first: date, last: date) -> list[EventDay]:
    begin, end = max(period.starts_on, first), min(period.ends_on, last)
    return [
        EventDay(begin + timedelta(days=number), period.event.code, period.phase, str(period.event))
        for number in range((end - begin).days + 1)
    ]


@dataclass(frozen=True, slots=True)
class SpendTotals:
    """Sums of spend in one currency. A ratio whose denominator is zero is None, shown as a dash."""

    currency: str
    source: str
    family: str
    impressions: int
    clicks: int
    cost: Decimal
    conversions: int
    revenue: Decimal
    new_customers: int

    @property
    def ctr(self) -> Decimal | None:
        """Click-through rate: clicks / impressions."""
        return _ratio(self.clicks, self.impressions)

    @property
    def cpc(self) -> Decimal | None:
        """Cost per click: cost / clicks."""
        return _ratio(self.cost, self.clicks)

    @property
    def cvr(self) -> Decimal | None:
        """Conversion rate: conversions / clicks."""
        return _ratio(self.conversions, self.clicks)

    @property
    def roi(self) -> Decimal | None:
        """Return on spend: revenue / cost."""
        return _ratio(self.revenue, self.cost)

    @property
    def cac(self) -> Decimal | None:
        """Cost of a new customer: cost / new customers."""
        return _ratio(self.cost, self.new_customers)


def spend_totals(stores: QuerySet[Store] | Iterable[Store] | None, *, first: date, last: date) -> list[SpendTotals]:
    """What each traffic source cost and brought over [first, last], by currency, family and source; one query.

    `stores` None means all. Different currencies are never added up: a source with two has two rows.
    """
    spend = ChannelSpend.objects.filter(day__range=(first, last))
    if stores is not None:
        spend = spend.filter(store__in=stores)
    grouped = spend.values_list("currency", "source__code", "source__family").order_by(
        "currency", "source__family", "source__code"
    )
    sums = grouped.annotate(
        Sum("impressions"), Sum("clicks"), Sum("cost"), Sum("conversions"), Sum("revenue"), Sum("new_customers")
    )
    return [SpendTotals(*row) for row in sums]


def added_up(rows: Iterable[SpendTotals]) -> list[SpendTotals]:
    """The totals of all sources, one for each currency: sums of sums, so that ratios are those of the whole."""
    whole: dict[str, SpendTotals] = {}
    for row in rows:
        known = whole.get(row.currency)
        parts = (row,) if known is None else (known, row)
        names = ("impressions", "clicks", "cost", "conversions", "revenue", "new_customers")
        sums = {name: sum(getattr(part, name) for part in parts) for name in names}
        whole[row.currency] = SpendTotals(currency=row.currency, source="", family="", **sums)
    return list(whole.values())


def _ratio(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    return Decimal(part) / Decimal(whole) if whole else None
