"""The day that is running: purchases by hour and so far, beside yesterday and the same weekday a week ago."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, Sum

from analytics.measures import MONEY_NAMES, Measures
from analytics.queries.board_sales import HOURS, local_hour
from analytics.queries.purchases import UNDONE, all_purchases, known_purchases
from catalog.models import Store
from config.kernel.money import round_money
from config.kernel.rates import RateTable
from config.kernel.store_time import store_day, zone_of
from membership.models import PurchaseRefund

# Today, yesterday, the same weekday of last week.
DAYS_AGO = (0, 1, 7)
ZERO = Decimal(0)


RunningDays = dict[int, "RunningDay"]


@dataclass(frozen=True)
class RunningDay:
    """A day up to the same time of day, the hour of it that is running, and its paid amounts by hour (the whole day)."""

    so_far: Measures
    this_hour: Measures
    by_hour: tuple[Decimal, ...]


@dataclass(frozen=True)
class LiveTotal:
    """All currencies together in the base currency, by how many days ago, at the rates of one day."""

    days: RunningDays
    day: date
    # currency -> units of the base currency for one
    rates: Mapping[str, Decimal]


@dataclass(frozen=True)
class LiveDays:
    """The running days by currency; the total where there are several, and the currencies that have no rate for one."""

    by_currency: dict[str, RunningDays]
    total: LiveTotal | None = None
    without_rate: tuple[str, ...] = ()


def live_days(stores: Sequence[Store], *, now: datetime, today: date) -> LiveDays:
    """The running days, with a total at the newest rates where there are several currencies; five queries at most.

    One rate for all three days: the change is that of trade, not of the exchange rate.
    """
    found = running_days(stores, now=now)
    if len(found) < 2:
        return LiveDays(found)
    table = RateTable.load(found, first=today, last=today)
    rates = {currency: table.rate(currency, today) for currency in found}
    known = {currency: rate for currency, rate in rates.items() if rate is not None}
    if len(known) < len(rates):
        return LiveDays(found, without_rate=tuple(sorted(set(rates) - set(known))))
    people = _people(stores, now)
    days = {ago: _total([(found[one][ago], rate) for one, rate in known.items()], people[ago]) for ago in DAYS_AGO}
    foreign = {currency: rate for currency, rate in known.items() if currency != settings.BASE_CURRENCY}
    return LiveDays(found, LiveTotal(days, today, foreign))


def _people(stores: Sequence[Store], now: datetime) -> dict[int, tuple[int, int]]:
    """Distinct known buyers of each day so far and of its running hour, whatever the currency; one query."""
    on_day = {ago: _store_day(stores, now, ago, "paid_on") for ago in DAYS_AGO}
    bought = known_purchases().filter(on_day[0] | on_day[1] | on_day[7])
    counts = {
        name: Count("customer", filter=span, distinct=True)
        for ago, day in on_day.items()
        for name, span in _spans(ago, day, now).items()
    }
    found = bought.aggregate(**counts)
    return {ago: (found[f"day_{ago}"], found[f"hour_{ago}"]) for ago in DAYS_AGO}


def _total(parts: Sequence[tuple[RunningDay, Decimal]], people: tuple[int, int]) -> RunningDay:
    so_far = Measures.total(_at_rate(day.so_far, rate) for day, rate in parts)
    hour = Measures.total(_at_rate(day.this_hour, rate) for day, rate in parts)
    return RunningDay(
        so_far=replace(so_far, buyers=people[0]),
        this_hour=replace(hour, buyers=people[1]),
        by_hour=tuple(sum((round_money(day.by_hour[place] * rate) for day, rate in parts), ZERO) for place in HOURS),
    )


def _at_rate(measures: Measures, rate: Decimal) -> Measures:
    money: dict[str, Any] = {name: round_money(getattr(measures, name) * rate) for name in MONEY_NAMES}
    return replace(measures, **money)


def _spans(ago: int, day: Q, now: datetime) -> dict[str, Q]:
    """A day up to the same time of day, and its running hour."""
    hour, until = now.replace(minute=0, second=0, microsecond=0), now - timedelta(days=ago)
    return {
        f"day_{ago}": day & Q(paid_at__lte=until),
        f"hour_{ago}": day & Q(paid_at__gte=hour - timedelta(days=ago), paid_at__lte=until),
    }


def running_days(stores: Sequence[Store], *, now: datetime) -> dict[str, RunningDays]:
    """By currency and by how many days ago; three queries. Each store's day is the one of its own clock."""
    on_day = {ago: _store_day(stores, now, ago, "paid_on") for ago in DAYS_AGO}
    within = on_day[0] | on_day[1] | on_day[7]
    bought = all_purchases().filter(within, store__in=[store.pk for store in stores])
    found: dict[str, Any] = {
        row["currency"]: row for row in bought.values("currency").annotate(**_sums(on_day, now)).order_by()
    }
    hours = _by_hour(bought, stores, on_day)
    refunds = _refunds(stores, now)
    currencies = sorted({store.currency for store in stores})
    return {
        currency: {
            ago: RunningDay(
                so_far=_measures(found.get(currency), f"day_{ago}", refunds=refunds.get((currency, ago), ZERO)),
                this_hour=_measures(found.get(currency), f"hour_{ago}", refunds=ZERO),
                by_hour=tuple(hours.get((currency, hour, ago), ZERO) for hour in HOURS),
            )
            for ago in DAYS_AGO
        }
        for currency in currencies
    }


