"""One change of many tickets: planned, applied once, and taken back where nothing has changed since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.kernel.errors import DomainError
from config.kernel.models import User
from config.kernel.sql import insert_new
from service_desk.models import BulkChange, BulkChangeItem, Ticket, TicketQueue
from service_desk.services.details import change_details
from service_desk.services.tickets import assign_ticket, move_ticket, restore_ticket
from service_desk.transitions import TICKET_MOVES

Action = BulkChange.Action
MOST_AT_ONCE = 100
COLUMNS = ("assignee_id", "queue_id", "priority", "state", "resolved_at")
# Moves that need a look at the ticket itself stay on its page.
BULK_STATES = (
    Ticket.State.OPEN,
    Ticket.State.WAITING_CUSTOMER,
    Ticket.State.WAITING_PARCEL,
    Ticket.State.WAITING_SUPPLIER,
    Ticket.State.RESOLVED,
)


@dataclass(frozen=True)
class LeftOut:
    """A ticket that is not changed, and why."""

    ticket: Ticket
    why: str


@dataclass(frozen=True)
class Wish:
    """What is to be done with the tickets: the action and what it needs."""

    action: str
    agent: User | None = None
    queue: TicketQueue | None = None
    state: str = ""
    priority: int = 0


def plan_bulk(tickets: Iterable[Ticket], wish: Wish) -> tuple[list[Ticket], list[LeftOut]]:
    """(tickets that the wish can change, those that it cannot and why)."""
    possible: list[Ticket] = []
    left_out: list[LeftOut] = []
    for ticket in tickets:
        why = _obstacle(ticket, wish)
        if why:
            left_out.append(LeftOut(ticket, why))
        else:
            possible.append(ticket)
    return possible, left_out


def _obstacle(ticket: Ticket, wish: Wish) -> str:
    if ticket.state not in Ticket.OPEN_STATES:
        return _("It is not open.")
    has_it_already = {
        Action.TAKE: ticket.assignee_id == (wish.agent and wish.agent.pk),
        Action.HAND_OVER: ticket.assignee_id == (wish.agent and wish.agent.pk),
        Action.QUEUE: ticket.queue_id == (wish.queue and wish.queue.pk),
        Action.STATE: ticket.state == wish.state,
        Action.PRIORITY: ticket.priority == wish.priority,
    }
    if has_it_already[Action(wish.action)]:
        return _("Nothing would change.")
    if wish.action == Action.TAKE and ticket.assignee_id is not None:
        return _("%(agent)s works on it.") % {"agent": ticket.assignee}
    if wish.action == Action.STATE and not TICKET_MOVES.allowed(ticket.state, wish.state):
        return _("It cannot be moved there from “%(state)s”.") % {"state": ticket.get_state_display()}
    return ""


@transaction.atomic
def apply_bulk(tickets: Iterable[Ticket], wish: Wish, *, user: User, press: str, now: datetime) -> BulkChange:
    """Change the tickets under one press; the same press again changes nothing and gives what the first one did."""
    change = BulkChange(press=press, user=user, action=wish.action, changed_at=now)
    if not insert_new([change], conflict=["press"]):
        return BulkChange.objects.get(press=press)
    change = BulkChange.objects.get(press=press)
    possible, _left_out = plan_bulk(sorted(tickets, key=lambda ticket: ticket.pk), wish)
    for ticket in possible:
        before = _columns(ticket)
        try:
            with transaction.atomic():
                _apply(ticket, wish, now=now)
        except DomainError:
            continue  # taken or moved by somebody else at this moment
        after = _columns(ticket)
        changed = [name for name in COLUMNS if before[name] != after[name]]
        BulkChangeItem.objects.create(
            change=change,
            ticket=ticket,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return change


def _apply(ticket: Ticket, wish: Wish, *, now: datetime) -> None:
    if wish.action in (Action.TAKE, Action.HAND_OVER):
        assign_ticket(ticket, to=wish.agent, now=now, reason="bulk")
    elif wish.action == Action.STATE:
        move_ticket(ticket, to=wish.state, now=now, reason="bulk")
    else:
        name = "queue" if wish.action == Action.QUEUE else "priority"
        value = wish.queue if wish.action == Action.QUEUE else wish.priority
        change_details(ticket, values={name: value}, seen={name: getattr(ticket, name)}, now=now, reason="bulk")


def _columns(ticket: Ticket) -> dict[str, Any]:
    values = {name: getattr(ticket, name) for name in COLUMNS}
    return values | {"resolved_at": ticket.resolved_at.isoformat() if ticket.resolved_at else None}


@transaction.atomic
def undo_bulk(change: BulkChange, *, now: datetime) -> tuple[int, list[Ticket]]:
    """Take a press back: (tickets that are as before, those left alone because they were changed since).

    Raises DomainError "already_undone" when it was taken back before.
    """
    if not BulkChange.objects.filter(pk=change.pk, undone_at__isnull=True).update(undone_at=now):
        raise DomainError("already_undone", _("This was taken back already."))
    restored, left = 0, []
    for item in change.items.select_related("ticket").order_by("ticket_id"):
        if restore_ticket(item.ticket, before=item.before, after=item.after, now=now):
            restored += 1
        else:
            left.append(item.ticket)
    return restored, left
