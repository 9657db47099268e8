"""Figures of a range: sums of store days, distinct buyers, and their currencies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, DecimalField, Exists, ExpressionWrapper, F, Min, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from analytics.measures import ADDITIVE_NAMES, MONEY_NAMES, Measures
from analytics.models import StoreDay
from analytics.periods import Period
from analytics.queries.purchases import known_purchases, refunded_until
from catalog.models import Store
from config.kernel.money import round_money

OLD_BUYER_DAYS = 365
REPURCHASE_DAYS = (30, 90, 365)
# Money that goes back, goes back at the rate of its sale.
AT_SALE_RATE = ("reversal_amount", "refund_amount")
MONEY = DecimalField(max_digits=30, decimal_places=8)


@dataclass(frozen=True)
class CurrencyGroup:
    """Stores whose money is added up in one currency; `is_converted` when it was brought to the base currency."""

    currency: str
    stores: tuple[Store, ...]
    is_converted: bool = False


def currency_groups(stores: Sequence[Store], periods: Iterable[Period]) -> list[CurrencyGroup]:
    """One group where there is a single currency or every rate is known; else one for each currency, side by side."""
    currencies = sorted({store.currency for store in stores})
    if len(currencies) <= 1:
        return [CurrencyGroup(currencies[0] if currencies else settings.BASE_CURRENCY, tuple(stores))]
    if not days_without_rate(stores, periods).exists():
        return [CurrencyGroup(settings.BASE_CURRENCY, tuple(stores), is_converted=True)]
    return [
        CurrencyGroup(currency, tuple(store for store in stores if store.currency == currency))
        for currency in currencies
    ]


def days_without_rate(stores: Sequence[Store], periods: Iterable[Period]) -> Any:
    """Store days of some periods that cannot be brought to the base currency; one without any money needs no rate."""
    within = Q(pk__in=[])
    for period in periods:
        within |= Q(day__range=(period.first, period.last))
    days = StoreDay.objects.filter(within, store__in=stores, exchange_rate__isnull=True)
    return days.exclude(store__currency=settings.BASE_CURRENCY).exclude(**dict.fromkeys(MONEY_NAMES, 0))


def _sums(group: CurrencyGroup) -> dict[str, Any]:
    sums: dict[str, Any] = {}
    for name in ADDITIVE_NAMES:
        value: Any = F(name)
        if name in MONEY_NAMES and group.is_converted:
            day_rate = F("exchange_rate")
            rate = Coalesce("refund_exchange_rate", day_rate) if name in AT_SALE_RATE else day_rate
            value = ExpressionWrapper(F(name) * rate, output_field=MONEY)
        sums[f"sum_{name}"] = Sum(value)
    return sums


def _measures(found: dict[str, Any]) -> Measures:
    values: dict[str, Any] = {name: found[f"sum_{name}"] or 0 for name in ADDITIVE_NAMES}
    for name in MONEY_NAMES:
        values[name] = round_money(Decimal(values[name]))
    return Measures(**values)


def first_day(group: CurrencyGroup) -> date | None:
    """The first day on which an order was placed."""
    days = StoreDay.objects.filter(store__in=group.stores, placed_orders__gt=0)
    found: date | None = days.aggregate(first=Min("day"))["first"]
    return found


def additive_measures(group: CurrencyGroup, period: Period) -> Measures:
    """What adds up over the days of a period; one query."""
    return _measures(_days(group, period).aggregate(**_sums(group)))


def measures_by_day(group: CurrencyGroup, period: Period) -> dict[date, Measures]:
    """The additive measures of each day of a period that has a row; one query."""
    days = _days(group, period).values("day").annotate(**_sums(group)).order_by("day")
    return {found["day"]: _measures(found) for found in days}


def measures_by_store(group: CurrencyGroup, period: Period) -> dict[str, Measures]:
    """The additive measures of each store of a period by its code, with its distinct buyers; two queries."""
    days = _days(group, period).values("store__code").annotate(**_sums(group)).order_by("store__code")
    bought = known_purchases().filter(store__in=group.stores, paid_on__range=(period.first, period.last))
    people = bought.values("store__code").annotate(people=Count("customer", distinct=True)).order_by()
    buyers = dict(people.values_list("store__code", "people"))
    return {
        found["store__code"]: replace(_measures(found), buyers=buyers.get(found["store__code"], 0)) for found in days
    }


def _days(group: CurrencyGroup, period: Period) -> Any:
    return StoreDay.objects.filter(store__in=group.stores, day__range=(period.first, period.last))


def with_buyers(measures: Measures, stores: Iterable[Store], period: Period) -> Measures:
    """The measures with the people of the period: buyers, new ones, those who paid in the year before; three queries."""
    purchases = known_purchases().filter(store__in=list(stores))
    within = purchases.filter(paid_on__range=(period.first, period.last))
    earlier = purchases.filter(customer=OuterRef("customer"), paid_on__lt=period.first)
    year_before = earlier.filter(paid_on__gte=period.first - timedelta(days=OLD_BUYER_DAYS))
    people = Count("customer", distinct=True)
    firsts = within.values("customer").annotate(first=Min("paid_on"))
    return replace(
        measures,
        buyers=within.aggregate(n=people)["n"],
        old_buyers=within.filter(Exists(year_before)).aggregate(n=people)["n"],
        new_buyers=firsts.exclude(Exists(earlier)).count(),
    )


def with_repurchase(measures: Measures, stores: Iterable[Store], *, until: date) -> Measures:
    """The measures with the buyers, and the repeat buyers, of each window that ends on a day; one query."""
    (counts,) = repurchase_counts(stores, [until])
    return replace(measures, **counts)


def repurchase_counts(stores: Iterable[Store], untils: Sequence[date]) -> list[dict[str, Any]]:
    """Buyers and repeat buyers of the windows that end on each of some days, by the names of their measures; one query."""
    earliest = min(untils) - timedelta(days=max(REPURCHASE_DAYS) - 1)
    purchases = known_purchases().filter(store__in=list(stores), paid_on__range=(earliest, max(untils)))
    occasions, counts = {}, {}
    for place, until in enumerate(untils):
        purchases = purchases.annotate(**{f"back_{place}": refunded_until(until)})
        # What was paid back in full by then is no occasion.
        lasts = Q(**{f"back_{place}__isnull": True}) | Q(**{f"back_{place}__lt": F("amount")})
        for days in REPURCHASE_DAYS:
            window = Q(paid_on__range=(until - timedelta(days=days - 1), until))
            name = f"{place}_{days}"
            occasions[f"occasions_{name}"] = Count("checkout_ref", distinct=True, filter=window & lasts)
            counts[f"buyers_{name}"] = Count("customer", filter=Q(**{f"occasions_{name}__gte": 1}))
            counts[f"repeat_buyers_{name}"] = Count("customer", filter=Q(**{f"occasions_{name}__gte": 2}))
    found = purchases.values("customer").annotate(**occasions).aggregate(**counts)
    return [
        {
            f"{what}_{days}": found[f"{what}_{place}_{days}"]
            for days in REPURCHASE_DAYS
            for what in ("buyers", "repeat_buyers")
        }
        for place in range(len(untils))
    ]


def latest_measures(group: CurrencyGroup, periods: Sequence[Period]) -> list[Measures]:
    """The additive measures and the buyers of several periods that end on the same day, for boards; two queries."""
    longest = min(periods, key=lambda period: period.first)
    by_day = measures_by_day(group, longest)
    people = {
        f"span_{place}": Count("customer", filter=Q(paid_on__gte=period.first), distinct=True)
        for place, period in enumerate(periods)
    }
    bought = known_purchases().filter(store__in=group.stores, paid_on__range=(longest.first, longest.last))
    buyers = bought.aggregate(**people)
    return [
        replace(
            Measures.total(measures for day, measures in by_day.items() if day >= period.first),
            buyers=buyers[f"span_{place}"],
        )
        for place, period in enumerate(periods)
    ]
