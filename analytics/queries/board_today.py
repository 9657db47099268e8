"""The day that is running: purchases by hour and so far, beside yesterday and the same weekday a week ago."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from analytics.measures import Measures
from analytics.queries.board_sales import HOURS, local_hour
from analytics.queries.purchases import UNDONE, all_purchases
from catalog.models import Store
from config.kernel.money import round_money
from config.kernel.store_time import store_day, zone_of
from membership.models import PurchaseRefund

# Today, yesterday, the same weekday of last week.
DAYS_AGO = (0, 1, 7)
ZERO = Decimal(0)


@dataclass(frozen=True)
class RunningDay:
    """A day up to the same time of day, the hour of it that is running, and its paid amounts by hour (the whole day)."""

    so_far: Measures
    this_hour: Measures
    by_hour: tuple[Decimal, ...]


def running_days(stores: Sequence[Store], *, now: datetime) -> dict[str, dict[int, RunningDay]]:
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
    hour = now.replace(minute=0, second=0, microsecond=0)
    sums: dict[str, Any] = {}
    for ago, day in on_day.items():
        until = now - timedelta(days=ago)
        spans = {
            f"day_{ago}": day & Q(paid_at__lte=until),
            f"hour_{ago}": day & Q(paid_at__gte=hour - timedelta(days=ago), paid_at__lte=until),
        }
        for name, span in spans.items():
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
