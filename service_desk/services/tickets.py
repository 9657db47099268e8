"""The life of a ticket: opened, assigned, moved, merged, closed. Every step leaves an event."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from catalog.models import Store
from config.kernel.actor import current_actor
from config.kernel.errors import DomainError
from config.kernel.models import User
from config.kernel.numbers import next_number
from config.kernel.stale import mark_stale
from config.kernel.store_time import store_day, zone_of
from fulfillment.models import Order
from membership.models import Customer
from service_desk.models import Draft, Ticket, TicketEvent, TicketQueue
from service_desk.services.sla import clock_merged, clock_moved, clock_opened, clock_refitted
from service_desk.services.terms import index_text, take_over_terms
from service_desk.transitions import TICKET_MOVES

REOPEN_DAYS = 7
State = Ticket.State
Kind = TicketEvent.Kind


@dataclass(frozen=True)
class NewTicket:
    """What is known of a matter when it arrives."""

    subject: str
    store: Store
    contact_channel: str
    customer: Customer | None = None
    order: Order | None = None
    queue: TicketQueue | None = None
    kind: str = Ticket.Kind.ENQUIRY
    priority: int = Ticket.Priority.NORMAL
    external_ref: str = ""
    follow_up_of: Ticket | None = None
    tags: list[str] = field(default_factory=list)


def log_event(ticket: Ticket, kind: str, *, before: object, after: object, at: datetime, reason: str = "") -> None:
    """Keep in the ticket's log what happened to it, and who acted."""
    TicketEvent.objects.create(
        ticket=ticket,
        kind=kind,
        before=str(before)[:200],
        after=str(after)[:200],
        actor_id=current_actor().user_id,
        reason=reason[:300],
        occurred_at=at,
    )


def open_ticket(new: NewTicket, *, now: datetime) -> Ticket:
    """Open a ticket; it is new until somebody takes it."""
    number = next_number("TK", day=store_day(now, zone_of(new.store.time_zone)))
    with transaction.atomic():
        ticket = Ticket.objects.create(
            number=number,
            subject=new.subject[:200],
            store=new.store,
            contact_channel=new.contact_channel,
            customer=new.customer,
            order=new.order,
            queue=new.queue,
            kind=new.kind,
            priority=new.priority,
            external_ref=new.external_ref,
            follow_up_of=new.follow_up_of,
            tags=new.tags,
            opened_at=now,
        )
        index_text(ticket, ticket.subject)
        log_event(ticket, Kind.STATE, before="", after=State.NEW, at=now)
        if new.follow_up_of is not None:
            log_event(ticket, Kind.LINKED, before="", after=new.follow_up_of.number, at=now, reason="follow_up")
        clock_opened(ticket, at=now)
        _mark_day_stale(ticket, now)
    return ticket


def take_up_conversation(new: NewTicket, *, now: datetime) -> tuple[Ticket, bool]:
    """(the open ticket of a conversation on a channel, whether it was opened now).

    A conversation has one open ticket: the table's own constraint says so, and of two callers who both found none the
    second gets the first one's. Without an `external_ref` every call opens a ticket.
    """
    known = _open_conversation(new)
    if known is not None:
        return known, False
    try:
        return open_ticket(new, now=now), True
    except IntegrityError:
        opened = _open_conversation(new)
        if opened is None:
            raise
        return opened, False


def _open_conversation(new: NewTicket) -> Ticket | None:
    if not new.external_ref:
        return None
    same = Ticket.objects.filter(
        store=new.store, contact_channel=new.contact_channel, external_ref=new.external_ref
    ).exclude(state__in=(State.CLOSED, State.MERGED, State.SPAM))
    return same.select_related("store").first()


def _mark_day_stale(ticket: Ticket, moment: datetime) -> None:
    store = ticket.store
    mark_stale("store_day", store_code=store.code, day=store_day(moment, zone_of(store.time_zone)), reason="ticket")


def _stamps(to: str, *, before: str, now: datetime) -> Mapping[str, object]:
    if to == State.RESOLVED:
        return {"resolved_at": now}
    if to == State.CLOSED:
        return {"closed_at": now}
    if before == State.RESOLVED and to == State.OPEN:
        return {"reopen_count": F("reopen_count") + 1}
    return {}


@transaction.atomic
def move_ticket(ticket: Ticket, *, to: str, now: datetime, reason: str = "") -> Ticket:
    """Move a ticket along the transition table; the caller's ticket is brought up to date.

    Raises DomainError "transition_not_allowed", or "changed_meanwhile" when somebody else moved it first.
    """
    TICKET_MOVES.check(ticket.state, to, what=ticket.number)
    before = ticket.state
    moved = Ticket.objects.filter(pk=ticket.pk, state=before).update(state=to, **_stamps(to, before=before, now=now))
    if not moved:
        raise DomainError(
            "changed_meanwhile", _("%(number)s was changed meanwhile. Load the page again.") % {"number": ticket.number}
        )
    log_event(ticket, Kind.STATE, before=before, after=to, at=now, reason=reason)
    if to == State.RESOLVED:
        _mark_day_stale(ticket, now)
    ticket.refresh_from_db()
    clock_moved(ticket, before=before, to=to, at=now)
    return ticket


