"""Reads of the service desk."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.scopes import visible_stores
from config.kernel.models import User
from config.kernel.todo import Todo
from service_desk.hashed_terms import hashed
from service_desk.models import Macro, Ticket, TicketPresence
from service_desk.search_terms import normalised, terms_of

VIEW = "service_desk.view_ticket"
# So many tickets are read through for a search, the newest first; what is searched for is seldom older.
MOST_READ_THROUGH = 200
MOST_TERMS = 6
# The beginning of a ticket's number that finds it: the letters and the day.
SHORTEST_BEGINNING = 6
# A word too short for a term is looked for in so many of the newest subjects.
MOST_SUBJECTS = 5000
# Three missed signs: the page is closed or the network is gone.
GONE_AFTER = timedelta(seconds=30)
DUE_SOON = timedelta(minutes=10)


def is_due() -> Q:
    """Overdue or due in a moment."""
    return Q(sla_due_at__lte=timezone.now() + DUE_SOON)


def visible_tickets(user: User) -> QuerySet[Ticket]:
    """The tickets of the stores (and channels) that the person's roles reach."""
    stores = visible_stores(user, permission=VIEW)
    return Ticket.objects.all() if stores is None else Ticket.objects.filter(store__in=stores)


def tickets_found(tickets: QuerySet[Ticket], text: str) -> QuerySet[Ticket]:
    """Those of the tickets that a text finds: by number, order or customer number, words of the subject or of the talk."""
    number = text.strip().upper()
    begins = "number__startswith" if len(number) >= SHORTEST_BEGINNING else "number"
    ways = (
        {begins: number},
        {"customer__number": number},
        {"order__number": number},
        {"order__external_number": text.strip()},
        {"pk__in": _speak_of(tickets, text)},
    )
    # Each way by its own index, and put together: one question with ORs between would read the whole table.
    first, *others = [Ticket.objects.filter(**way).order_by().values("pk") for way in ways]
    return tickets.filter(pk__in=first.union(*others))


def _speak_of(tickets: QuerySet[Ticket], text: str) -> list[int]:
    """The keys of tickets whose subject or talk holds the text, of the newest that hold its terms; bounded."""
    wanted = normalised(text)
    terms = sorted(terms_of(wanted))
    if not terms:
        newest = tickets.order_by("-pk").values_list("pk", "subject")[:MOST_SUBJECTS]
        return [pk for pk, subject in newest if wanted and wanted in normalised(subject)][:MOST_READ_THROUGH]
    for term in hashed(terms[:: -(-len(terms) // MOST_TERMS)]):
        tickets = tickets.filter(terms__term=term)
    likely = list(tickets.order_by("-pk").prefetch_related("messages")[:MOST_READ_THROUGH])
    return [ticket.pk for ticket in likely if _speaks_of(ticket, wanted)]


def _speaks_of(ticket: Ticket, wanted: str) -> bool:
    texts = (ticket.subject, *(message.body for message in ticket.messages.all()))
    return any(wanted in normalised(text) for text in texts)


def others_present(ticket: Ticket, *, user: User, now: datetime) -> list[TicketPresence]:
    """Who else has the ticket open at this moment, those who write first."""
    there = ticket.presences.filter(seen_at__gt=now - GONE_AFTER).exclude(user=user)
    return list(there.select_related("user").order_by("-is_writing", "user__username"))


def offered_macros(language: str) -> list[Macro]:
    """The canned answers in use, those in the reader's language first."""
    return sorted(Macro.objects.filter(is_active=True), key=lambda macro: macro.language != language)


def todo(user: User) -> list[Todo]:
    """Open tickets of the person, those that nobody has taken, those that are due."""
    if not user.has_perm(VIEW):
        return []
    open_tickets = visible_tickets(user).filter(state__in=Ticket.OPEN_STATES)
    mine, free = open_tickets.filter(assignee=user), open_tickets.filter(assignee__isnull=True)
    desk = reverse("service_desk:queue")
    return [
        Todo(_("My open tickets"), mine, f"{desk}?view=mine", icon="support_agent"),
        Todo(
            _("Tickets nobody has taken"),
            free,
            f"{desk}?view=free",
            icon="inbox",
            is_urgent=True,
        ),
        Todo(
            _("Tickets due or overdue"), open_tickets.filter(is_due()), f"{desk}?view=due", icon="timer", is_urgent=True
        ),
    ]
