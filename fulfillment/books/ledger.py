"""The sales ledger against orders, against refunds, and against what membership was told."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Concat, Substr

from catalog.models import Store
from config.kernel.money import CENT
from fulfillment.books.sums import NO_MONEY, PAID, count_of, sum_of
from fulfillment.models import Order, Refund, RefundLine, SalesEntry
from membership.models import Purchase, PurchaseRefund

ORDER = "order:"
# What an undone import booked to take its own rows back.
UNDO = ":undo"
REVERSALS = (SalesEntry.Kind.REFUND, SalesEntry.Kind.CANCEL_AFTER_PAY, SalesEntry.Kind.SHIPPING_REFUND)


def ledger_against_orders() -> Iterator[str]:
    """The ledger of each live order holds what was due less what its lines gave back, and a paid order is booked.

    Not booked are orders held for a check when they were paid, and those cancelled from there or before.
    """
    entries = SalesEntry.objects.filter(order_id=OuterRef("pk"))
    given = RefundLine.objects.filter(refund__order_id=OuterRef("pk"))
    sums = {
        name: sum_of(entries, by="order_id", of=f"{name}_amount", nothing=NO_MONEY)
        for name in ("gross", "discount", "shipping")
    }
    given_back = sum_of(given, by="refund__order_id", of="amount", nothing=NO_MONEY)
    rows: Any = Order.objects.filter(is_history=False).annotate(
        booked_count=count_of(entries, by="order_id"), given_back=given_back, **sums
    )
    for order in rows.order_by("pk").iterator():
        booked = order.gross - order.discount + order.shipping
        due = order.payable_amount - order.given_back
        if order.booked_count and booked.quantize(order.payable_amount) != due.quantize(order.payable_amount):
            yield f"order {order.number}: ledger {booked}, order {due}"
        if not order.booked_count and order.paid_at and order.state in (Order.State.CONFIRMED, Order.State.CLOSED):
            yield f"order {order.number}: paid and not in the ledger"


def ledger_against_history() -> Iterator[str]:
    """The ledger of each imported order holds what was paid less what went back; nothing when the import was undone."""
    entries = SalesEntry.objects.filter(order_id=OuterRef("pk"))
    given = RefundLine.objects.filter(refund__order_id=OuterRef("pk"), refund__state=Refund.State.SUCCEEDED)
    rows: Any = Order.objects.filter(is_history=True).annotate(
        booked=sum_of(entries, by="order_id", of=PAID, nothing=NO_MONEY),
        given_back=sum_of(given, by="refund__order_id", of="amount", nothing=NO_MONEY),
    )
    columns = ("number", "paid_at", "payload_hash", "paid_amount", "booked", "given_back")
    for number, paid_at, payload, paid, booked, back in rows.order_by("pk").values_list(*columns).iterator():
        # An order that was set aside by an undo has no fingerprint any more.
        due = paid - back if paid_at and payload else Decimal(0)
        if booked.quantize(CENT) != due.quantize(CENT):
            yield f"order {number}: ledger {booked.quantize(CENT)}, order {due.quantize(CENT)}"


def purchases_against_orders() -> Iterator[str]:
    """Membership knows of each sale once, with what is due of a live order and what was paid of an imported one."""
    sales = SalesEntry.objects.filter(order_id=OuterRef("pk"), kind=SalesEntry.Kind.SALE)
    facts = Purchase.objects.filter(source_ref=Concat(Value(ORDER), OuterRef("number"))).values("amount")
    sold = Case(When(is_history=True, then=F("paid_amount")), default=F("payable_amount"))
    rows: Any = Order.objects.annotate(sold=sold).filter(Exists(sales), sold__gt=0).annotate(told=Subquery(facts))
    for order in rows.exclude(told__isnull=False, told=F("sold")).order_by("pk").iterator():
        told = None if order.told is None else order.told.quantize(CENT)
        yield f"order {order.number}: purchase {told}, order {order.sold.quantize(CENT)}"


def purchases_without_sale() -> Iterator[str]:
    """Every purchase of an order has that order's sale in the ledger."""
    number = Substr(OuterRef("source_ref"), len(ORDER) + 1)
    sold = SalesEntry.objects.filter(order_id=OuterRef("pk"), kind=SalesEntry.Kind.SALE)
    orders = Order.objects.filter(Exists(sold), number=number)
    rows = Purchase.objects.filter(~Exists(orders), source_ref__startswith=ORDER)
    for ref in rows.order_by("pk").values_list("source_ref", flat=True).iterator():
        yield f"purchase {ref}: there is no such sale"


