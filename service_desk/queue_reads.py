"""The queue: what it may be narrowed to, its counts, its pages, and what stands around a ticket in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.scopes import offered_stores
from config.kernel.models import User
from service_desk.models import Ticket, TicketQueue
from service_desk.queries import VIEW, is_due, tickets_found, visible_tickets
from service_desk.queue_order import SORTINGS, QueuePage, Sorting, beyond, page_at, place_of

PAGE_SIZE = 25
SHOWN_BEFORE, SHOWN_BEHIND = 8, 20
LONGEST_SEARCH = 100
ANY_STATE = "any"
OPEN = Q(state__in=Ticket.OPEN_STATES)
STATES = {"": _("Open ones"), ANY_STATE: _("All states"), **dict(Ticket.State.choices)}
VIEWS: dict[str, str | Promise] = {
    "mine": _("Mine"),
    "free": _("Not taken"),
    "waiting": _("Waiting for us"),
    "due": pgettext_lazy("tickets", "Due"),
    "": pgettext_lazy("tickets", "All open"),
}


@dataclass(frozen=True)
class Choice:
    """What a person narrowed the queue to; every page of the walk carries it along."""

    view: str = ""
    q: str = ""
    store: str = ""
    queue: str = ""
    priority: str = ""
    state: str = ""
    kind: str = ""
    sort: str = ""

    @property
    def query(self) -> str:
        """As it stands in an address."""
        return urlencode({name: value for name, value in self.__dict__.items() if value})

    @property
    def sorting(self) -> Sorting:
        """The order of the list."""
        return SORTINGS[self.sort]

    @property
    def is_narrowed(self) -> bool:
        """Whether there is more in the queue than this."""
        return replace(self, view="", sort="") != Choice()


@dataclass(frozen=True)
class Tab:
    """One view of the queue with its number of tickets."""

    code: str
    label: Any
    count: int


@dataclass(frozen=True)
class Surroundings:
    """The tickets around one in the walk: those before it, whether it is of the list itself, those behind."""

    before: list[Ticket]
    behind: list[Ticket]
    is_listed: bool

    @property
    def previous(self) -> Ticket | None:
        """Where `k` leads."""
        return self.before[-1] if self.before else None

    @property
    def next(self) -> Ticket | None:
        """Where `j` leads."""
        return self.behind[0] if self.behind else None


def read_choice(question: Mapping[str, str]) -> Choice:
    """The choice that an address names; what it cannot mean is left out."""
    known: dict[str, Any] = {
        "view": VIEWS,
        "state": STATES,
        "sort": SORTINGS,
        "priority": {str(value) for value in Ticket.Priority.values},
        "kind": Ticket.Kind.values,
    }
    values = {name: text for name, allowed in known.items() if (text := question.get(name, "")) in allowed}
    for name in ("q", "store", "queue"):
        values[name] = question.get(name, "").replace("\0", "").strip()[:LONGEST_SEARCH]
    return Choice(**values)


def _view(code: str, user: User) -> Q:
    return {
        "mine": Q(assignee=user),
        "free": Q(assignee__isnull=True),
        "due": is_due(),
        "waiting": Q(state__in=[Ticket.State.NEW, Ticket.State.OPEN]),
    }.get(code, Q())


def chosen_tickets(user: User, choice: Choice) -> QuerySet[Ticket]:
    """The tickets in reach that the choice names. Open ones, unless it searches or names a state."""
    tickets = visible_tickets(user).filter(_view(choice.view, user))
    if choice.state and choice.state != ANY_STATE:
        tickets = tickets.filter(state=choice.state)
    elif not choice.state and not choice.q:
        tickets = tickets.filter(OPEN)
    columns = {"store__code": choice.store, "queue__code": choice.queue, "kind": choice.kind}
    tickets = tickets.filter(**{name: value for name, value in columns.items() if value})
    if choice.priority:
        tickets = tickets.filter(priority=int(choice.priority))
    return tickets_found(tickets, choice.q) if choice.q else tickets


def tabs(user: User) -> list[Tab]:
    """Every view with the number of its open tickets; one query."""
    counts = (
        visible_tickets(user)
        .filter(OPEN)
        .order_by()
        .aggregate(**{f"in_{code or 'all'}": Count("pk", filter=_view(code, user)) for code in VIEWS})
    )
    return [Tab(code, label, counts[f"in_{code or 'all'}"]) for code, label in VIEWS.items()]


def page_of(user: User, choice: Choice, *, cursor: str) -> QueuePage:
    """A page of the queue."""
    tickets = chosen_tickets(user, choice).select_related("store", "assignee", "queue")
    return page_at(tickets, choice.sorting, cursor=cursor, size=PAGE_SIZE)


def around(ticket: Ticket, user: User, choice: Choice) -> Surroundings:
    """What stands before and behind a ticket in the list it was opened from; two queries, and those of a search."""
    tickets = chosen_tickets(user, choice).select_related("store", "assignee")
    place = place_of(ticket, choice.sorting)
    before = list(beyond(tickets, choice.sorting, place, backwards=True)[:SHOWN_BEFORE])[::-1]
    from_here = list(beyond(tickets, choice.sorting, place, inclusive=True)[: SHOWN_BEHIND + 1])
    is_listed = bool(from_here) and from_here[0].pk == ticket.pk
    return Surroundings(before, from_here[1:] if is_listed else from_here[:SHOWN_BEHIND], is_listed)


def filters(user: User, choice: Choice) -> list[dict[str, Any]]:
    """The filters of the queue: name, label, options, and what is chosen; two queries."""
    stores, _all = offered_stores(user, VIEW)
    queues = [(queue.code, str(queue)) for queue in TicketQueue.objects.filter(is_active=True)]
    every = ("", _("all"))
    rows = (
        ("store", _("Store"), [every, *stores]),
        ("queue", pgettext_lazy("tickets", "Queue"), [every, *queues]),
        ("priority", _("Priority"), [every, *((str(value), label) for value, label in Ticket.Priority.choices)]),
        ("state", _("State"), list(STATES.items())),
        ("kind", _("Kind"), [every, *Ticket.Kind.choices]),
        ("sort", pgettext_lazy("list", "Sorted by"), [(code, sorting.label) for code, sorting in SORTINGS.items()]),
    )
    return [
        {"name": name, "label": label, "options": options, "chosen": getattr(choice, name)}
        for name, label, options in rows
    ]
