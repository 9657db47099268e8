"""What the service board adds to store days: first replies, dispatch on time, and what waits now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median, quantiles
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q

from analytics.periods import Period
from analytics.queries.service import TENTH, within_store_days
from catalog.models import Store
from fulfillment.models import Order
from service_desk.models import Ticket

# Upper ends of the waiting times that are told apart.
REPLY_STEPS = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=4), timedelta(hours=24))
AGE_STEPS = (timedelta(days=1), timedelta(days=3), timedelta(days=7))


@dataclass(frozen=True)
class Replies:
    """First replies to the tickets opened in a period: median and ninth decile in minutes, and how many within each step.

    `counts` has one number for each step, one for slower replies and, last, one for tickets without a reply yet.
    """

    answered: int
    median: Decimal | None
    p90: Decimal | None
    counts: tuple[int, ...]


def replies_of(stores: Sequence[Store], periods: Sequence[Period]) -> list[Replies]:
    """The first replies of each period, by the wall clock; one query for all of them."""
    within = {f"in_{place}": within_store_days(stores, one, "opened_at") for place, one in enumerate(periods)}
    wanted = Q(pk__in=[])
    for condition in within.values():
        wanted |= condition
    marks = {name: ExpressionWrapper(condition, output_field=BooleanField()) for name, condition in within.items()}
    rows = Ticket.objects.filter(wanted).values_list("pk", "opened_at", "first_replied_at").annotate(**marks)
    found: list[list[tuple[datetime, datetime | None]]] = [[] for _period in periods]
    for _pk, opened, replied, *is_in in rows.order_by("pk"):
        for place, inside in enumerate(is_in):
            if inside:
                found[place].append((opened, replied))
    return [_replies(pairs) for pairs in found]


def _replies(pairs: Sequence[tuple[datetime, datetime | None]]) -> Replies:
    waits = sorted(replied - opened for opened, replied in pairs if replied is not None)
    counts = [0] * (len(REPLY_STEPS) + 1)
    for wait in waits:
        counts[sum(wait > step for step in REPLY_STEPS)] += 1
    minutes = [wait.total_seconds() / 60 for wait in waits]
    return Replies(
        answered=len(waits),
        median=Decimal(median(minutes)).quantize(TENTH) if minutes else None,
        p90=Decimal(quantiles(minutes, n=10, method="inclusive")[-1]).quantize(TENTH) if len(minutes) > 1 else None,
        counts=(*counts, len(pairs) - len(waits)),
    )


@dataclass(frozen=True)
class Dispatch:
    """Orders whose deadline lies in a period and is over, and those of them shipped in time."""

    due: int
    on_time: int


def dispatch_of(stores: Sequence[Store], periods: Sequence[Period], *, now: datetime) -> list[Dispatch]:
    """Dispatch on time of each period; one query for all of them. An order cancelled before its deadline was never late."""
    due = Order.objects.live().filter(
        store__in=[store.pk for store in stores], dispatch_due_at__lte=now, paid_at__isnull=False
    )
    due = due.exclude(state=Order.State.CANCELLED, cancelled_at__lte=F("dispatch_due_at"))
    counts = {}
    wanted = Q(pk__in=[])
    for place, period in enumerate(periods):
        within = within_store_days(stores, period, "dispatch_due_at")
        wanted |= within
        counts[f"due_{place}"] = Count("pk", filter=within)
        counts[f"on_time_{place}"] = Count("pk", filter=within & Q(shipped_at__lte=F("dispatch_due_at")))
    found = due.filter(wanted).aggregate(**counts)
    return [Dispatch(found[f"due_{place}"], found[f"on_time_{place}"]) for place in range(len(periods))]


@dataclass(frozen=True)
class Backlog:
    """Open tickets of one state by how long ago they were opened: one count for each step, one for older ones."""

    state: str
    counts: tuple[int, ...]
    unassigned: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts)


def backlog_of(stores: Sequence[Store], *, now: datetime) -> list[Backlog]:
    """The tickets that are open now, by state in the order of the states; one query."""
    edges = [now - step for step in AGE_STEPS]
    ages = {"age_0": Q(opened_at__gt=edges[0])}
    for place, (younger, older) in enumerate(pairwise(edges), start=1):
        ages[f"age_{place}"] = Q(opened_at__lte=younger, opened_at__gt=older)
    ages[f"age_{len(edges)}"] = Q(opened_at__lte=edges[-1])
    tickets = Ticket.objects.open().filter(store__in=[store.pk for store in stores])
    counts = {name: Count("pk", filter=condition) for name, condition in ages.items()}
    rows: dict[str, Any] = {
        row["state"]: row
        for row in tickets.values("state")
        .annotate(unassigned=Count("pk", filter=Q(assignee__isnull=True)), **counts)
        .order_by()
    }
    return [
        Backlog(state, tuple(rows[state][name] for name in ages), rows[state]["unassigned"])
        for state in Ticket.OPEN_STATES
        if state in rows
    ]
