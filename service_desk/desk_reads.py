"""What the ticket page shows beside the talk: the queue, the customer, their orders and earlier tickets."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, QuerySet
from django.urls import reverse

from catalog.scopes import visible_stores
from config.kernel.models import User
from config.kernel.personal import mask_email, mask_name, mask_phone
from fulfillment.models import Order
from membership.models import Customer, RfmScore
from service_desk.models import Ticket, TicketEvent
from service_desk.queries import visible_tickets

LISTED = 30
ORDERS_SHOWN = 5
TICKETS_SHOWN = 5


@dataclass(frozen=True)
class CustomerCard:
    """A customer as an agent sees them: masked, with the current segment."""

    number: str
    name: str
    phone: str
    email: str
    score: RfmScore | None
    link: str


def chosen_tickets(user: User, question: dict[str, str]) -> QuerySet[Ticket]:
    """The open tickets in reach, narrowed by `mine`, `unassigned`, `waiting` and `q`; the longest waiting first."""
    tickets = visible_tickets(user).filter(state__in=Ticket.OPEN_STATES)
    if "mine" in question:
        tickets = tickets.filter(assignee=user)
    if "unassigned" in question:
        tickets = tickets.filter(assignee__isnull=True)
    if "waiting" in question:
        tickets = tickets.filter(state__in=[Ticket.State.NEW, Ticket.State.OPEN])
    search = question.get("q", "").replace("\0", "").strip()[:100]
    if search:
        tickets = tickets.filter(number__iexact=search) | tickets.filter(subject__icontains=search)
    return tickets.select_related("store", "assignee").order_by("priority", "last_customer_message_at", "pk")


def talk_of(ticket: Ticket) -> list[tuple[Any, str, Any]]:
    """Messages, notes and events in the order they happened."""
    messages = ticket.messages.select_related("user").prefetch_related("attachments")
    talk: list[tuple[Any, str, Any]] = [(one.sent_at, "message", one) for one in messages]
    talk += [(one.occurred_at, "event", _in_words(one)) for one in ticket.events.select_related("actor")]
    return sorted(talk, key=lambda entry: (entry[0], entry[1]))


def _in_words(event: TicketEvent) -> TicketEvent:
    """The event with states as people say them; for showing only."""
    if event.kind == TicketEvent.Kind.STATE:
        names = dict(Ticket.State.choices)
        event.before, event.after = str(names.get(event.before, event.before)), str(names.get(event.after, event.after))
    return event


def newest_of(ticket: Ticket) -> tuple[int, int]:
    """The newest message and the newest event, 0 for none; two queries."""
    message, event = ticket.messages.aggregate(Max("pk"))["pk__max"], ticket.events.aggregate(Max("pk"))["pk__max"]
    return message or 0, event or 0


def newest_in(talk: list[tuple[Any, str, Any]]) -> tuple[int, int]:
    """The same of a talk that was read already."""
    message, event = (
        max((one.pk for _at, kind, one in talk if kind == what), default=0) for what in ("message", "event")
    )
    return message, event


def mark_of(ticket: Ticket, newest: tuple[int, int]) -> str:
    """A mark that changes with every message, event, state and agent."""
    text = f"{newest}{ticket.state}{ticket.assignee_id}{ticket.priority}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def customer_card(customer: Customer | None, user: User) -> CustomerCard | None:
    """Who asks, masked; None for a guest or where the person may not see customers."""
    if customer is None or not user.has_perm("membership.view_customer"):
        return None
    score = RfmScore.objects.filter(customer=customer, run__is_current=True).order_by("run__store_id").first()
    return CustomerCard(
        number=customer.number,
        name=mask_name(customer.name),
        phone=mask_phone(customer.phone),
        email=mask_email(customer.email),
        score=score,
        link=reverse("admin:membership_customer_change", args=[customer.pk]),
    )


def last_orders(customer: Customer | None, user: User) -> list[Order]:
    """The customer's latest orders within the person's stores."""
    if customer is None or not user.has_perm("fulfillment.view_order"):
        return []
    orders = Order.objects.filter(customer=customer).select_related("store")
    stores = visible_stores(user, permission="fulfillment.view_order")
    if stores is not None:
        orders = orders.filter(store__in=stores)
    return list(orders.order_by("-pk")[:ORDERS_SHOWN])


def earlier_tickets(ticket: Ticket, user: User) -> list[Ticket]:
    """The customer's other tickets in reach, the latest first."""
    if ticket.customer_id is None:
        return []
    others = visible_tickets(user).filter(customer=ticket.customer_id).exclude(pk=ticket.pk)
    return list(others.order_by("-pk")[:TICKETS_SHOWN])
