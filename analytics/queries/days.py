"""The measures of store days, computed afresh from the ledgers: what a rebuild stores and a check compares."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DecimalField, F, Q, Sum, Value, When
from django.db.models.functions import TruncDate

from analytics.models import StoreDay
from analytics.queries.purchases import known_purchases
from catalog.models import Store
from config.kernel.money import CENT
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
BOOKED = ~Q(kind=Kind.ADJUSTMENT)
# Postage, fees and discounts have no cost that could be unknown.
GOODS = Q(line_kind__in=[OrderLine.Kind.GOODS, OrderLine.Kind.GIFT])
# An order of an import that was taken back keeps its row, without the hash of what was imported.
UNDONE = Q(is_history=True, payload_hash="")
NET = F("gross_amount") - F("discount_amount")
PAID = NET + F("shipping_amount") + F("tax_amount")
PAYS_WITHIN = timedelta(hours=24)
RATE_STEP = Decimal("0.00000001")
RATES = DecimalField(max_digits=30, decimal_places=8)


def fresh_days(store: Store, days: Sequence[date]) -> list[StoreDay]:
    """Unsaved rows of whole store days, each from all its facts; a fixed number of queries for any number of days."""
    rows = {day: StoreDay(store=store, day=day) for day in days}
    rates = RateTable.load([store.currency], first=min(days), last=max(days))
    for day, row in rows.items():
        row.exchange_rate = rates.rate(store.currency, day)
    _read_ledger(store, rows)
    _read_refund_rates(store, rows)
    _read_orders(store, rows)
    _read_buyers(store, rows)
    _read_tickets(store, rows)
    return [rows[day] for day in sorted(rows)]


def _fill(rows: dict[date, StoreDay], found: Any, *, day_name: str) -> None:
    """Set what a query found, `sum_units` as `units`; what it did not find stays zero."""
    for values in found:
        row = rows[values.pop(day_name)]
        for name, value in values.items():
            if value is not None:
                # SQLite adds up decimals as floats: the sum is right to the cent, not beyond.
                kept = value.quantize(CENT) if isinstance(value, Decimal) else value
                setattr(row, name.removeprefix("sum_"), kept)


def _read_ledger(store: Store, rows: dict[date, StoreDay]) -> None:
    entries = SalesEntry.objects.filter(store=store, store_date__in=list(rows))
    found = entries.values("store_date").annotate(
        sum_paid_amount=Sum(PAID, filter=MONEY_IN),
        sum_units=Sum("quantity", filter=SALES),
        sum_gross_amount=Sum("gross_amount", filter=SALES),
        sum_discount_amount=Sum("discount_amount", filter=SALES),
        sum_shipping_amount=Sum("shipping_amount", filter=MONEY_IN),
        sum_reversal_amount=-Sum(NET, filter=REVERSALS),
        sum_refund_amount=-Sum(PAID, filter=MONEY_BACK),
        sum_refund_units=-Sum("quantity", filter=REVERSALS),
        sum_refund_orders=Count("order", filter=MONEY_BACK, distinct=True),
        sum_cancelled_orders=Count("order", filter=Q(kind=Kind.CANCEL_AFTER_PAY), distinct=True),
        sum_cost_amount=Sum("cost_amount", filter=BOOKED),
        sum_uncosted_amount=Sum(NET, filter=BOOKED & GOODS & Q(cost_amount__isnull=True)),
        sum_adjustment_amount=Sum("gross_amount", filter=~BOOKED),
    )
    _fill(rows, found.order_by(), day_name="store_date")


def _read_refund_rates(store: Store, rows: dict[date, StoreDay]) -> None:
    """Refunds go back at the rate of their sale: the mean of these rates, weighed by the amounts.

    An entry without a rate of its own takes the day's.
    """
    by_day = [When(store_date=day, then=Value(row.exchange_rate)) for day, row in rows.items() if row.exchange_rate]
    rate = Case(When(exchange_rate__isnull=False, then=F("exchange_rate")), *by_day, output_field=RATES)
    entries = SalesEntry.objects.filter(REVERSALS, store=store, store_date__in=list(rows)).annotate(rate=rate)
    sums = entries.values("store_date").annotate(
        amount=Sum(PAID),
        base=Sum(PAID * F("rate"), output_field=RATES),
        unknown=Count("pk", filter=Q(rate__isnull=True)),
    )
    for found in sums.order_by():
        if found["amount"] and not found["unknown"]:
            mean = Decimal(found["base"]) / Decimal(found["amount"])
            rows[found["store_date"]].refund_exchange_rate = mean.quantize(RATE_STEP)


def _read_orders(store: Store, rows: dict[date, StoreDay]) -> None:
    # Orders held for a check are out of the figures until they are cleared.
    orders = Order.objects.filter(store=store).exclude(UNDONE).exclude(state=Order.State.RISK_HOLD)
    in_time = Q(paid_at__lte=F("placed_at") + PAYS_WITHIN)
    placed = orders.filter(placed_on__in=list(rows)).values("placed_on")
    found = placed.annotate(
        sum_placed_orders=Count("pk"),
        sum_placed_amount=Sum("payable_amount"),
        sum_paid_in_time_orders=Count("pk", filter=in_time),
    )
    _fill(rows, found.order_by(), day_name="placed_on")
    paid = orders.filter(paid_on__in=list(rows)).values("paid_on")
    unknown = Q(customer__isnull=True)
    counts = paid.annotate(sum_paid_orders=Count("pk"), sum_guest_orders=Count("pk", filter=unknown))
    _fill(rows, counts.order_by(), day_name="paid_on")


def _read_buyers(store: Store, rows: dict[date, StoreDay]) -> None:
    daily = known_purchases().filter(store=store, paid_on__in=list(rows)).values("paid_on")
    people = daily.annotate(sum_buyers=Count("customer", distinct=True), sum_known_amount=Sum("amount"))
    _fill(rows, people.order_by(), day_name="paid_on")


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
    """Days of the range on which something was placed or booked and that were never built; three queries."""
    built = set(StoreDay.objects.filter(store=store, day__range=(first, last)).values_list("day", flat=True))
    entries = SalesEntry.objects.filter(store=store, store_date__range=(first, last))
    orders = Order.objects.filter(store=store, placed_on__range=(first, last))
    facts = {
        *entries.order_by().values_list("store_date", flat=True).distinct(),
        *orders.order_by().values_list("placed_on", flat=True).distinct(),
    }
    return sorted(facts - built)


def days_placed_before(store: Store, days: Iterable[date]) -> set[date]:
    """The days before the given ones on which orders were placed: a payment of a day changes their pay rate too."""
    before = [day - timedelta(days=1) for day in days]
    if not before:
        return set()
    span = Order.objects.filter(store=store, placed_on__range=(min(before), max(before)), paid_on__gt=F("placed_on"))
    return set(span.order_by().values_list("placed_on", flat=True).distinct()) & set(before)
