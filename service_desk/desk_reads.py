"""What the ticket page shows: the talk, and beside it the customer, their orders and other tickets."""

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.urls import reverse
from django.utils.translation import get_language

from catalog.scopes import visible_stores
from config.kernel.models import User
from config.kernel.personal import mask_email, mask_name, mask_phone
from fulfillment.models import Order
from membership.models import Customer, Purchase, PurchaseRefund, RfmScore
from service_desk.models import DeskPreference, Draft, Ticket, TicketEvent, TicketMessage
from service_desk.queries import visible_tickets

ORDERS_SHOWN = 5
TICKETS_SHOWN = 5


@dataclass(frozen=True)
class Worth:
    """What a customer bought and kept in one currency."""

    currency: str
    purchases: int
    net: Decimal


@dataclass(frozen=True)
class CustomerCard:
    """A customer as an agent sees them: masked, with the current segment and what they have spent so far."""

    number: str
    name: str
    phone: str
    email: str
    score: RfmScore | None
    worth: list[Worth]
    link: str


def talk_of(ticket: Ticket) -> list[tuple[Any, str, Any]]:
    """(moment, "message", message) and (moment, "events", events that followed each other), in the order they happened."""
    messages = ticket.messages.select_related("user", "origin_ticket").prefetch_related("attachments")
    entries: list[tuple[Any, str, Any]] = [(one.sent_at, "message", one) for one in messages]
    entries += [(one.occurred_at, "events", _in_words(one)) for one in ticket.events.select_related("actor")]
    talk: list[tuple[Any, str, Any]] = []
    for at, kind, entry in sorted(entries, key=lambda one: one[:2]):
        if kind == "message":
            talk.append((at, kind, entry))
        elif talk and talk[-1][1] == "events":
            talk[-1][2].append(entry)
        else:
            talk.append((at, kind, [entry]))
    return talk


def _in_words(event: TicketEvent) -> TicketEvent:
    """The event with states as people say them; for showing only."""
    event.before, event.after = event.in_words(event.before), event.in_words(event.after)
    return event


@dataclass(frozen=True)
class Marks:
    """What was read along with a ticket: its newest message and event, the reader's drafts and preference."""

    newest_message: int
    newest_event: int
    draft_reply: str
    draft_note: str
    after_reply: str


def with_marks(tickets: QuerySet[Ticket], user: User) -> QuerySet[Ticket]:
    """Tickets with their `Marks`, in the same query."""
    mine = Draft.objects.filter(ticket=OuterRef("pk"), user=user)
    messages, events = (
        model.objects.filter(ticket=OuterRef("pk")).order_by("-pk").values("pk")[:1]  # type: ignore[attr-defined]
        for model in (TicketMessage, TicketEvent)
    )
    return tickets.annotate(
        newest_message=Subquery(messages),
        newest_event=Subquery(events),
        draft_reply=Subquery(mine.filter(is_note=False).values("body")[:1]),
        draft_note=Subquery(mine.filter(is_note=True).values("body")[:1]),
        after_reply=Subquery(DeskPreference.objects.filter(user=user).values("after_reply")[:1]),
    )


def marks_of(ticket: Ticket) -> Marks:
    """The marks of a ticket that was read by `with_marks`."""
    read = ticket.__dict__
    return Marks(
        read["newest_message"] or 0,
        read["newest_event"] or 0,
        read["draft_reply"] or "",
        read["draft_note"] or "",
        read["after_reply"] or DeskPreference.AfterReply.STAY,
    )


def mark_of(ticket: Ticket) -> str:
    """A mark that changes with every message, event, state and agent, and with the reader's language."""
    marks = marks_of(ticket)
    newest = (marks.newest_message, marks.newest_event)
    text = f"{newest}{ticket.state}{ticket.assignee_id}{ticket.priority}{get_language()}"
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
        worth=_worth(customer, user),
        link=reverse("customer", args=[customer.pk]),
    )


def _worth(customer: Customer, user: User) -> list[Worth]:
    """Purchases less refunds, by currency, of the stores in reach; two queries."""
    stores = visible_stores(user, permission="membership.view_customer")
    within = {} if stores is None else {"store__in": stores}
    purchases = Purchase.objects.filter(customer=customer, **within).order_by("currency").values_list("currency")
    theirs = Q(customer=customer) | Q(purchase__customer=customer)
    refunds = PurchaseRefund.objects.filter(theirs, **within).order_by().values_list("currency")
    back = dict(refunds.annotate(Sum("amount")))
    sums = purchases.annotate(Count("checkout_ref", distinct=True), Sum("amount"))
    return [Worth(currency, count, paid - back.get(currency, Decimal(0))) for currency, count, paid in sums]


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
