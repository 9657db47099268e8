"""One clock of a ticket: started, paused, resumed, judged. The caller's transaction holds the ticket."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from config.kernel.sql import insert_new
from service_desk.models import SlaCycle, SlaEvent, SlaPolicy, Ticket
from service_desk.sla_clock import Span, deadline, hours_from, is_met, retarget, warning_at

Metric = SlaCycle.Metric
State = SlaCycle.State
RESPONSES = (Metric.FIRST, Metric.NEXT)


def policy_of(ticket: Ticket) -> SlaPolicy | None:
    """The first active policy that fits."""
    policies = SlaPolicy.objects.filter(is_active=True).select_related("calendar", "resolution_calendar")
    return next((policy for policy in policies if policy.fits(ticket)), None)


def open_cycles(ticket: Ticket) -> QuerySet[SlaCycle]:
    """Those that have not ended, locked: the sweep writes into the same rows."""
    return SlaCycle.objects.select_for_update().filter(ticket=ticket, ended_at__isnull=True)


def _stops(cycle: SlaCycle) -> list[Span]:
    return [(datetime.fromisoformat(begin), datetime.fromisoformat(end)) for begin, end in cycle.pauses]


def add_pause(cycle: SlaCycle, *, begin: datetime, end: datetime) -> None:
    """Note a span that does not count."""
    if begin < end:
        cycle.pauses = [*cycle.pauses, [begin.isoformat(), end.isoformat()]]


def compute(cycle: SlaCycle) -> None:
    """Work out anew when it is due and when it warns."""
    hours, stops = hours_from(cycle.calendar), _stops(cycle)
    target = timedelta(minutes=cycle.target_minutes)
    cycle.due_at = deadline(hours, start=cycle.started_at, target=target, pauses=stops)
    cycle.warn_50_at, cycle.warn_80_at = (
        warning_at(hours, start=cycle.started_at, target=target, percent=percent, pauses=stops) for percent in (50, 80)
    )


def start(ticket: Ticket, metric: str, *, policy: SlaPolicy | None, at: datetime) -> SlaCycle | None:
    """Start a clock, if the policy promises something."""
    minutes = getattr(policy, metric) if policy is not None else None
    if policy is None or minutes is None:
        return None
    calendar = policy.calendar_of(metric).snapshot(ticket.store.time_zone)
    cycle = SlaCycle(ticket=ticket, metric=metric, started_at=at, target_minutes=minutes, calendar=calendar)
    compute(cycle)
    cycle.save()
    return cycle


def note_breach(cycle: SlaCycle, *, at: datetime, now: datetime, reason: str = "") -> None:
    """Mark it breached and say so once; the caller saves it."""
    cycle.state, cycle.breached_at, cycle.detected_at = State.BREACHED, at, now
    event = SlaEvent(cycle=cycle, kind=SlaEvent.Kind.BREACHED, at=at, detected_at=now, reason=reason)
    insert_new([event], conflict=["cycle", "kind"])


def pause(cycle: SlaCycle, *, at: datetime) -> None:
    """Stop counting; moving between two waits keeps one pause."""
    if cycle.paused_since is None:
        cycle.paused_since = at
        cycle.save()


def resume(cycle: SlaCycle, *, at: datetime) -> None:
    """Count again."""
    if cycle.paused_since is not None:
        add_pause(cycle, begin=cycle.paused_since, end=at)
        cycle.paused_since = None
        compute(cycle)
        cycle.save()


def finish(cycle: SlaCycle, *, at: datetime) -> None:
    """End it with a judgement: met at the very moment it is due, breached at that moment when it ended later."""
    if cycle.paused_since is not None:
        resume(cycle, at=at)
    if cycle.breached_at is None and cycle.due_at is not None and not is_met(answered=at, due=cycle.due_at):
        note_breach(cycle, at=cycle.due_at, now=at)
    if cycle.breached_at is None:
        cycle.state = State.MET
    _end(cycle, at=at)


def drop(cycle: SlaCycle, *, state: str, at: datetime) -> None:
    """End it without a judgement."""
    cycle.state = state
    _end(cycle, at=at)


def _end(cycle: SlaCycle, *, at: datetime) -> None:
    cycle.ended_at = at
    cycle.first_ended_at = cycle.first_ended_at or at
    cycle.save()


def reopen(cycle: SlaCycle, *, at: datetime, is_undo: bool = False) -> None:
    """Run again with the time already used: the span since its end is a pause, unless the end is taken back."""
    assert cycle.ended_at is not None
    if not is_undo:
        add_pause(cycle, begin=cycle.ended_at, end=at)
    cycle.ended_at = None
    cycle.state = State.BREACHED if cycle.breached_at else State.RUNNING
    compute(cycle)
    cycle.save()


def change_target(cycle: SlaCycle, *, policy: SlaPolicy, at: datetime) -> None:
    """Apply another promise from the original start. When that is past already, the change itself is the breach."""
    minutes = getattr(policy, cycle.metric)
    calendar = policy.calendar_of(cycle.metric).snapshot(cycle.ticket.store.time_zone)
    if (minutes, calendar) == (cycle.target_minutes, cycle.calendar):
        return
    was_late = cycle.breached_at
    cycle.target_minutes, cycle.calendar = minutes, calendar
    compute(cycle)
    stops = _stops(cycle) + ([(cycle.paused_since, at)] if cycle.paused_since and cycle.paused_since < at else [])
    new = retarget(
        hours_from(calendar),
        start=cycle.started_at,
        target=timedelta(minutes=minutes),
        changed=at,
        pauses=stops,
    )
    if new.breached_at is None:
        cycle.state, cycle.breached_at, cycle.detected_at = State.RUNNING, None, None
    elif was_late is None:
        note_breach(cycle, at=at, now=at, reason="policy_change")
    cycle.save()


def show_next(ticket: Ticket) -> None:
    """Write on the ticket which of its clocks is due next, so that lists need no query for it."""
    cycles = list(SlaCycle.objects.filter(ticket=ticket, ended_at__isnull=True))
    running = [cycle for cycle in cycles if cycle.paused_since is None and cycle.due_at is not None]
    next_one = min(running, key=lambda cycle: (cycle.due_at, cycle.pk), default=None)
    shown = {
        "sla_due_at": next_one.due_at if next_one else None,
        "sla_metric": (next_one or (cycles[0] if cycles else SlaCycle(metric=""))).metric,
        "sla_is_paused": next_one is None and any(cycle.paused_since for cycle in cycles),
    }
    if shown == {name: getattr(ticket, name) for name in shown}:
        return
    Ticket.objects.filter(pk=ticket.pk).update(**shown)
    for name, value in shown.items():
        setattr(ticket, name, value)
