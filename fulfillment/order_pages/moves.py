"""What may be done with orders by hand: on which it is possible, and the service that does it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.kernel.errors import DomainError
from fulfillment.models import Order
from fulfillment.services.dispatch import ship_lines
from fulfillment.services.orders import cancel_order, clear_order, close_order, confirm_order, hold_order

State = Order.State
UNSENT = ("unshipped", "nothing")
FULL = ("paid", "over")


@dataclass(frozen=True)
class Move:
    """One thing to do. `why_not` says in words why an order is left out, an empty text where it is not."""

    label: Any
    # What will happen, for the page that asks.
    promise: Any
    why_not: Callable[[Order], str]
    # Called with the order, the reason and the name of the press.
    do: Callable[[Order, str, str], object]
    needs_reason: bool = False


@dataclass(frozen=True)
class Refused:
    """An order on which it was not done, and why."""

    order: Order
    why: str


def _in_state(order: Order) -> str:
    return _("It is %(state)s.") % {"state": order.get_state_display()}


def _not_to_ship(order: Order) -> str:
    if order.is_history:
        return _("Imported history moves nothing here.")
    if order.state != State.CONFIRMED:
        return _in_state(order)
    if order.fulfilment_state not in ("unshipped", "part_shipped"):
        return _("Nothing is left to ship.")
    return ""


def _not_to_hold(order: Order) -> str:
    if order.is_history:
        return _("Imported history moves nothing here.")
    if order.state not in (State.NEW, State.CONFIRMED):
        return _in_state(order)
    return "" if order.fulfilment_state in UNSENT else _("It has been shipped.")


def _not_to_clear(order: Order) -> str:
    return "" if order.state == State.RISK_HOLD else _in_state(order)


def _not_to_confirm(order: Order) -> str:
    if order.state != State.NEW:
        return _in_state(order)
    return "" if order.payment_state in FULL else _("It is not paid in full.")


def _not_to_cancel(order: Order) -> str:
    if order.is_history:
        return _("Imported history moves nothing here.")
    if order.state in (State.CANCELLED, State.CLOSED):
        return _in_state(order)
    return "" if order.fulfilment_state in UNSENT else _("It has been shipped: make a refund instead.")


def _not_to_close(order: Order) -> str:
    if order.state != State.CONFIRMED:
        return _in_state(order)
    return "" if order.fulfilment_state in ("shipped", "nothing") else _("It is not shipped.")


MOVES: dict[str, Move] = {
    "ship": Move(
        gettext_lazy("Ship what is left"),
        gettext_lazy("One parcel each with every piece still promised; stock goes down."),
        _not_to_ship,
        lambda order, _why, press: ship_lines(order, key=press, shipped_at=timezone.now()),
    ),
    "confirm": Move(
        gettext_lazy("Confirm"),
        gettext_lazy("They are booked as sales and wait for dispatch."),
        _not_to_confirm,
        lambda order, why, _press: confirm_order(order, reason=why),
    ),
    "hold": Move(
        gettext_lazy("Hold for a check"),
        gettext_lazy("They are not shipped until somebody lets them go on."),
        _not_to_hold,
        lambda order, why, _press: hold_order(order, reason=why),
        needs_reason=True,
    ),
    "clear": Move(
        gettext_lazy("Let go on after the check"),
        gettext_lazy("Paid ones are confirmed and wait for dispatch."),
        _not_to_clear,
        lambda order, why, _press: clear_order(order, reason=why),
        needs_reason=True,
    ),
    "cancel": Move(
        gettext_lazy("Cancel and pay back"),
        gettext_lazy("Promised pieces are free again and all money paid goes back. This cannot be undone."),
        _not_to_cancel,
        lambda order, why, _press: cancel_order(order, reason=why),
        needs_reason=True,
    ),
    "close": Move(
        gettext_lazy("Close"),
        gettext_lazy("They count as received."),
        _not_to_close,
        lambda order, _why, _press: close_order(order),
    ),
}


def possible_moves(order: Order) -> list[tuple[str, Move]]:
    """What may be done with one order now."""
    return [(code, move) for code, move in MOVES.items() if not move.why_not(order)]


def sort_out(move: Move, orders: Sequence[Order]) -> tuple[list[Order], list[Refused]]:
    """The orders on which it is possible, and the others with the reason."""
    reasons = [(order, move.why_not(order)) for order in orders]
    return [order for order, why in reasons if not why], [Refused(order, why) for order, why in reasons if why]


def move_each(move: Move, orders: Sequence[Order], *, reason: str, press: str) -> tuple[int, list[Refused]]:
    """Do it on each order in a transaction of its own: how many were done, and what was refused meanwhile."""
    done, refused = 0, []
    for order in orders:
        try:
            move.do(order, reason, press)
            done += 1
        except DomainError as error:
            refused.append(Refused(order, str(error.message)))
    return done, refused
