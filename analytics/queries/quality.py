"""How good the data behind a report is: what is missing, parked, assumed or provisional."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Sum

from analytics.models import StoreDay
from analytics.periods import Period
from catalog.models import Listing, Store
from config.kernel.models import ImportRow, InboxMessage, StaleDay
from config.kernel.money import round_money
from config.kernel.store_time import store_day, zone_of
from marketing.models import EventPeriod


def data_quality(stores: Sequence[Store], period: Period) -> dict[str, Any]:
    """Counts of what weakens the figures of a period; a zero says that there is nothing."""
    codes = [store.code for store in stores]
    days = StoreDay.objects.filter(store__in=stores, day__range=(period.first, period.last))
    foreign = days.exclude(store__currency=settings.BASE_CURRENCY)
    sums = days.aggregate(uncosted=Sum("uncosted_amount"), guests=Sum("guest_orders"), paid=Sum("paid_orders"))
    return {
        "unmatched_listings": Listing.objects.filter(store__in=stores, sku__isnull=True).count(),
        "parked_messages": InboxMessage.objects.filter(state=InboxMessage.State.PARKED, source__in=codes).count(),
        "rejected_rows": ImportRow.objects.filter(
            state=ImportRow.State.REJECTED, batch__store_code__in=codes, batch__state="applied"
        ).count(),
        "days_without_rate": foreign.filter(exchange_rate__isnull=True).values("day").distinct().count(),
        "sales_without_cost": str(round_money(sums["uncosted"] or Decimal(0))),
        "guest_orders": sums["guests"] or 0,
        "paid_orders": sums["paid"] or 0,
        "stale_days": StaleDay.objects.filter(store_code__in=codes, day__range=(period.first, period.last)).count(),
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


def event_mask(stores: Sequence[Store], days: Sequence[date]) -> list[bool]:
    """Whether each day lies in an event or within the seven days after one."""
    found = events_in(stores, first=days[0] - timedelta(days=7), last=days[-1])
    spans = [
        (date.fromisoformat(event["first"]), date.fromisoformat(event["last"]) + timedelta(days=7)) for event in found
    ]
    return [any(first <= day <= last for first, last in spans) for day in days]
