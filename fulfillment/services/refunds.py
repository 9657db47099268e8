"""Money that goes back: never more than came in, line by line and in all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from config.kernel.audit import record_change
from config.kernel.errors import DomainError, InvalidInput
from config.kernel.models import User
from config.kernel.money import round_money
from config.kernel.sql import insert_new
from config.kernel.store_time import store_day, zone_of
from fulfillment.models import Bucket, Order, OrderLine, Refund, RefundLine, StockMovement
from fulfillment.orders import MOVED, NOTHING
from fulfillment.queries.stock import kits_of
from fulfillment.services.ledger import TakenBack, book_take_back, is_booked
from fulfillment.services.promises import left_to_ship, take_off_promise
from fulfillment.services.states import derive_fulfilment, note_event, own_order
from fulfillment.services.stock import Delivery, return_stock, tried_again
from fulfillment.stock_rules import expand_kits

NO_RESTOCK = "none"
RESTOCK_CHOICES = (NO_RESTOCK, Bucket.AVAILABLE, Bucket.HOLD, Bucket.DAMAGED)


@dataclass(frozen=True, slots=True)
class RefundPiece:
    """What a refund takes back of a line: `quantity` pieces may be 0, `amount` is positive."""

    line_id: int
    quantity: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class RefundTerms:
    """What holds for a whole refund. `restock`: where pieces that were shipped and came back go."""

    source_ref: str
    refunded_at: datetime
    kind: str = Refund.Kind.REFUND_ONLY
    reason: str = ""
    restock: str = NO_RESTOCK
    shipping: Decimal = NOTHING


@tried_again
@transaction.atomic
def refund_lines(
    order: Order,
    *,
    lines: Sequence[RefundPiece],
    source_ref: str,
    refunded_at: datetime,
    kind: str = Refund.Kind.REFUND_ONLY,
    reason: str = "",
    restock: str = NO_RESTOCK,
    shipping: Decimal = NOTHING,
    actor: User | None = None,
) -> Refund:
    """Give money back for lines and postage; the same reference again gives the first refund and changes nothing.

    Pieces that were not shipped yet are taken off their promise; of those that were, `restock` says whether and where
    they come back. Raises DomainError "refund_too_large" when a line, the postage or the order would give back more
    than it brought, "order_not_settled" before the sale is booked, InvalidInput when nothing is given back.
    """
    if restock not in RESTOCK_CHOICES or kind not in Refund.Kind.values:
        raise InvalidInput("refund_not_understood", _("Choose the kind of refund and what happens to the goods."))
    terms = RefundTerms(source_ref, refunded_at, kind, reason, restock, shipping)
    owned = own_order(order.pk)
    if owned.paid_amount and not is_booked(owned):
        words = _("%(number)s is not settled yet: cancel it, or let it go on first.") % {"number": owned.number}
        raise DomainError("order_not_settled", words)
    return give_back(owned, pieces=lines, terms=terms)


def give_back(order: Order, *, pieces: Sequence[RefundPiece], terms: RefundTerms, loose: Decimal = NOTHING) -> Refund:
    """Carry out a refund of an order that the caller owns. `loose` is money that was never booked as a sale."""
    known = Refund.objects.filter(source_ref=terms.source_ref).first()
    if known is not None:
        return _same_refund(known, order)
    total = _total(pieces, terms, loose)
    row = _refund_row(order, terms, amount=total)
    inserted = insert_new([row], conflict=["source_ref"])
    if not inserted:
        return _same_refund(Refund.objects.get(source_ref=terms.source_ref), order)
    refund = Refund.objects.get(pk=inserted[0][0])
    _take_from_order(order, total)
    is_before_dispatch = order.fulfilment_state == Order.FulfilmentState.UNSHIPPED
    taken = _take_from_lines(order, refund, pieces=pieces, terms=terms)
    if terms.shipping:
        _take_postage(order, refund, terms.shipping)
        taken.append(TakenBack(None, 0, terms.shipping))
    book_take_back(order, refund, taken=taken, is_before_dispatch=is_before_dispatch)
    _settle(order, refund)
    return refund


def _same_refund(known: Refund, order: Order) -> Refund:
    if known.order_id != order.pk:
        raise DomainError("refund_ref_reused", _("This reference names another refund."))
    return known


def _total(pieces: Sequence[RefundPiece], terms: RefundTerms, loose: Decimal) -> Decimal:
    if any(piece.quantity < 0 or piece.amount < 0 for piece in pieces) or terms.shipping < 0:
        raise InvalidInput("refund_negative", _("Pieces and amounts of a refund are not negative."))
    total = sum((piece.amount for piece in pieces), terms.shipping + loose)
    if not total and not any(piece.quantity for piece in pieces):
        raise InvalidInput("refund_empty", _("Say what is given back."))
    return total


def _refund_row(order: Order, terms: RefundTerms, *, amount: Decimal) -> Refund:
    return Refund(
        store=order.store,
        order=order,
        customer_id=order.customer_id,
        source_ref=terms.source_ref,
        kind=terms.kind,
        state=Refund.State.SUCCEEDED,
        amount=amount,
        currency=order.currency,
        reason=terms.reason[:200],
        refunded_at=terms.refunded_at,
        refunded_on=store_day(terms.refunded_at, zone_of(order.store.time_zone)),
    )


def _too_large(**detail: object) -> DomainError:
    return DomainError("refund_too_large", _("More would go back than came in."), detail=detail)


def _take_from_order(order: Order, amount: Decimal) -> None:
    """The cap of the order, by one conditional UPDATE."""
    within = Order.objects.filter(pk=order.pk, paid_amount__gte=F("refunded_amount") + amount)
    if not within.update(refunded_amount=F("refunded_amount") + amount):
        left = order.paid_amount - order.refunded_amount
        raise _too_large(order=order.number, wanted=str(amount), available=str(left))


def _take_from_lines(
    order: Order, refund: Refund, *, pieces: Sequence[RefundPiece], terms: RefundTerms
) -> list[TakenBack]:
    lines = {line.pk: line for line in OrderLine.objects.filter(order=order).order_by("pk")}
    unknown = [piece.line_id for piece in pieces if piece.line_id not in lines]
    if unknown:
        raise InvalidInput("line_not_of_order", _("A line is not of this order."))
    left = left_to_ship([line for line in lines.values() if line.kind in MOVED])
    return [
        _take_from_line(lines[piece.line_id], piece, refund, terms=terms, left=left.get(piece.line_id, 0))
        for piece in sorted(pieces, key=lambda one: one.line_id)
    ]


def _take_from_line(line: OrderLine, piece: RefundPiece, refund: Refund, *, terms: RefundTerms, left: int) -> TakenBack:
    """The cap of a line, by one conditional UPDATE; then its pieces off the promise or back into stock."""
    within = OrderLine.objects.filter(
        pk=line.pk,
        quantity__gte=F("refunded_quantity") + piece.quantity,
        net_amount__gte=F("refunded_amount") + piece.amount,
    )
    if not within.update(
        refunded_quantity=F("refunded_quantity") + piece.quantity, refunded_amount=F("refunded_amount") + piece.amount
    ):
        raise _too_large(
            line=line.number, wanted=str(piece.amount), available=str(line.net_amount - line.refunded_amount)
        )
    never_sent = min(piece.quantity, left)
    if never_sent:
        take_off_promise(line, never_sent)
    came_back = piece.quantity - never_sent
    is_restocked = bool(came_back) and terms.restock != NO_RESTOCK and line.kind in MOVED
    if is_restocked:
        _put_back(line, came_back, refund, bucket=terms.restock)
    RefundLine.objects.create(
        refund=refund,
        order_line=line,
        sku_id=line.sku_id,
        kind=line.kind,
        quantity=piece.quantity,
        amount=piece.amount,
        is_restocked=is_restocked,
    )
    return TakenBack(line, piece.quantity, piece.amount, returned=never_sent + (came_back if is_restocked else 0))


def _put_back(line: OrderLine, units: int, refund: Refund, *, bucket: str) -> None:
    """Bring pieces back to the warehouse and lot that they were sent from, the latest parcel first, at their cost then."""
    if line.sku_id is None:
        return
    kits = kits_of([line.sku_id])
    sent = StockMovement.objects.filter(
        kind=StockMovement.Kind.SHIP, document_ref__startswith=f"{parcel_ref(line.order, '')}"
    ).order_by("-pk")
    for sku_id, count in expand_kits({line.sku_id: units}, kits=kits).items():
        left = count
        for move in sent.filter(sku_id=sku_id):
            back = min(left, -move.quantity)
            if not back:
                break
            delivery = Delivery(sku_id, move.warehouse_id, move.lot_id, back, bucket=bucket, unit_cost=move.unit_cost)
            key = f"return:{refund.pk}:{line.pk}:{move.pk}"
            return_stock(delivery, key=key, document_ref=refund.source_ref[:120], occurred_at=_moment(refund))
            left -= back
        if left:
            raise DomainError("nothing_was_sent", _("More pieces would come back than were sent."))


def _moment(refund: Refund) -> datetime:
    assert refund.refunded_at is not None
    return refund.refunded_at


def parcel_ref(order: Order, key: str) -> str:
    """By what name the movements of an order's parcel are found."""
    return f"{order.number}/{key}"


