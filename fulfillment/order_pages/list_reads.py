"""The list of orders: what it may be narrowed to, its tabs, its sums."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from fulfillment.models import Order, OrderLine
from fulfillment.queries.orders import WAITS, orders_found, waits_for

# Sums are of this many orders at most; above it the page says so and shows none.
MOST_SUMMED = 10_000
TABS: dict[str, Any] = {
    "": _("All"),
    "dispatch": _("To ship"),
    "late": _("Late"),
    "soon": _("Due within six hours"),
    "payment": _("To be paid"),
    "held": _("Held"),
}


@dataclass(frozen=True)
class Tab:
    """A tab: its code, words, number of orders (None: not counted)."""

    code: str
    label: Any
    count: int | None
    is_urgent: bool


@dataclass(frozen=True)
class Sums:
    """Orders of one currency: how many, what buyers are to pay, paid, and got back."""

    currency: str
    orders: int
    payable: Decimal
    paid: Decimal
    refunded: Decimal


def narrowed(orders: QuerySet[Order], chosen: Mapping[str, Any], *, view: str, now: datetime) -> QuerySet[Order]:
    """Orders by tab and by the cleaned filters of `OrderFilterForm`."""
    if view:
        waiting = waits_for(view, now=now)
        orders = orders.none() if waiting is None else orders.filter(waiting)
    plain = {
        "state": chosen["state"],
        "payment_state": chosen["payment"],
        "fulfilment_state": chosen["dispatch"],
        "placed_on__gte": chosen["placed_first"],
        "placed_on__lte": chosen["placed_last"],
        "paid_on__gte": chosen["paid_first"],
        "paid_on__lte": chosen["paid_last"],
        "store__in": chosen["store"],
        "customer__number": chosen["customer"].upper(),
    }
    orders = orders.filter(**{name: value for name, value in plain.items() if value})
    if chosen["refunded"]:
        orders = (
            orders.filter(refunded_amount__gt=0) if chosen["refunded"] == "yes" else orders.filter(refunded_amount=0)
        )
    if chosen["origin"]:
        orders = orders.filter(is_history=chosen["origin"] == "history")
    if chosen["sku"]:
        orders = orders.filter(pk__in=OrderLine.objects.filter(sku__code=chosen["sku"].strip()).values("order"))
    return orders_found(orders, chosen["q"]) if chosen["q"].strip() else orders


def tabs_of(orders: QuerySet[Order], *, now: datetime) -> list[Tab]:
    """The tabs with their counts, in one query over what waits."""
    counts = orders.filter(WAITS).order_by().aggregate(**_counters(now))
    return [
        Tab(code, label, counts[code] if code else None, code in ("late", "soon") and bool(counts[code]))
        for code, label in TABS.items()
    ]


def _counters(now: datetime) -> dict[str, Count]:
    return {code: Count("pk", filter=waits_for(code, now=now)) for code in TABS if code}


def sums_of(orders: QuerySet[Order]) -> list[Sums] | None:
    """What the orders sum up to by currency; None where there are more than `MOST_SUMMED`."""
    first = orders.order_by().values("pk")[: MOST_SUMMED + 1]
    rows = (
        Order.objects.filter(pk__in=first)
        .order_by("currency")
        .values_list("currency")
        .annotate(Count("pk"), Sum("payable_amount"), Sum("paid_amount"), Sum("refunded_amount"))
    )
    sums = [Sums(*row) for row in rows]
    return None if sum(one.orders for one in sums) > MOST_SUMMED else sums