def _store_day(stores: Sequence[Store], now: datetime, ago: int, field: str) -> Q:
    found = Q(pk__in=[])
    for zone in sorted({store.time_zone for store in stores}):
        alike = [store.pk for store in stores if store.time_zone == zone]
        day = store_day(now, zone_of(zone)) - timedelta(days=ago)
        found |= Q(**{"store__in": alike, field: day})
    return found


def _sums(on_day: dict[int, Q], now: datetime) -> dict[str, Any]:
    """The measures of each day up to now, and of its running hour, as aggregates."""
    sums: dict[str, Any] = {}
    for ago, day in on_day.items():
        for name, span in _spans(ago, day, now).items():
            known = span & Q(customer__isnull=False)
            sums[f"{name}_orders"] = Count("pk", filter=span)
            sums[f"{name}_amount"] = Sum("amount", filter=span, default=ZERO)
            sums[f"{name}_known"] = Sum("amount", filter=known, default=ZERO)
            sums[f"{name}_buyers"] = Count("customer", filter=known, distinct=True)
    return sums


def _measures(row: dict[str, Any] | None, name: str, *, refunds: Decimal) -> Measures:
    if row is None:
        return Measures(refund_amount=refunds, buyers=0)
    return Measures(
        paid_amount=round_money(Decimal(row[f"{name}_amount"])),
        known_amount=round_money(Decimal(row[f"{name}_known"])),
        paid_orders=row[f"{name}_orders"],
        buyers=row[f"{name}_buyers"],
        refund_amount=refunds,
    )


def _by_hour(bought: Any, stores: Sequence[Store], on_day: dict[int, Q]) -> dict[tuple[str, int, int], Decimal]:
    sums = {f"ago_{ago}": Sum("amount", filter=day, default=ZERO) for ago, day in on_day.items()}
    rows = bought.annotate(hour=local_hour(stores, "paid_at")).values("currency", "hour").annotate(**sums)
    return {
        (row["currency"], row["hour"], ago): round_money(Decimal(row[f"ago_{ago}"]))
        for row in rows.order_by()
        for ago in DAYS_AGO
    }


def _refunds(stores: Sequence[Store], now: datetime) -> dict[tuple[str, int], Decimal]:
    on_day = {ago: _store_day(stores, now, ago, "refunded_on") for ago in DAYS_AGO}
    sums = {
        f"ago_{ago}": Sum("amount", filter=day & Q(refunded_at__lte=now - timedelta(days=ago)), default=ZERO)
        for ago, day in on_day.items()
    }
    back = PurchaseRefund.objects.filter(
        on_day[0] | on_day[1] | on_day[7], store__in=[store.pk for store in stores]
    ).exclude(source_ref__endswith=UNDONE)
    rows: Any = back.values("currency").annotate(**sums).order_by()
    return {(row["currency"], ago): round_money(Decimal(row[f"ago_{ago}"])) for row in rows for ago in DAYS_AGO}
