"""Orders: their axes and amounts against payments, pieces, refunds and lines."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from fulfillment.books.sums import NO_MONEY, NO_PIECES, sum_of
from fulfillment.models import Order, OrderLine, Payment, Refund, RefundLine, Reservation, ShortLine
from fulfillment.orders import MOVED


def _live(**where: Any) -> QuerySet[Order]:
    return Order.objects.filter(is_history=False, **where)


def paid_against_payments() -> Iterator[str]:
    """The paid amount of each live order is the sum of its payments."""
    payments = Payment.objects.filter(order_id=OuterRef("pk"))
    rows = _live().annotate(total=sum_of(payments, by="order_id", of="amount", nothing=NO_MONEY))
    for number, paid, total in rows.order_by("pk").values_list("number", "paid_amount", "total").iterator():
        if paid != total.quantize(paid):
            yield f"order {number}: paid {paid}, payments {total}"


def payment_axis() -> Iterator[str]:
    """The payment axis is what the amounts say."""
    wrong = (
        Q(payment_state="unpaid") & ~Q(paid_amount=0, payable_amount__gt=0)
        | Q(payment_state="partial") & ~Q(paid_amount__gt=0, paid_amount__lt=F("payable_amount"))
        | Q(payment_state="paid") & ~Q(paid_amount=F("payable_amount"))
        | Q(payment_state="over") & ~Q(paid_amount__gt=F("payable_amount"))
    )
    for order in _live().filter(wrong).order_by("pk").iterator():
        yield f"order {order.number}: {order.payment_state} with {order.paid_amount} of {order.payable_amount} paid"


def fulfilment_axis() -> Iterator[str]:
    """The dispatch axis is what the shipped, promised and missing pieces say; before payment holds may have run out."""
    shipped = OrderLine.objects.filter(order=OuterRef("pk"), kind__in=MOVED, shipped_quantity__gt=0)
    promised = Reservation.objects.filter(order_line__order=OuterRef("pk"), state__in=Reservation.ACTIVE_STATES)
    missing = ShortLine.objects.filter(order_line__order=OuterRef("pk"), state=ShortLine.State.OPEN)
    rows = _live().exclude(state="new").exclude(state="risk_hold", paid_at__isnull=True)
    rows = rows.annotate(has_shipped=Exists(shipped), has_left=Exists(promised) | Exists(missing))
    fits = (
        Q(fulfilment_state="unshipped", has_shipped=False, has_left=True)
        | Q(fulfilment_state="part_shipped", has_shipped=True, has_left=True)
        | Q(fulfilment_state="shipped", has_shipped=True, has_left=False)
        | Q(fulfilment_state="nothing", has_shipped=False, has_left=False)
    )
    for order in rows.exclude(fits).order_by("pk").iterator():
        yield f"order {order.number}: dispatch says {order.fulfilment_state}, the pieces do not"


def refunded_against_refunds() -> Iterator[str]:
    """The refunded amount of each live order is the sum of its refunds."""
    refunds = Refund.objects.filter(order_id=OuterRef("pk"), state=Refund.State.SUCCEEDED)
    rows = _live().annotate(total=sum_of(refunds, by="order_id", of="amount", nothing=NO_MONEY))
    for number, gone, total in rows.order_by("pk").values_list("number", "refunded_amount", "total").iterator():
        if gone != total.quantize(gone):
            yield f"order {number}: refunded {gone}, refunds {total}"


def lines_against_refunds() -> Iterator[str]:
    """What each line gave back, imported ones too, is the sum of its refund lines, and never more than it brought.

    Pieces are compared of what is moved; the pieces of a fee or of postage are nobody's stock.
    """
    given = RefundLine.objects.filter(order_line_id=OuterRef("pk"), refund__state=Refund.State.SUCCEEDED)
    told = Q(refunded_amount__gt=0) | Q(refunded_quantity__gt=0) | Exists(given)
    rows = OrderLine.objects.filter(told).annotate(
        total=sum_of(given, by="order_line_id", of="amount", nothing=NO_MONEY),
        pieces=sum_of(given, by="order_line_id", of="quantity", nothing=NO_PIECES),
    )
    columns = (
        "order__number",
        "number",
        "kind",
        "refunded_amount",
        "refunded_quantity",
        "net_amount",
        "total",
        "pieces",
    )
    for order, number, kind, gone, units, net, total, pieces in rows.order_by("pk").values_list(*columns).iterator():
        miscounted = kind in MOVED and units != pieces
        if gone != total.quantize(gone) or miscounted or gone > net:
            yield f"order {order} line {number}: refunded {gone} and {units} pieces, refund lines {total} and {pieces}"


def order_sums() -> Iterator[str]:
    """Payable = goods - discounts + postage, and the lines with the postage add up to it."""
    lines = OrderLine.objects.filter(order_id=OuterRef("pk"))
    rows = _live().annotate(total=sum_of(lines, by="order_id", of="net_amount", nothing=NO_MONEY))
    for order in rows.order_by("pk").iterator():
        discounts = order.shop_discount_amount + order.platform_discount_amount
        by_parts = order.goods_amount - discounts + order.shipping_amount
        by_lines = order.total.quantize(order.payable_amount) + order.shipping_amount
        if not by_parts == by_lines == order.payable_amount:
            yield f"order {order.number}: payable {order.payable_amount}, parts {by_parts}, lines {by_lines}"


def refunds_against_lines() -> Iterator[str]:
    """A refund of the past is the sum of its lines; a live one may also give back what was paid too much."""
    lines = RefundLine.objects.filter(refund_id=OuterRef("pk"))
    rows = Refund.objects.filter(Q(order__isnull=True) | Q(order__is_history=True))
    rows = rows.annotate(total=sum_of(lines, by="refund_id", of="amount", nothing=NO_MONEY))
    for ref, amount, total in rows.order_by("pk").values_list("source_ref", "amount", "total").iterator():
        if amount != total.quantize(amount):
            yield f"refund {ref}: {amount}, lines {total.quantize(amount)}"
