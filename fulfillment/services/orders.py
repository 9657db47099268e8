"""The life of a live order: placed, held, confirmed, cancelled, run out, closed."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Store
from config.kernel.audit import record_change
from config.kernel.commits import pause_for_writers
from config.kernel.errors import DomainError, InvalidInput
from config.kernel.models import User
from config.kernel.numbers import next_number
from config.kernel.store_time import store_day, zone_of
from fulfillment.models import Order, Refund
from fulfillment.orders import NOTHING, OrderInput
from fulfillment.services.contents import Contents
from fulfillment.services.drafts import Origin, customer_of, insert_order
from fulfillment.services.ledger import book_sale, mark_order_stale
from fulfillment.services.payments import FULL, record_payment, settle_free
from fulfillment.services.promises import give_up_promises, promise_all
from fulfillment.services.refunds import RefundPiece, RefundTerms, give_back
from fulfillment.services.states import derive_fulfilment, move_order, note_event, own_order
from fulfillment.services.stock import tried_again

NUMBER_CODE = "SO"
State = Order.State


def own_number(store: Store, *, placed_at: datetime) -> str:
    """The next order number of the store day; taken before the writing transaction begins."""
    return next_number(NUMBER_CODE, day=store_day(placed_at, zone_of(store.time_zone)))


def place_order(store: Store, *, order: OrderInput, source: str = "staff", actor: User | None = None) -> Order:
    """Place an own order and hold its pieces until it is paid or runs out. The same number again gives the first order.

    Raises DomainError "stock_short" with each short SKU: nothing is placed then.
    """
    known = Order.objects.filter(store=store, external_number=order.external_number).first()
    if known is not None:
        return known
    number = own_number(store, placed_at=order.placed_at)
    placed = _place(store, order=order, number=number, source=source)
    for payment in order.payments:
        record_payment(placed, payment=payment, actor=actor)
    return Order.objects.get(pk=placed.pk)


@tried_again
@transaction.atomic
def _place(store: Store, *, order: OrderInput, number: str, source: str) -> Order:
    customer_id = customer_of(store, order=order)
    placed = insert_order(store, order=order, number=number, origin=Origin(source), customer_id=customer_id)
    if placed is None:
        return Order.objects.get(store=store, external_number=order.external_number)
    begin_order(placed)
    promise_all(placed)
    settle_free(placed)
    return placed.order


def begin_order(contents: Contents) -> None:
    """The first line of an order's history, and the dispatch axis of one that ships nothing."""
    order = contents.order
    note_event(order, axis="state", after=order.state, at=order.placed_at)
    record_change("order.made", on=order, after={"external_number": order.external_number}, store_code=order.store.code)
    if not contents.moved:
        derive_fulfilment(order, at=order.placed_at)
    mark_order_stale(order, days=[order.placed_on])
    contents.marked_days.add(order.placed_on)


def _need_reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput("reason_missing", _("Say why."))
    return reason.strip()


@tried_again
@transaction.atomic
def confirm_order(order: Order, *, actor: User | None = None, reason: str = "") -> Order:
    """Confirm a paid order by hand. Raises DomainError "order_not_paid" while money is missing."""
    owned = own_order(order.pk)
    if owned.payment_state not in FULL:
        raise DomainError("order_not_paid", _("%(number)s is not paid in full.") % {"number": owned.number})
    move_order(owned, to=State.CONFIRMED, reason=reason)
    book_sale(owned)
    return owned


@tried_again
@transaction.atomic
def hold_order(order: Order, *, reason: str, actor: User | None = None, signal: str = "manual") -> Order:
    """Hold an order for a check: it is not shipped, and not counted as a sale while it was not booked before."""
    owned = own_order(order.pk)
    if owned.fulfilment_state not in ("unshipped", "nothing"):
        raise DomainError("order_already_shipped", _("%(number)s has been shipped.") % {"number": owned.number})
    reasons = [*owned.risk_reasons, {"signal": signal, "detail": _need_reason(reason)}]
    move_order(owned, to=State.RISK_HOLD, reason=reason, risk_reasons=reasons)
    return owned


