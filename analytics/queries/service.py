"""Service figures of a range: first replies and dispatch on time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from statistics import median

from django.db.models import Count, F, Q

from analytics.measures import Measures
from analytics.periods import Period
from catalog.models import Store
from config.kernel.store_time import range_of_days, zone_of
from fulfillment.models import Order
from service_desk.models import Ticket

TENTH = Decimal("0.1")


def with_service(measures: Measures, stores: Sequence[Store], period: Period, *, now: datetime) -> Measures:
    """The measures with the median first reply and the orders due for dispatch; two queries."""
    opened = Ticket.objects.filter(within_store_days(stores, period, "opened_at"), first_replied_at__isnull=False)
    minutes = [
        (replied - asked).total_seconds() / 60
        for asked, replied in opened.values_list("opened_at", "first_replied_at").order_by("pk")
        if replied is not None
    ]
    due = Order.objects.live().filter(
        within_store_days(stores, period, "dispatch_due_at"), dispatch_due_at__lte=now, paid_at__isnull=False
    )
    # An order cancelled before its deadline was never late.
    due = due.exclude(state=Order.State.CANCELLED, cancelled_at__lte=F("dispatch_due_at"))
    counts = due.aggregate(all=Count("pk"), in_time=Count("pk", filter=Q(shipped_at__lte=F("dispatch_due_at"))))
    return replace(
        measures,
        first_reply_minutes=Decimal(median(minutes)).quantize(TENTH) if minutes else None,
        due_orders=counts["all"],
        on_time_orders=counts["in_time"],
    )


def within_store_days(stores: Sequence[Store], period: Period, field: str) -> Q:
    """Moments of the period on each store's own clock."""
    by_zone: dict[str, list[Store]] = defaultdict(list)
    for store in stores:
        by_zone[store.time_zone].append(store)
    found = Q(pk__in=[])
    for name, alike in by_zone.items():
        start, end = range_of_days(period.first, period.last, zone_of(name))
        found |= Q(**{"store__in": alike, f"{field}__gte": start, f"{field}__lt": end})
    return found
