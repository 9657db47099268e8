"""Do the books agree? Each check is one set-based statement; it gives a sentence for every row that does not fit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat

from fulfillment.models import (
    Order,
    OrderLine,
    Payment,
    Refund,
    RefundLine,
    Reservation,
    SalesEntry,
    ShortLine,
    StockBalance,
    StockMovement,
)
from fulfillment.orders import MOVED
from membership.models import Purchase

NO_PIECES = Value(0, output_field=IntegerField())
NO_MONEY = Value(0, output_field=DecimalField(max_digits=18, decimal_places=2))
PLACE = ("sku_id", "warehouse_id", "lot_id")


@dataclass(frozen=True)
class BookCheck:
    """A check with its name; `run` gives the problems, one sentence each."""

    name: str
    run: Callable[[], Iterator[str]]


def checks() -> tuple[BookCheck, ...]:
    """The checks of fulfillment."""
    return (
        BookCheck("balances = movements", balances_against_movements),
        BookCheck("movements without balance", movements_without_balance),
        BookCheck("reserved = active reservations", reserved_against_reservations),
        BookCheck("payments = paid amount", paid_against_payments),
        BookCheck("payment axis = payments", payment_axis),
        BookCheck("dispatch axis = pieces", fulfilment_axis),
        BookCheck("refunds = refunded amount", refunded_against_refunds),
        BookCheck("refunds of lines", lines_against_refunds),
        BookCheck("lines = order", order_sums),
        BookCheck("ledger = orders", ledger_against_orders),
        BookCheck("purchases = paid orders", purchases_against_orders),
    )


def _sum(rows: QuerySet[Any], *, by: str, of: str, nothing: Value) -> Any:
    """The sum of a column over the rows that belong to the outer row, as one subquery."""
    sums = rows.order_by().values(by).annotate(_total=Sum(of)).values("_total")
    return Coalesce(Subquery(sums), nothing, output_field=nothing.output_field)


def _of_place(model: Any, **where: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = model.objects.filter(
        sku_id=OuterRef("sku_id"), warehouse_id=OuterRef("warehouse_id"), lot_id=OuterRef("lot_id"), **where
    )
    return found


def balances_against_movements() -> Iterator[str]:
    """Pieces and value of each balance are the sums of its movements."""
    moves = _of_place(StockMovement, bucket=OuterRef("bucket"))
    rows = StockBalance.objects.annotate(
        moved=_sum(moves, by="bucket", of="quantity", nothing=NO_PIECES),
        worth=_sum(moves, by="bucket", of="value", nothing=NO_MONEY),
    ).select_related("sku", "warehouse")
    for row in rows.iterator():
        # SQLite adds money as floats: the comparison is of cents.
        if row.on_hand != row.moved or row.value != row.worth.quantize(row.value):
            yield (
                f"stock {row.sku.code} @ {row.warehouse.code} {row.bucket}: on hand {row.on_hand} worth {row.value}, "
                f"movements {row.moved} worth {row.worth}"
            )


def movements_without_balance() -> Iterator[str]:
    """Every movement has its balance row."""
    balance = _of_place(StockBalance, bucket=OuterRef("bucket"))
    rows = StockMovement.objects.filter(~Exists(balance))
    for key in rows.order_by("pk").values_list("idempotency_key", flat=True).iterator():
        yield f"movement {key}: there is no balance"


def reserved_against_reservations() -> Iterator[str]:
    """What counts as reserved are the held and committed reservations."""
    active = _of_place(Reservation, state__in=Reservation.ACTIVE_STATES)
    promised = Case(
        When(bucket="available", then=_sum(active, by="lot_id", of="quantity", nothing=NO_PIECES)),
        default=NO_PIECES,
        output_field=IntegerField(),
    )
    rows = StockBalance.objects.annotate(promised=promised).exclude(reserved=F("promised"))
    for row in rows.select_related("sku", "warehouse").iterator():
        yield f"stock {row.sku.code} @ {row.warehouse.code}: reserved {row.reserved}, reservations {row.promised}"


def _live(**where: Any) -> QuerySet[Order]:
    return Order.objects.filter(is_history=False, **where)


def paid_against_payments() -> Iterator[str]:
    """The paid amount of each live order is the sum of its payments."""
    payments = Payment.objects.filter(order_id=OuterRef("pk"))
    rows = _live().annotate(total=_sum(payments, by="order_id", of="amount", nothing=NO_MONEY))
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
    rows = _live().annotate(total=_sum(refunds, by="order_id", of="amount", nothing=NO_MONEY))
    for number, gone, total in rows.order_by("pk").values_list("number", "refunded_amount", "total").iterator():
        if gone != total.quantize(gone):
            yield f"order {number}: refunded {gone}, refunds {total}"


def lines_against_refunds() -> Iterator[str]:
    """What each line gave back is the sum of its refund lines, and never more than it brought."""
    given = RefundLine.objects.filter(order_line_id=OuterRef("pk"))
    rows = OrderLine.objects.filter(order__is_history=False).annotate(
        total=_sum(given, by="order_line_id", of="amount", nothing=NO_MONEY),
        pieces=_sum(given, by="order_line_id", of="quantity", nothing=NO_PIECES),
    )
    columns = ("order__number", "number", "refunded_amount", "refunded_quantity", "net_amount", "total", "pieces")
    for order, number, gone, units, net, total, pieces in rows.order_by("pk").values_list(*columns).iterator():
        if gone != total.quantize(gone) or units != pieces or gone > net:
            yield f"order {order} line {number}: refunded {gone} and {units} pieces, refund lines {total} and {pieces}"


def order_sums() -> Iterator[str]:
    """Payable = goods - discounts + postage, and the lines with the postage add up to it."""
    lines = OrderLine.objects.filter(order_id=OuterRef("pk"))
    rows = _live().annotate(total=_sum(lines, by="order_id", of="net_amount", nothing=NO_MONEY))
    for order in rows.order_by("pk").iterator():
        discounts = order.shop_discount_amount + order.platform_discount_amount
        by_parts = order.goods_amount - discounts + order.shipping_amount
        by_lines = order.total.quantize(order.payable_amount) + order.shipping_amount
        if not by_parts == by_lines == order.payable_amount:
            yield f"order {order.number}: payable {order.payable_amount}, parts {by_parts}, lines {by_lines}"


def ledger_against_orders() -> Iterator[str]:
    """The ledger of each order holds what was due less what its lines gave back, and a paid order is booked.

    Not booked are orders held for a check when they were paid, and those cancelled from there or before.
    """
    entries = SalesEntry.objects.filter(order_id=OuterRef("pk"))
    given = RefundLine.objects.filter(refund__order_id=OuterRef("pk"))
    sums = {
        name: _sum(entries, by="order_id", of=f"{name}_amount", nothing=NO_MONEY)
        for name in ("gross", "discount", "shipping")
    }
    given_back = _sum(given, by="refund__order_id", of="amount", nothing=NO_MONEY)
    rows: Any = _live().annotate(booked_count=_count(entries), given_back=given_back, **sums)
    for order in rows.order_by("pk").iterator():
        booked = order.gross - order.discount + order.shipping
        due = order.payable_amount - order.given_back
        if order.booked_count and booked.quantize(order.payable_amount) != due.quantize(order.payable_amount):
            yield f"order {order.number}: ledger {booked}, order {due}"
        if not order.booked_count and order.paid_at and order.state in (Order.State.CONFIRMED, Order.State.CLOSED):
            yield f"order {order.number}: paid and not in the ledger"


def _count(rows: QuerySet[Any]) -> Any:
    counts = rows.order_by().values("order_id").annotate(_count=Count("pk")).values("_count")
    return Coalesce(Subquery(counts), NO_PIECES)


def purchases_against_orders() -> Iterator[str]:
    """Membership knows of each sale once, with the order's amount."""
    sales = SalesEntry.objects.filter(order_id=OuterRef("pk"), kind=SalesEntry.Kind.SALE)
    told = Purchase.objects.filter(source_ref=Concat(Value("order:"), OuterRef("number"))).values("amount")
    rows: Any = _live(payable_amount__gt=0).filter(Exists(sales)).annotate(told=Subquery(told))
    for order in rows.exclude(told__isnull=False, told=F("payable_amount")).order_by("pk").iterator():
        yield f"order {order.number}: purchase {order.told}, order {order.payable_amount}"
