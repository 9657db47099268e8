"""In which order tickets are listed, and the rows before and behind a place in it: page a thousand costs what page one does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from service_desk.models import Ticket

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST = 2**53
BEHIND, BEFORE = "b", "a"
Place = tuple[Any, ...]


@dataclass(frozen=True)
class Sorting:
    """An order of tickets: (column, descending) from the first to the last, the key at the end."""

    label: str | Promise
    keys: tuple[tuple[str, bool], ...]


SORTINGS = {
    "": Sorting(_("Highest priority first"), (("priority", False), ("waits_since", False), ("pk", False))),
    "waiting": Sorting(_("Longest waiting first"), (("waits_since", False), ("pk", False))),
    "latest": Sorting(_("Latest message first"), (("spoke_at", True), ("pk", True))),
    "newest": Sorting(_("Newest ticket first"), (("opened_at", True), ("pk", True))),
}


@dataclass(frozen=True)
class QueuePage:
    """Tickets of a page, and the cursors of the pages beside it; an empty text where there is none."""

    rows: list[Ticket]
    behind: str
    before: str


def _timed(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """With the moments that rows are ordered by: since when a customer waits, when somebody spoke last."""
    return rows.annotate(
        waits_since=Coalesce("last_customer_message_at", "opened_at"),
        spoke_at=Coalesce("last_message_at", "opened_at"),
    )


def ordered(rows: QuerySet[Ticket], sorting: Sorting, *, backwards: bool = False) -> QuerySet[Ticket]:
    """The rows in this order, or from its end."""
    return _timed(rows).order_by(*(f"{'-' if down != backwards else ''}{name}" for name, down in sorting.keys))


def place_of(ticket: Ticket, sorting: Sorting) -> Place:
    """Where a ticket stands in an order."""
    moments = {
        "waits_since": ticket.last_customer_message_at or ticket.opened_at,
        "spoke_at": ticket.last_message_at or ticket.opened_at,
    }
    return tuple(moments[name] if name in moments else getattr(ticket, name) for name, _down in sorting.keys)


def beyond(
    rows: QuerySet[Ticket], sorting: Sorting, place: Place, *, backwards: bool = False, inclusive: bool = False
) -> QuerySet[Ticket]:
    """The rows behind a place, or before it, the nearest first; `inclusive` of the one that stands there."""
    condition, same = Q(), Q()
    for (name, down), value in zip(sorting.keys, place, strict=True):
        word = "lt" if down != backwards else "gt"
        condition |= same & Q(**{f"{name}__{word}": value})
        same &= Q(**{name: value})
    # The bound on the first column alone is what an index can begin from.
    name, down = sorting.keys[0]
    bound = {f"{name}__{'lte' if down != backwards else 'gte'}": place[0]}
    within = ordered(rows, sorting, backwards=backwards).filter(**bound)
    return within.filter(condition | same if inclusive else condition)


def page_at(rows: QuerySet[Ticket], sorting: Sorting, *, cursor: str, size: int) -> QueuePage:
    """The page that a cursor names; the first one for an empty or unknown cursor."""
    direction, place = _read(cursor, sorting)
    if place is None:
        found = list(ordered(rows, sorting)[: size + 1])
        return QueuePage(found[:size], _cursor(BEHIND, found[:size], sorting) if len(found) > size else "", "")
    backwards = direction == BEFORE
    found = list(beyond(rows, sorting, place, backwards=backwards)[: size + 1])
    shown, has_more = found[:size], len(found) > size
    if backwards:
        shown = shown[::-1]
        return QueuePage(shown, _cursor(BEHIND, shown, sorting), _cursor(BEFORE, shown, sorting) if has_more else "")
    return QueuePage(shown, _cursor(BEHIND, shown, sorting) if has_more else "", _cursor(BEFORE, shown, sorting))


def _cursor(direction: str, shown: Sequence[Ticket], sorting: Sorting) -> str:
    if not shown:
        return ""
    place = place_of(shown[0] if direction == BEFORE else shown[-1], sorting)
    numbers = [
        (value - EPOCH) // timedelta(microseconds=1) if isinstance(value, datetime) else value for value in place
    ]
    return direction + ".".join(map(str, numbers))


def _read(cursor: str, sorting: Sorting) -> tuple[str, Place | None]:
    parts = cursor[1:].split(".")
    usable = len(parts) == len(sorting.keys) and all(part.isascii() and part.isdecimal() for part in parts)
    if cursor[:1] not in (BEHIND, BEFORE) or not usable or any(int(part) > LARGEST for part in parts):
        return "", None
    numbers = [int(part) for part in parts]
    return cursor[:1], tuple(
        number if name in ("priority", "pk") else EPOCH + timedelta(microseconds=number)
        for (name, _down), number in zip(sorting.keys, numbers, strict=True)
    )
