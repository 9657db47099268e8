"""What is said on a ticket: customer messages, replies, notes and drafts."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from config.kernel.errors import DomainError, InvalidInput
from config.kernel.models import User
from service_desk.models import Draft, Ticket, TicketMessage
from service_desk.services.sla import clock_answered, clock_asked
from service_desk.services.terms import index_text
from service_desk.services.tickets import REOPEN_DAYS, NewTicket, move_ticket, take_up_conversation

LONGEST_MESSAGE = 20_000
Author = TicketMessage.Author
State = Ticket.State
WAITING_FOR_CUSTOMER = (State.WAITING_CUSTOMER, State.RESOLVED)


def _checked(body: str) -> str:
    text = body.strip()
    if not text:
        raise InvalidInput("message_empty", _("Write something first."))
    if len(text) > LONGEST_MESSAGE:
        raise InvalidInput(
            "message_too_long", _("A message holds at most %(limit)d characters.") % {"limit": LONGEST_MESSAGE}
        )
    return text


def _follow_up(ticket: Ticket, *, now: datetime) -> Ticket:
    ticket, _is_new = take_up_conversation(
        NewTicket(
            subject=ticket.subject,
            store=ticket.store,
            contact_channel=ticket.contact_channel,
            customer=ticket.customer,
            order=ticket.order,
            queue=ticket.queue,
            kind=ticket.kind,
            external_ref=ticket.external_ref,
            follow_up_of=ticket,
        ),
        now=now,
    )
    return ticket


def _known_message(ticket: Ticket, external_id: str) -> TicketMessage | None:
    if not external_id:
        return None
    here = Q(ticket=ticket) | Q(ticket__follow_up_of=ticket)
    return TicketMessage.objects.filter(here, external_id=external_id).first()


def receive_message(ticket: Ticket, *, body: str, sent_at: datetime, external_id: str = "") -> TicketMessage:
    """Take in what the customer wrote. The same channel id again changes nothing.

    It ends a wait for the customer at that instant and re-opens a ticket resolved within a week; later, or on a closed
    ticket, it begins a follow-up linked to the old one.
    """
    text = _checked(body)
    with transaction.atomic():
        current = Ticket.objects.select_for_update().get(pk=ticket.pk)
        if current.state == State.MERGED and current.merged_into_id:
            current = Ticket.objects.select_for_update().get(pk=current.merged_into_id)
        # Asked with the ticket locked: of two deliveries of one message the second waits here for the first.
        known = _known_message(current, external_id)
        if known is not None:
            return known
        resolved_long_ago = current.resolved_at and sent_at - current.resolved_at > timedelta(days=REOPEN_DAYS)
        if current.state == State.RESOLVED and resolved_long_ago:
            move_ticket(current, to=State.CLOSED, now=sent_at, reason="follow-up begun")
        if current.state in (State.CLOSED, State.SPAM):
            current = _follow_up(current, now=sent_at)
        message = TicketMessage.objects.create(
            ticket=current, author=Author.CUSTOMER, body=text, external_id=external_id, sent_at=sent_at
        )
        index_text(current, text)
        Ticket.objects.filter(pk=current.pk).update(last_customer_message_at=sent_at, last_message_at=sent_at)
        if current.state in WAITING_FOR_CUSTOMER:
            move_ticket(current, to=State.OPEN, now=sent_at, reason="customer wrote")
        clock_asked(current, at=sent_at)
        ticket.refresh_from_db()
        return message


def _refuse_late_message(ticket: Ticket, last_seen_id: int | None) -> None:
    if last_seen_id is None:
        return
    newer = ticket.messages.filter(pk__gt=last_seen_id).order_by("pk")
    if newer.exists():
        raise DomainError(
            "newer_messages",
            _("There are new messages. Read them before you send."),
            detail={"messages": list(newer.values_list("pk", flat=True))},
        )


@transaction.atomic
def send_reply(
    ticket: Ticket,
    *,
    user: User,
    body: str,
    now: datetime,
    last_seen_id: int | None = None,
    then: str = State.WAITING_CUSTOMER,
) -> TicketMessage:
    """Answer the customer. Refused when a message arrived that the agent had not seen (`last_seen_id`).

    `then` is the state afterwards: waiting for the customer, still open, or resolved.
    """
    text = _checked(body)
    current = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if current.state not in Ticket.OPEN_STATES:
        raise DomainError("ticket_not_open", _("%(number)s is not open.") % {"number": current.number})
    _refuse_late_message(current, last_seen_id)
    message = TicketMessage.objects.create(ticket=current, author=Author.AGENT, user=user, body=text, sent_at=now)
    index_text(current, text)
    Ticket.objects.filter(pk=current.pk).update(
        last_message_at=now,
        first_replied_at=current.first_replied_at or now,
        assignee=current.assignee or user,
    )
    current.refresh_from_db()
    clock_answered(current, at=now)
    if current.state in (State.NEW, State.BOT):
        move_ticket(current, to=State.OPEN, now=now, reason="answered")
    if current.state != then:
        move_ticket(current, to=then, now=now, reason="answered")
    Draft.objects.filter(ticket=current, user=user, is_note=False).delete()
    ticket.refresh_from_db()
    return message


@transaction.atomic
def add_note(ticket: Ticket, *, user: User, body: str, now: datetime) -> TicketMessage:
    """Write a note that only staff can see; it answers nothing and stops no clock."""
    text = _checked(body)
    note = TicketMessage.objects.create(
        ticket=ticket, author=Author.AGENT, user=user, is_note=True, body=text, sent_at=now
    )
    index_text(ticket, text)
    Draft.objects.filter(ticket=ticket, user=user, is_note=True).delete()
    return note


def save_draft(
    ticket: Ticket, *, user: User, body: str, is_note: bool = False, last_seen_id: int | None = None
) -> Draft | None:
    """Keep what an agent has typed so far; an empty text throws the draft away.

    A draft that was on its way while the same text was sent (a message of theirs newer than `last_seen_id`) is none any more.
    """
    mine = Draft.objects.filter(ticket=ticket, user=user, is_note=is_note)
    if last_seen_id is not None:
        sent = ticket.messages.filter(pk__gt=last_seen_id, user=user, is_note=is_note)
        if any(message.body == body.strip() for message in sent):
            return None
    if not body.strip():
        mine.delete()
        return None
    draft, _created = Draft.objects.update_or_create(
        ticket=ticket, user=user, is_note=is_note, defaults={"body": body[:LONGEST_MESSAGE]}
    )
    return draft
