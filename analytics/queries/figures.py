"""Figures of a range: sums of store days, distinct buyers, and their currencies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, DecimalField, ExpressionWrapper, F, Min, Q, Sum

from analytics.measures import ADDITIVE_NAMES, Measures
from analytics.models import StoreDay
from analytics.queries.purchases import known_purchases, lasting_purchases
from catalog.models import Store
from config.kernel.money import round_money

OLD_BUYER_DAYS = 365
AMOUNTS = tuple(name for name in ADDITIVE_NAMES if name.endswith("_amount"))


@dataclass(frozen=True)
class CurrencyGroup:
    """Stores whose money is added up in one currency; `is_converted` when it was brought to the base currency."""

    currency: str
    stores: tuple[Store, ...]
    is_converted: bool = False


def currency_groups(stores: Sequence[Store], *, first: date, last: date) -> list[CurrencyGroup]:
    """One group where a single currency or every rate is known; else one for each currency, side by side."""
    currencies = sorted({store.currency for store in stores})
    if len(currencies) <= 1:
        return [CurrencyGroup(currencies[0] if currencies else settings.BASE_CURRENCY, tuple(stores))]
    days = StoreDay.objects.filter(store__in=stores, day__range=(first, last), exchange_rate__isnull=True)
    # A day on which nothing was sold, placed or paid back needs no rate.
    if not days.exclude(**dict.fromkeys(AMOUNTS, 0)).exists():
        return [CurrencyGroup(settings.BASE_CURRENCY, tuple(stores), is_converted=True)]
    return [
        CurrencyGroup(currency, tuple(store for store in stores if store.currency == currency))
        for currency in currencies
    ]


def _sums(group: CurrencyGroup) -> dict[str, Any]:
    money = DecimalField(max_digits=30, decimal_places=8)
    sums: dict[str, Any] = {}
    for name in ADDITIVE_NAMES:
        if name in AMOUNTS and group.is_converted:
            sums[f"sum_{name}"] = Sum(ExpressionWrapper(F(name) * F("exchange_rate"), output_field=money))
        else:
            sums[f"sum_{name}"] = Sum(name)
    return sums


def _measures(found: Any, **buyers: int) -> Measures:
    values: dict[str, Any] = {
        name: found[f"sum_{name}"] or (Decimal(0) if name in AMOUNTS else 0) for name in ADDITIVE_NAMES
    }
    for name in AMOUNTS:
        values[name] = round_money(Decimal(values[name]))
    return Measures(**{**values, **buyers})


def measures_of(group: CurrencyGroup, *, first: date, last: date) -> Measures:
    """The measures of a range, buyers counted as different people; four queries."""
    found = StoreDay.objects.filter(store__in=group.stores, day__range=(first, last)).aggregate(**_sums(group))
    return _measures(found, **distinct_buyers(group.stores, first=first, last=last))


def measures_by_day(group: CurrencyGroup, *, first: date, last: date) -> dict[date, Measures]:
    """The measures of each day of a range, without distinct counts; one query."""
    days = StoreDay.objects.filter(store__in=group.stores, day__range=(first, last)).values("day")
    return {found["day"]: _measures(found) for found in days.annotate(**_sums(group)).order_by("day")}


def measures_by_store(group: CurrencyGroup, *, first: date, last: date) -> dict[str, Measures]:
    """The measures of each store of a range by its code, buyers of the day added up; one query."""
    days = StoreDay.objects.filter(store__in=group.stores, day__range=(first, last)).values("store__code")
    sums = _sums(group)
    return {
        found["store__code"]: _measures(found, buyers=found["daily_buyers"] or 0)
        for found in days.annotate(**sums, daily_buyers=Sum("buyers")).order_by("store__code")
    }


def distinct_buyers(stores: Iterable[Store], *, first: date, last: date) -> dict[str, int]:
    """Known buyers of a range: all, first-time, with several occasions, and those who paid in the year before."""
    scope = Q(store__in=list(stores))
    purchases = known_purchases().filter(scope)
    within = purchases.filter(paid_on__range=(first, last))
    lasting = lasting_purchases(until=last).filter(scope, paid_on__range=(first, last))
    by_customer = lasting.values("customer").annotate(occasions=Count("checkout_ref", distinct=True))
    counts = {
        **within.aggregate(buyers=Count("customer", distinct=True)),
        "repeat_buyers": by_customer.filter(occasions__gte=2).count(),
    }
    year_before = purchases.filter(paid_on__lt=first, paid_on__gte=first - timedelta(days=OLD_BUYER_DAYS))
    old = within.filter(customer__in=year_before.values("customer")).aggregate(n=Count("customer", distinct=True))
    firsts = purchases.values("customer").annotate(first=Min("paid_on")).filter(first__range=(first, last))
    return {**counts, "old_buyers": old["n"], "new_buyers": firsts.count()}
