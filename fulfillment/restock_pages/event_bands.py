"""Events of the campaign calendar as bands behind a chart of days or weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from fulfillment.models import StoreSupply
from marketing.models import EventPeriod


@dataclass(frozen=True)
class Event:
    """A phase of an event: its name, its first and last day."""

    name: str
    first: date
    last: date


def events_of(warehouse_id: int, *, first: date, last: date) -> list[Event]:
    """The phases that touch [first, last] on the channels that draw on a warehouse; two queries.

    A channel's own dates stand in the place of the general ones of the same event, year and phase.
    """
    supplies = StoreSupply.objects.filter(warehouse_id=warehouse_id).order_by()
    channels = set(supplies.values_list("store__channel_id", flat=True))
    periods = EventPeriod.objects.filter(
        Q(channel__isnull=True) | Q(channel__in=channels), year__range=(first.year - 1, last.year + 1)
    )
    rows = list(periods.select_related("event").order_by("starts_on", "pk"))
    own = {(row.event_id, row.year, row.phase, row.channel_id) for row in rows if row.channel_id is not None}
    found: dict[tuple[str, date, date], Event] = {}
    for row in rows:
        is_replaced = (
            row.channel_id is None
            and bool(channels)
            and all((row.event_id, row.year, row.phase, channel) in own for channel in channels)
        )
        if row.starts_on <= last and row.ends_on >= first and not is_replaced:
            name = f"{row.event} · {row.get_phase_display()}"
            found.setdefault((name, row.starts_on, row.ends_on), Event(name, row.starts_on, row.ends_on))
    return list(found.values())


def bands_of_events(events: Sequence[Event], *, begins: Sequence[date], days_each: int) -> list[dict[str, Any]]:
    """The events between the places that they touch; place i holds the `days_each` days from begins[i]."""
    bands = []
    for event in events:
        touched = [
            place
            for place, begin in enumerate(begins)
            if begin <= event.last and begin + timedelta(days=days_each - 1) >= event.first
        ]
        if touched:
            bands.append({"from": touched[0], "to": touched[-1], "name": event.name})
    return bands


def names_on(events: Sequence[Event], *, begin: date, days_each: int) -> str:
    """The events of a place, for its row in the table; a dash for none."""
    end = begin + timedelta(days=days_each - 1)
    return ", ".join(event.name for event in events if event.first <= end and event.last >= begin) or "—"
