"""How good the data behind a report is: what is missing, parked, assumed or provisional."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Sum

from analytics.models import StoreDay
from analytics.periods import Period
from analytics.queries.figures import days_without_rate
from catalog.models import DailySales, Listing, Store
from config.kernel.models import ImportRow, InboxMessage, StaleDay
from config.kernel.store_time import store_day, zone_of
from marketing.models import EventPeriod
from marketing.queries import event_days

AFTER_SALE_DAYS = 7
STALE_FACTS = ("store_day", "sales", "daily_sales")


def data_quality(stores: Sequence[Store], period: Period) -> dict[str, Any]:
    """Counts of what weakens the figures of a period; a zero says that there is nothing."""
    codes = [store.code for store in stores]
    days = StoreDay.objects.filter(store__in=stores, day__range=(period.first, period.last))
    sold = DailySales.objects.filter(store__in=stores, day__range=(period.first, period.last), units__gt=0)
    stale = StaleDay.objects.filter(fact__in=STALE_FACTS, day__range=(period.first, period.last))
    # The intake of orders names its source after the store.
    sources = [f"store:{code}" for code in codes]
    parked = InboxMessage.objects.filter(state=InboxMessage.State.PARKED, source__in=sources)
    sums = days.aggregate(guests=Sum("guest_orders"), paid=Sum("paid_orders"))
    return {
        "unmatched_listings": Listing.objects.filter(store__in=stores, sku__isnull=True).count(),
        "parked_messages": parked.count(),
        "rejected_rows": ImportRow.objects.filter(
            state=ImportRow.State.REJECTED, batch__store_code__in=codes, batch__state="applied"
        ).count(),
        "days_without_rate": days_without_rate(stores, [period]).values("day").distinct().count(),
        "skus_without_cost": sold.filter(cost__isnull=True).values("sku").distinct().count(),
        "guest_orders": sums["guests"] or 0,
        "paid_orders": sums["paid"] or 0,
        "stale_days": stale.filter(store_code__in=codes).values("store_code", "day").distinct().count(),
    }


def is_provisional(stores: Sequence[Store], period: Period, *, now: datetime) -> bool:
    """Payments of a day settle until the day after: until then the figures may move."""
    return any(store_day(now, zone_of(store.time_zone)) <= period.last + timedelta(days=1) for store in stores)


def events_in(stores: Sequence[Store], *, first: date, last: date) -> list[dict[str, str]]:
    """Events of the campaign calendar that touch the range."""
    channels = {store.channel_id for store in stores}
    periods = EventPeriod.objects.filter(starts_on__lte=last, ends_on__gte=first).select_related("event")
    return [
        {
            "event": period.event.code,
            "name": period.event.name,
            "english_name": period.event.english_name,
            "phase": period.phase,
            "first": period.starts_on.isoformat(),
            "last": period.ends_on.isoformat(),
        }
        for period in periods.order_by("starts_on", "pk")
        if period.channel_id is None or period.channel_id in channels
    ]


def masked_days(stores: Sequence[Store], *, first: date, last: date) -> frozenset[date]:
    """Days of [first, last] in a phase of an event, and the seven days after a sale, on any of the stores' channels."""
    masked: set[date] = set()
    for channel in sorted({store.channel_id for store in stores}):
        for found in event_days(channel, first=first - timedelta(days=AFTER_SALE_DAYS), last=last):
            after = AFTER_SALE_DAYS if found.phase == EventPeriod.Phase.SALE else 0
            masked.update(found.day + timedelta(days=further) for further in range(after + 1))
    return frozenset(day for day in masked if first <= day <= last)