@transaction.atomic
def assign_ticket(ticket: Ticket, *, to: User | None, now: datetime, reason: str = "") -> Ticket:
    """Give a ticket to an agent, or back to the queue. Taking a new ticket opens it.

    The ticket is claimed by a conditional update on the agent the caller saw, so two agents cannot both take it.
    """
    seen = ticket.assignee
    claimed = Ticket.objects.filter(pk=ticket.pk, assignee=seen, state__in=Ticket.OPEN_STATES).update(assignee=to)
    if not claimed:
        raise DomainError("ticket_taken", _("Somebody else took %(number)s meanwhile.") % {"number": ticket.number})
    log_event(ticket, Kind.ASSIGNED, before=seen or "", after=to or "", at=now, reason=reason)
    ticket.refresh_from_db()
    if to is not None and ticket.state == State.NEW:
        move_ticket(ticket, to=State.OPEN, now=now, reason="assigned")
    return ticket


@transaction.atomic
def set_priority(ticket: Ticket, *, priority: int, now: datetime, reason: str = "") -> Ticket:
    """Change how urgent a ticket is."""
    before = ticket.get_priority_display()
    Ticket.objects.filter(pk=ticket.pk).update(priority=priority)
    ticket.refresh_from_db()
    log_event(ticket, Kind.PRIORITY, before=before, after=ticket.get_priority_display(), at=now, reason=reason)
    clock_refitted(ticket, at=now)
    return ticket


RESTORED = {
    "assignee_id": Kind.ASSIGNED,
    "queue_id": Kind.QUEUE,
    "priority": Kind.PRIORITY,
    "state": Kind.STATE,
}


@transaction.atomic
def restore_ticket(
    ticket: Ticket, *, before: Mapping[str, Any], after: Mapping[str, Any], now: datetime, reason: str = "undo"
) -> bool:
    """Write columns back to what they were `before` a change, if they still are what it made of them (`after`).

    The one move that does not ask the transition table: it takes a step back that has just been made. False when
    somebody changed one of them since; then nothing is written.
    """
    if not before or not Ticket.objects.filter(pk=ticket.pk, **after).update(**before):
        return False
    for name in before:
        if name in RESTORED:
            was, became = _shown(name, after[name]), _shown(name, before[name])
            log_event(ticket, RESTORED[name], before=was, after=became, at=now, reason=reason)
    if "state" in before:
        _mark_day_stale(ticket, now)
    ticket.refresh_from_db()
    if "state" in before:
        clock_moved(ticket, before=after["state"], to=before["state"], at=now, is_undo=True)
    if {"priority", "queue_id"} & set(before):
        clock_refitted(ticket, at=now)
    return True


def _shown(column: str, value: Any) -> object:
    if value is None:
        return ""
    if column == "assignee_id":
        return User.objects.get(pk=value)
    if column == "queue_id":
        return TicketQueue.objects.get(pk=value)
    return Ticket.Priority(value).label if column == "priority" else value


@transaction.atomic
def merge_tickets(loser: Ticket, *, into: Ticket, now: datetime) -> Ticket:
    """Move the talk of one ticket into another of the same store and customer; the loser stays as a pointer.

    What the customer still waits for in the loser is waited for in the survivor, which is opened again for it.
    """
    if loser.pk == into.pk or loser.store_id != into.store_id:
        raise DomainError("cannot_merge", _("Only two different tickets of one store can be merged."))
    if loser.customer_id and into.customer_id and loser.customer_id != into.customer_id:
        raise DomainError("cannot_merge", _("Only tickets of one customer can be merged."))
    if into.state not in Ticket.OPEN_STATES:
        raise DomainError("cannot_merge", _("%(number)s is not open.") % {"number": into.number})
    TICKET_MOVES.check(loser.state, State.MERGED, what=loser.number)
    merged = Ticket.objects.filter(pk=loser.pk, state=loser.state).update(state=State.MERGED, merged_into=into)
    if not merged:
        raise DomainError(
            "changed_meanwhile", _("%(number)s was changed meanwhile. Load the page again.") % {"number": loser.number}
        )
    log_event(loser, Kind.STATE, before=loser.state, after=State.MERGED, at=now)
    loser.messages.filter(origin_ticket__isnull=True).update(origin_ticket=loser)
    loser.messages.update(ticket=into)
    take_over_terms(into, of=loser)
    Draft.objects.filter(ticket=loser).delete()
    log_event(loser, Kind.LINKED, before="", after=into.number, at=now, reason="merged_into")
    log_event(into, Kind.LINKED, before="", after=loser.number, at=now, reason="merged_from")
    _take_over_clocks(into, loser)
    if loser.state in (State.NEW, State.OPEN) and into.state == State.WAITING_CUSTOMER:
        move_ticket(into, to=State.OPEN, now=now, reason="merged")
    loser.refresh_from_db()
    clock_merged(loser, into=into, at=now)
    return into


def _take_over_clocks(into: Ticket, loser: Ticket) -> None:
    moments = {}
    for name in ("last_customer_message_at", "last_message_at"):
        known = [moment for moment in (getattr(into, name), getattr(loser, name)) if moment]
        moments[name] = max(known, default=None)
    Ticket.objects.filter(pk=into.pk).update(**moments)
    into.refresh_from_db()


def close_resolved(*, now: datetime) -> int:
    """Close tickets that have been resolved for a week; returns how many."""
    due = Ticket.objects.filter(state=State.RESOLVED, resolved_at__lte=now - timedelta(days=REOPEN_DAYS))
    closed = 0
    for ticket in due.select_related("store").order_by("pk")[:500]:
        try:
            move_ticket(ticket, to=State.CLOSED, now=now, reason="resolved for a week")
        except DomainError:
            continue  # re-opened by the customer at this moment
        closed += 1
    return closed
