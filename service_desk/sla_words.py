"""A clock of a ticket in words: its hours, its pauses, and how it stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from service_desk.models import SlaCycle


def span_words(span: timedelta) -> str:
    """A span in its largest fitting unit: minutes under an hour, hours under two days, else days."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return _("%(count)d min") % {"count": minutes}
    if minutes < 48 * 60:
        return _("%(count)d h") % {"count": minutes // 60}
    return _("%(count)d d") % {"count": minutes // (24 * 60)}


def target_words(minutes: int) -> str:
    """A promise in the largest unit that tells it exactly."""
    if minutes % 60:
        return _("%(count)d min") % {"count": minutes}
    return span_words(timedelta(minutes=minutes))


def state_of(cycle: SlaCycle) -> tuple[str, str]:
    """The code and the word of how a clock stands: one that was stopped before it was late is paused, not running."""
    if cycle.state == SlaCycle.State.RUNNING and cycle.paused_since is not None:
        return "paused", pgettext("sla cycle", "paused")
    return cycle.state, str(cycle.get_state_display())


def hours_words(calendar: Mapping[str, Any]) -> list[str]:
    """The hours that a clock runs in, one line for each weekday and each day of its own."""
    if calendar.get("is_always_open"):
        return [_("day and night")]
    lines = [
        f"{WEEKDAYS_ABBR[int(day)]} {_spans(spans)}"
        for day, spans in sorted(calendar.get("weekly", {}).items())
        if spans
    ]
    return lines + [f"{day} {_spans(spans)}" for day, spans in sorted(calendar.get("exceptions", {}).items())]


def _spans(spans: Sequence[Sequence[int]]) -> str:
    told = [f"{_clock(begin)}–{_clock(end)}" for begin, end in spans]
    return _(", ").join(told) or pgettext("service hours", "closed")


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def pause_words(cycle: SlaCycle) -> list[str]:
    """Every span that did not count, on the reader's clock."""
    lines = [f"{_moment(begin)} – {_moment(end)}" for begin, end in cycle.pauses]
    if cycle.paused_since is not None:
        lines.append(_("since %s") % _moment(cycle.paused_since.isoformat()))
    return lines


def _moment(text: str) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(text)), "SHORT_DATETIME_FORMAT")
