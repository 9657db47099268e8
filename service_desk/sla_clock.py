"""SLA clocks. Pure: which seconds count, when a target is used up, whether an answer was in time.

A second counts when the calendar is open, the metric is not paused and the cycle has begun. All moments are aware.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]
# From and to, as minutes after the day's midnight; `to` at or before `from` ends on the next day.
Hours = tuple[int, int]
DAY_MINUTES = 24 * 60
HORIZON = timedelta(days=3 * 366)


@dataclass(frozen=True)
class ServiceHours:
    """Weekly hours (Monday is 0) in a zone; a dated exception replaces its day: empty for a holiday."""

    zone: ZoneInfo
    weekly: Mapping[int, tuple[Hours, ...]] = field(default_factory=dict)
    exceptions: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)
    is_always_open: bool = False


def _spans(given: Any) -> tuple[Hours, ...]:
    spans = tuple((int(opens), int(closes)) for opens, closes in given)
    if any(not (0 <= opens < DAY_MINUTES and 0 <= closes <= DAY_MINUTES) for opens, closes in spans):
        raise ValueError("outside of the day")
    return spans


def hours_from(kept: Mapping[str, Any]) -> ServiceHours:
    """Hours out of their JSON form. Raises ValueError, TypeError or AttributeError for what is none."""
    weekly = {int(day): _spans(spans) for day, spans in kept.get("weekly", {}).items()}
    if any(day not in range(7) for day in weekly):
        raise ValueError("no day of the week")
    return ServiceHours(
        zone=ZoneInfo(kept["zone"]),
        weekly=weekly,
        exceptions={date.fromisoformat(day): _spans(spans) for day, spans in kept.get("exceptions", {}).items()},
        is_always_open=bool(kept.get("is_always_open")),
    )


def _moment(hours: ServiceHours, day: date, minute: int) -> datetime:
    turned, rest = divmod(minute, DAY_MINUTES)
    wall = datetime.combine(day + timedelta(days=turned), time(rest // 60, rest % 60), hours.zone)
    return wall.astimezone(UTC)


def _day_spans(hours: ServiceHours, day: date) -> list[Span]:
    wanted = hours.exceptions.get(day, hours.weekly.get(day.weekday(), ()))
    spans = []
    for opens, closes in wanted:
        last = closes if closes > opens else closes + DAY_MINUTES
        spans.append((_moment(hours, day, opens), _moment(hours, day, last)))
    return sorted(span for span in spans if span[0] < span[1])


def open_spans(hours: ServiceHours, *, start: datetime, until: datetime) -> Iterator[Span]:
    """The open spans between two moments in order, none overlapping another."""
    if hours.is_always_open:
        if start < until:
            yield start.astimezone(UTC), until.astimezone(UTC)
        return
    reached = start.astimezone(UTC)
    # What opened yesterday may reach into today.
    day, last = start.astimezone(hours.zone).date() - timedelta(days=1), until.astimezone(hours.zone).date()
    while day <= last:
        for opens, closes in _day_spans(hours, day):
            begin, end = max(opens, reached), min(closes, until.astimezone(UTC))
            if begin < end:
                yield begin, end
                reached = end
        day += timedelta(days=1)


def joined(pauses: Iterable[Span]) -> list[Span]:
    """Pauses in order, with those that touch or overlap made one."""
    result: list[Span] = []
    # In UTC: two moments of one zone would be subtracted by the wall, an hour off when the clocks change.
    for begin, end in sorted((a.astimezone(UTC), b.astimezone(UTC)) for a, b in pauses):
        if result and begin <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        elif begin < end:
            result.append((begin, end))
    return result


def _without(span: Span, pauses: list[Span]) -> Iterator[Span]:
    begin, end = span
    for stopped, resumed in pauses:
        if resumed <= begin or stopped >= end:
            continue
        if begin < stopped:
            yield begin, stopped
        begin = min(resumed, end)
    if begin < end:
        yield begin, end


def counted_time(hours: ServiceHours, *, start: datetime, end: datetime, pauses: Iterable[Span] = ()) -> timedelta:
    """How much of the time between two moments counts."""
    stops = joined(pauses)
    spans = open_spans(hours, start=start, until=end)
    return sum((b - a for span in spans for a, b in _without(span, stops)), timedelta())


def deadline(
    hours: ServiceHours, *, start: datetime, target: timedelta, pauses: Iterable[Span] = ()
) -> datetime | None:
    """The moment at which the target is used up; None when the calendar does not open for so long within three years."""
    stops, left = joined(pauses), target
    for span in open_spans(hours, start=start, until=start + HORIZON):
        for begin, end in _without(span, stops):
            if end - begin >= left:
                return begin + left
            left -= end - begin
    return None


def warning_at(
    hours: ServiceHours, *, start: datetime, target: timedelta, percent: int, pauses: Iterable[Span] = ()
) -> datetime | None:
    """When so many per cent of the target have been counted."""
    return deadline(hours, start=start, target=target * percent / 100, pauses=pauses)


def is_met(*, answered: datetime, due: datetime) -> bool:
    """An answer at the very moment it is due is in time."""
    return answered <= due


@dataclass(frozen=True)
class Retargeted:
    """A new due time, and when the change itself made the cycle breached: never before the change."""

    due: datetime | None
    breached_at: datetime | None


def retarget(
    hours: ServiceHours, *, start: datetime, target: timedelta, changed: datetime, pauses: Iterable[Span] = ()
) -> Retargeted:
    """Apply another target from the original start, with the pauses kept."""
    due = deadline(hours, start=start, target=target, pauses=pauses)
    return Retargeted(due, changed if due is not None and due < changed else None)
