"""The measures of store days, computed afresh from the ledgers: what a rebuild stores and a check compares."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Min, Q, Sum
from django.db.models.functions import TruncDate

from analytics.models import StoreDay
from analytics.queries.purchases import known_purchases
from catalog.models import Store
from config.kernel.rates import RateTable
from config.kernel.store_time import range_of_days, zone_of
from fulfillment.models import Order, OrderLine, SalesEntry
from service_desk.models import Ticket

Kind = SalesEntry.Kind
SALES = Q(kind__in=[Kind.SALE, Kind.EXCHANGE_OUT, Kind.EDIT])
REVERSALS = Q(kind__in=[Kind.REFUND, Kind.CANCEL_AFTER_PAY, Kind.SHIPPING_REFUND, Kind.EXCHANGE_IN])
# Goods changed against goods are sold and taken back, but no money comes or goes.
MONEY_IN = Q(kind__in=[Kind.SALE, Kind.EDIT])
MONEY_BACK = Q(kind__in=[Kind.REFUND, Kind.CANCEL_AFTER_PAY, Kind.SHIPPING_REFUND])
# Postage, fees and discounts have no cost that could be unknown.
GOODS = Q(line_kind__in=[OrderLine.Kind.GOODS, OrderLine.Kind.GIFT])
# An order of an import that was taken back keeps its row, without the hash of what was imported.
UNDONE = Q(is_history=True, payload_hash="")
NET = F("gross_amount") - F("discount_amount")
PAID = NET + F("shipping_amount") + F("tax_amount")


def fresh_days(store: Store, days: Sequence[date]) -> list[StoreDay]:
    """Unsaved rows of whole store days, each from all its facts; a fixed number of queries for any number of days."""
    rows = {day: StoreDay(store=store, day=day) for day in days}
    _read_ledger(store, rows)
    _read_orders(store, rows)
    _read_buyers(store, rows)
    _read_tickets(store, rows)
    rates = RateTable.load([store.currency], first=min(days), last=max(days))
    for day, row in rows.items():
        row.exchange_rate = rates.rate(store.currency, day)
    return [rows[day] for day in sorted(rows)]


def _fill(rows: dict[date, StoreDay], found: Any, key: str) -> None:
    for values in found:
        row = rows[values.pop(key)]
        for name, value in values.items():
            if value is not None:
                setattr(row, name, value)


def _read_ledger(store: Store, rows: dict[date, StoreDay]) -> None:
    entries = SalesEntry.objects.filter(store=store, store_date__in=list(rows))
    booked = ~Q(kind=Kind.ADJUSTMENT)
    found = (
        entries.values("store_date")
        .annotate(
            paid_sum=Sum(PAID, filter=MONEY_IN),
            unit_sum=Sum("quantity", filter=SALES),
            gross_sum=Sum("gross_amount", filter=SALES),
            discount_sum=Sum("discount_amount", filter=SALES),
            shipping_sum=Sum("shipping_amount", filter=MONEY_IN),
            reversal_sum=-Sum(NET, filter=REVERSALS),
            refund_sum=-Sum(PAID, filter=MONEY_BACK),
            refund_unit_sum=-Sum("quantity", filter=REVERSALS),
            refund_orders=Count("order", filter=MONEY_BACK, distinct=True),
            cancelled_orders=Count("order", filter=Q(kind=Kind.CANCEL_AFTER_PAY), distinct=True),
            cost_sum=Sum("cost_amount", filter=booked),
            uncosted_sum=Sum(NET, filter=booked & GOODS & Q(cost_amount__isnull=True)),
            adjustment_sum=Sum("gross_amount", filter=~booked),
        )
        .order_by()
    )
    names = {
        "paid_sum": "paid_amount",
        "unit_sum": "units",
        "gross_sum": "gross_amount",
        "discount_sum": "discount_amount",
        "shipping_sum": "shipping_amount",
        "reversal_sum": "reversal_amount",
        "refund_sum": "refund_amount",
        "refund_unit_sum": "refund_units",
        "cost_sum": "cost_amount",
        "uncosted_sum": "uncosted_amount",
        "adjustment_sum": "adjustment_amount",
    }
    _fill(rows, ({names.get(name, name): value for name, value in values.items()} for values in found), "store_date")


def _read_orders(store: Store, rows: dict[date, StoreDay]) -> None:
    # Orders held for a check are out of the figures until they are cleared.
    orders = Order.objects.filter(store=store).exclude(UNDONE).exclude(state=Order.State.RISK_HOLD)
    placed = orders.filter(placed_on__in=list(rows)).values("placed_on")
    _fill(rows, placed.annotate(placed_orders=Count("pk"), placed_amount=Sum("payable_amount")).order_by(), "placed_on")
    paid = orders.filter(paid_on__in=list(rows)).values("paid_on")
    guests = Count("pk", filter=Q(customer__isnull=True))
    _fill(rows, paid.annotate(paid_orders=Count("pk"), guest_orders=guests).order_by(), "paid_on")


def _read_buyers(store: Store, rows: dict[date, StoreDay]) -> None:
    purchases = known_purchases().filter(store=store)
    daily = purchases.filter(paid_on__in=list(rows)).values("paid_on")
    _fill(rows, daily.annotate(buyers=Count("customer", distinct=True)).order_by(), "paid_on")
    firsts = (
        purchases.values("customer").annotate(first=Min("paid_on")).filter(first__in=list(rows)).values_list("first")
    )
    for (day,) in firsts:
        rows[day].new_buyers += 1


def _read_tickets(store: Store, rows: dict[date, StoreDay]) -> None:
    zone = zone_of(store.time_zone)
    start, end = range_of_days(min(rows), max(rows), zone)
    for field, name in (("opened_at", "tickets_opened"), ("resolved_at", "tickets_resolved")):
        within = Ticket.objects.filter(store=store, **{f"{field}__gte": start, f"{field}__lt": end})
        counts = within.annotate(day=TruncDate(field, tzinfo=zone)).values("day").annotate(count=Count("pk")).order_by()
        for found in counts:
            if found["day"] in rows:
                setattr(rows[found["day"]], name, found["count"])


def days_without_row(store: Store, *, first: date, last: date) -> list[date]:
    """Days of the range with facts or none that were never built."""
    built = set(StoreDay.objects.filter(store=store, day__range=(first, last)).values_list("day", flat=True))
    count = (last - first).days + 1
    return [day for day in (first + timedelta(days=place) for place in range(count)) if day not in built]
