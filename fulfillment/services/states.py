"""The one place that sets an order's three axes; every move writes its event."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from config.kernel.actor import current_actor
from config.kernel.errors import DomainError
from config.kernel.sql import insert_many
from config.kernel.transitions import Transitions
from fulfillment.models import Order, OrderEvent, OrderLine, Reservation, ShortLine
from fulfillment.orders import MOVED
from fulfillment.transitions import (
    FULFILMENT_MOVES,
    ORDER_MOVES,
    PAYMENT_MOVES,
    fulfilment_state_of,
)

Axis = OrderEvent.Axis
# Which moves the columns of the three axes may make, in the order of their events.
AXES = (
    ("payment_state", Axis.PAYMENT, PAYMENT_MOVES),
    ("state", Axis.STATE, ORDER_MOVES),
    ("fulfilment_state", Axis.FULFILMENT, FULFILMENT_MOVES),
)


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
    insert_many([_event(order, axis=axis, before=before, after=after, reason=reason, at=at)])


def _event(order: Order, *, axis: str, before: str, after: str, reason: str, at: datetime | None) -> OrderEvent:
    return OrderEvent(
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
        raise _changed_meanwhile(order)
    reload_order(order)
    note_event(order, axis=Axis.STATE, before=before, after=to, reason=reason, at=at)


def change_order(order: Order, *, at: datetime, reason: str = "", **values: Any) -> None:
    """Write values of an order that the caller owns by one UPDATE; each axis among them that moves leaves its event.

    `reason` is the own axis's. Raises DomainError when a move is not in its table or another was quicker.
    """
    moves = [
        (axis, name, getattr(order, name), values[name])
        for name, axis, table in AXES
        if name in values and _moves(order, name, values[name], table)
    ]
    seen = {name: before for _axis, name, before, _after in moves}
    if not Order.objects.filter(pk=order.pk, **seen).update(**values):
        raise _changed_meanwhile(order)
    for name, value in values.items():
        setattr(order, name, value)
    insert_many(
        [
            _event(order, axis=axis, before=before, after=after, reason=reason if axis == Axis.STATE else "", at=at)
            for axis, _name, before, after in moves
        ]
    )


def _moves(order: Order, name: str, after: str, table: Transitions) -> bool:
    before = getattr(order, name)
    if before != after:
        table.check(before, after, what=order.number)
    return bool(before != after)


def _changed_meanwhile(order: Order) -> DomainError:
    return DomainError("changed_meanwhile", _("%(number)s was changed meanwhile.") % {"number": order.number})


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