@tried_again
@transaction.atomic
def clear_order(order: Order, *, reason: str, actor: User | None = None) -> Order:
    """Let a held order go on: a paid one is confirmed and its sale booked on the day it was paid."""
    owned = own_order(order.pk)
    if owned.state != State.RISK_HOLD:
        raise DomainError("order_not_held", _("%(number)s is not held.") % {"number": owned.number})
    is_paid = owned.payment_state in FULL
    move_order(owned, to=State.CONFIRMED if is_paid else State.NEW, reason=_need_reason(reason))
    book_sale(owned)
    return owned


@tried_again
@transaction.atomic
def cancel_order(order: Order, *, reason: str, actor: User | None = None, at: datetime | None = None) -> Order:
    """Cancel an order of which nothing was shipped: its promises are given up and all that was paid goes back.

    Cancelled again, nothing happens. Raises DomainError "order_already_shipped" when a piece is on its way.
    """
    owned = own_order(order.pk)
    if owned.state == State.CANCELLED:
        return owned
    if owned.fulfilment_state in ("part_shipped", "shipped"):
        raise DomainError("order_already_shipped", _("%(number)s has been shipped.") % {"number": owned.number})
    moment = at or timezone.now()
    reason = _need_reason(reason)
    if owned.paid_amount > owned.refunded_amount:
        _pay_back(owned, reason=reason, at=moment)
    give_up_promises(owned)
    derive_fulfilment(owned, at=moment)
    move_order(owned, to=State.CANCELLED, reason=reason, at=moment, cancelled_at=moment, expires_at=None)
    record_change("order.cancelled", on=owned, reason=reason, store_code=owned.store.code)
    mark_order_stale(owned, days=[owned.placed_on])
    return owned


def _pay_back(order: Order, *, reason: str, at: datetime) -> None:
    """Everything that was paid and did not go back yet; of an order never paid in full it is money without a sale."""
    terms = partial(
        RefundTerms,
        source_ref=f"cancel:{order.number}",
        refunded_at=at,
        kind=Refund.Kind.CANCELLATION,
        reason=reason,
    )
    left = order.paid_amount - order.refunded_amount
    if order.paid_at is None:
        give_back(order, pieces=[], terms=terms(), loose=left)
        return
    pieces = [
        RefundPiece(line.pk, line.quantity - line.refunded_quantity, line.net_amount - line.refunded_amount)
        for line in order.lines.all()
        if line.quantity > line.refunded_quantity or line.net_amount > line.refunded_amount
    ]
    goods = sum((piece.amount for piece in pieces), NOTHING)
    shipping = min(left - goods, order.shipping_amount)
    give_back(order, pieces=pieces, terms=terms(shipping=shipping), loose=left - goods - shipping)


def expire_unpaid(*, now: datetime) -> int:
    """Cancel orders that nobody paid in time, each in a transaction of its own; returns how many."""
    late = Order.objects.awaiting_payment().filter(expires_at__lte=now, paid_amount=0)
    ended = 0
    for order_id in list(late.order_by("expires_at", "pk").values_list("pk", flat=True)[:1000]):
        ended += _expire(order_id, now=now)
        pause_for_writers()
    return ended


@tried_again
@transaction.atomic
def _expire(order_id: int, *, now: datetime) -> int:
    owned = own_order(order_id)
    # Paid or moved while we came: it stays.
    if owned.state != State.NEW or owned.paid_amount or owned.expires_at is None or owned.expires_at > now:
        return 0
    cancel_order(owned, reason=_("not paid in time"), at=now)
    return 1


@tried_again
@transaction.atomic
def close_order(order: Order, *, actor: User | None = None, at: datetime | None = None) -> Order:
    """Close an order that was received, or of which nothing is left. Closed again, nothing happens."""
    owned = own_order(order.pk)
    if owned.state == State.CLOSED:
        return owned
    if owned.fulfilment_state not in ("shipped", "nothing"):
        raise DomainError("order_not_shipped", _("%(number)s is not shipped.") % {"number": owned.number})
    moment = at or timezone.now()
    move_order(owned, to=State.CLOSED, at=moment, closed_at=moment)
    return owned