def _take_postage(order: Order, refund: Refund, amount: Decimal) -> None:
    """The cap of the postage. The order is owned, so what was given back before cannot grow meanwhile."""
    earlier = RefundLine.objects.filter(refund__order=order, kind=OrderLine.Kind.SHIPPING)
    gone = earlier.aggregate(total=Sum("amount"))["total"] or NOTHING
    if gone + amount > order.shipping_amount:
        raise _too_large(line="shipping", wanted=str(amount), available=str(order.shipping_amount - gone))
    RefundLine.objects.create(refund=refund, kind=OrderLine.Kind.SHIPPING, amount=amount)


def _settle(order: Order, refund: Refund) -> None:
    """Commission is due on what stays paid; the dispatch axis follows the pieces."""
    order.refresh_from_db()
    rate = OrderLine.objects.filter(order=order).values_list("commission_rate", flat=True).first() or NOTHING
    kept = min(order.paid_amount, order.payable_amount) - order.refunded_amount
    commission = max(round_money(kept * rate, currency=order.currency), NOTHING)
    Order.objects.filter(pk=order.pk).update(
        commission_amount=commission,
        receivable_amount=order.payable_amount + order.platform_discount_amount - commission,
    )
    order.refresh_from_db()
    if order.state != Order.State.NEW and order.fulfilment_state in ("unshipped", "part_shipped"):
        derive_fulfilment(order, at=refund.refunded_at)
    note_event(order, reason=_("refund of %(amount)s") % {"amount": refund.amount}, at=refund.refunded_at)
    record_change(
        "order.refunded",
        on=order,
        after={"refund": refund.source_ref, "amount": str(refund.amount)},
        reason=refund.reason,
        store_code=order.store.code,
    )
