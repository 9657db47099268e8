"""Reads of marketing that other rooms ask for."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from marketing.models import EventPeriod


@dataclass(frozen=True, slots=True)
class EventDay:
    """A day on which an event was in a phase; `name` is the event's in the reader's language."""

    day: date
    event_code: str
    phase: str
    name: str


def event_days(channel_id: int | None, *, first: date, last: date) -> list[EventDay]:
    """Every day of [first, last] that belongs to an event, by day; days of several events come several times.

    Which dates hold is said by `event_periods`. One query.
    """
    found = event_periods(channel_id, first=first, last=last)
    days = [day for period in found for day in _days(period, first=first, last=last)]
    return sorted(days, key=lambda one: (one.day, one.event_code, one.phase))


def event_periods(channel_id: int | None, *, first: date, last: date) -> list[EventPeriod]:
    """The event dates that hold for a channel and touch [first, last], by their first day.

    A channel's own dates stand in the place of the general ones of the same event, year and phase; None asks for the
    general dates alone. One query.
    """
    mine = Q(channel__isnull=True) if channel_id is None else Q(channel__isnull=True) | Q(channel_id=channel_id)
    # Own dates may have moved out of the range and still replace the general ones: years are read whole.
    years = range(first.year - 1, last.year + 2)
    found: dict[tuple[int, int, str], EventPeriod] = {}
    for period in EventPeriod.objects.filter(mine, year__in=years).select_related("event"):
        key = (period.event_id, period.year, period.phase)
        if period.channel_id is not None or key not in found:
            found[key] = period
    touching = [period for period in found.values() if period.starts_on <= last and period.ends_on >= first]
    return sorted(touching, key=lambda period: (period.starts_on, period.event.code, period.phase))


def _days(period: EventPeriod, *, first: date, last: date) -> list[EventDay]:
    begin, end = max(period.starts_on, first), min(period.ends_on, last)
    return [
        EventDay(begin + timedelta(days=number), period.event.code, period.phase, str(period.event))
        for number in range((end - begin).days + 1)
    ]
