"""The one place that sets an order's three axes; every move writes its event."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from config.kernel.actor import current_actor
from config.kernel.errors import DomainError
from fulfillment.models import Order, OrderEvent, OrderLine, Reservation, ShortLine
from fulfillment.orders import MOVED
from fulfillment.transitions import (
    FULFILMENT_MOVES,
    ORDER_MOVES,
    PAYMENT_MOVES,
    fulfilment_state_of,
    payment_state_of,
)

Axis = OrderEvent.Axis


def own_order(order_id: int) -> Order:
    """The order as it stands now, owned until the transaction ends.

    The UPDATE that changes nothing makes others wait who want to move the same order, on both databases.
    """
    Order.objects.filter(pk=order_id).update(updated_at=timezone.now())
    return Order.objects.select_related("store__channel").get(pk=order_id)


def reload_order(order: Order) -> None:
    """Read an order's values again; the store and the channel that were read with it stay, they never change."""
    order.refresh_from_db(fields=[field.attname for field in Order._meta.concrete_fields if not field.is_relation])


def note_event(
    order: Order,
    *,
    axis: str = Axis.NOTE,
    before: str = "",
    after: str = "",
    reason: str = "",
    at: datetime | None = None,
) -> None:
    """Write one line into the order's history."""
    OrderEvent.objects.create(
        order=order,
        axis=axis,
        from_state=before,
        to_state=after,
        actor_id=current_actor().user_id,
        reason=reason[:300],
        occurred_at=at or timezone.now(),
    )


def move_order(order: Order, *, to: str, reason: str = "", at: datetime | None = None, **stamps: Any) -> None:
    """Move the order's own axis. Raises DomainError when the move is not in the table or another was quicker."""
    ORDER_MOVES.check(order.state, to, what=order.number)
    before = order.state
    if not Order.objects.filter(pk=order.pk, state=before).update(state=to, **stamps):
        raise DomainError("changed_meanwhile", _("%(number)s was changed meanwhile.") % {"number": order.number})
    reload_order(order)
    note_event(order, axis=Axis.STATE, before=before, after=to, reason=reason, at=at)


def derive_payment(order: Order, *, at: datetime | None = None) -> str:
    """Bring the payment axis in line with what was paid; returns it. The caller owns the order."""
    before = order.payment_state
    after = payment_state_of(paid=order.paid_amount, payable=order.payable_amount)
    if after != before:
        PAYMENT_MOVES.check(before, after, what=order.number)
        Order.objects.filter(pk=order.pk, payment_state=before).update(payment_state=after)
        reload_order(order)
        note_event(order, axis=Axis.PAYMENT, before=before, after=after, at=at)
    return after


def derive_fulfilment(order: Order, *, at: datetime | None = None) -> str:
    """Bring the dispatch axis in line with what was shipped and is still promised or missing; returns it."""
    before = order.fulfilment_state
    lines = OrderLine.objects.filter(order=order, kind__in=MOVED)
    has_left = (
        Reservation.objects.filter(order_line__order=order, state__in=Reservation.ACTIVE_STATES).exists()
        or ShortLine.objects.filter(order_line__order=order, state=ShortLine.State.OPEN).exists()
    )
    after = fulfilment_state_of(has_shipped=lines.filter(shipped_quantity__gt=0).exists(), has_left=has_left)
    if after != before:
        FULFILMENT_MOVES.check(before, after, what=order.number)
        stamps = {"shipped_at": at or timezone.now()} if after == Order.FulfilmentState.SHIPPED else {}
        Order.objects.filter(pk=order.pk, fulfilment_state=before).update(fulfilment_state=after, **stamps)
        reload_order(order)
        note_event(order, axis=Axis.FULFILMENT, before=before, after=after, at=at)
    return after