def refunds_told() -> Iterator[str]:
    """Membership knows of each booked refund with its amount, and of no other."""
    booked = SalesEntry.objects.filter(source_ref=Concat(OuterRef("source_ref"), Value("/1")))
    told = PurchaseRefund.objects.filter(source_ref=OuterRef("source_ref")).values("amount")
    lines = RefundLine.objects.filter(refund_id=OuterRef("pk"))
    rows: Any = Refund.objects.filter(Exists(booked), state=Refund.State.SUCCEEDED).annotate(
        told=Subquery(told), taken=sum_of(lines, by="refund_id", of="amount", nothing=NO_MONEY)
    )
    columns = ("source_ref", "taken", "told")
    for ref, taken, heard in rows.order_by("pk").values_list(*columns).iterator():
        if heard is None or heard != taken.quantize(CENT):
            words = None if heard is None else heard.quantize(CENT)
            yield f"refund {ref}: refund fact {words}, refund {taken.quantize(CENT)}"
    known = Refund.objects.filter(source_ref=OuterRef("source_ref"))
    alone = PurchaseRefund.objects.filter(~Exists(known)).exclude(
        Q(source_ref__endswith=UNDO) | Q(source_ref__endswith=PurchaseRefund.WITHDRAWN)
    )
    for ref in alone.order_by("pk").values_list("source_ref", flat=True).iterator():
        yield f"refund fact {ref}: there is no such refund"


def ledger_against_loose_refunds() -> Iterator[str]:
    """What went back without a sale stands in the ledger on its day; by store and day, for no order holds it together."""
    entries = SalesEntry.objects.filter(order__isnull=True, kind__in=REVERSALS)
    booked = _by(entries, "store_id", "store_date", of=PAID)
    refunds = Refund.objects.filter(order__isnull=True, state=Refund.State.SUCCEEDED)
    given = _by(refunds, "store_id", "refunded_on", of=F("amount"))
    codes = dict(Store.objects.values_list("pk", "code"))
    for store_id, day in sorted(booked.keys() | given.keys()):
        gone, back = -booked[store_id, day], given[store_id, day]
        if gone != back:
            yield f"store {codes[store_id]} {day}: ledger gave back {gone} without a sale, refunds {back}"


def ledger_against_facts() -> Iterator[str]:
    """By store and currency the ledger, corrections apart, is the purchases less the refunds that membership knows."""
    keys = ("store_id", "currency")
    ledger = _by(SalesEntry.objects.exclude(kind=SalesEntry.Kind.ADJUSTMENT), *keys, of=PAID)
    bought = _by(Purchase.objects.all(), *keys, of=F("amount"))
    back = _by(PurchaseRefund.objects.all(), *keys, of=F("amount"))
    codes = dict(Store.objects.values_list("pk", "code"))
    for key in sorted(ledger.keys() | bought.keys() | back.keys()):
        if ledger[key] != bought[key] - back[key]:
            store, currency = codes[key[0]], key[1]
            words = f"purchases {bought[key]} less refunds {back[key]}"
            yield f"store {store} {currency}: ledger {ledger[key]}, {words}"


def _by(rows: QuerySet[Any], *keys: str, of: Any) -> defaultdict[Any, Decimal]:
    """Sums to the cent by key; SQLite adds money as floats."""
    found: defaultdict[Any, Decimal] = defaultdict(lambda: Decimal("0.00"))
    for *key, total in rows.order_by().values_list(*keys).annotate(_total=Sum(of, output_field=NO_MONEY.output_field)):
        found[tuple(key)] = total.quantize(CENT)
    return found
