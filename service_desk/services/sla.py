"""What a ticket's life does to its clocks. Called inside the transactions of the services that change tickets."""

from datetime import datetime

from django.db.models import Max

from service_desk.models import SlaCycle, Ticket, TicketMessage
from service_desk.services import sla_cycles as cycles
from service_desk.services.sla_cycles import RESPONSES, Metric, open_cycles, policy_of, show_next
from service_desk.services.sla_cycles import State as CycleState

State = Ticket.State
Author = TicketMessage.Author
WAITING = (State.WAITING_CUSTOMER, State.WAITING_PARCEL, State.WAITING_SUPPLIER)
# Here staff write first: the customer is called, nobody waits for a first reply.
OPENED_BY_STAFF = (Ticket.ContactChannel.PHONE, Ticket.ContactChannel.STAFF)
LOST = (CycleState.VOID, CycleState.NO_REPLY)


def clock_opened(ticket: Ticket, *, at: datetime) -> None:
    """A ticket was opened: its matter is to be settled in time."""
    if cycles.start(ticket, Metric.RESOLUTION, policy=policy_of(ticket), at=at):
        show_next(ticket)


def clock_asked(ticket: Ticket, *, at: datetime) -> None:
    """The customer wrote. Further messages do not move the clock of the oldest one that waits."""
    if open_cycles(ticket).filter(metric__in=RESPONSES).exists():
        return
    if cycles.start(ticket, _response_metric(ticket), policy=policy_of(ticket), at=at):
        show_next(ticket)


def _response_metric(ticket: Ticket) -> str:
    had_first = ticket.first_replied_at is not None or ticket.contact_channel in OPENED_BY_STAFF
    had_first = had_first or SlaCycle.objects.filter(ticket=ticket, metric=Metric.FIRST).exists()
    return Metric.NEXT if had_first else Metric.FIRST


def clock_answered(ticket: Ticket, *, at: datetime) -> None:
    """A human answered the customer in public."""
    for cycle in open_cycles(ticket).filter(metric__in=RESPONSES):
        cycles.finish(cycle, at=at)
    show_next(ticket)


def clock_moved(ticket: Ticket, *, before: str, to: str, at: datetime, is_undo: bool = False) -> None:
    """The ticket changed its state."""
    if before in (State.RESOLVED, State.SPAM) and to in Ticket.OPEN_STATES:
        _reopened(ticket, at=at, is_undo=is_undo)
    if to == State.RESOLVED:
        _resolved(ticket, at=at)
    elif to == State.SPAM:
        _dropped(ticket, state=CycleState.VOID, at=at)
    for cycle in open_cycles(ticket).filter(metric=Metric.RESOLUTION):
        if to in WAITING:
            cycles.pause(cycle, at=at)
        else:
            cycles.resume(cycle, at=at)
    show_next(ticket)


def _resolved(ticket: Ticket, *, at: datetime) -> None:
    for cycle in open_cycles(ticket):
        if cycle.metric == Metric.NEXT:
            cycles.drop(cycle, state=CycleState.NO_REPLY, at=at)
        else:
            cycles.finish(cycle, at=at)


def _dropped(ticket: Ticket, *, state: str, at: datetime) -> None:
    for cycle in open_cycles(ticket):
        cycles.drop(cycle, state=state, at=at)


def _reopened(ticket: Ticket, *, at: datetime, is_undo: bool) -> None:
    ended = SlaCycle.objects.filter(ticket=ticket, ended_at__isnull=False)
    resolution = ended.filter(metric=Metric.RESOLUTION).order_by("-pk").first()
    last = ended.aggregate(last=Max("ended_at"))["last"]
    again = [resolution] if resolution is not None else []
    if is_undo:
        # What the taken-back step ended runs on as if it had not.
        again += ended.filter(state__in=LOST, ended_at=last).exclude(metric=Metric.RESOLUTION)
    for cycle in again:
        if not open_cycles(ticket).filter(metric=cycle.metric).exists():
            cycles.reopen(cycle, at=at, is_undo=is_undo)


def clock_refitted(ticket: Ticket, *, at: datetime) -> None:
    """Priority, kind or queue changed: another policy may fit. What has ended is not judged again."""
    policy = policy_of(ticket)
    for cycle in open_cycles(ticket).select_related("ticket__store"):
        if policy is None or getattr(policy, cycle.metric) is None:
            cycles.drop(cycle, state=CycleState.VOID, at=at)
        else:
            cycles.change_target(cycle, policy=policy, at=at)
    show_next(ticket)


def clock_merged(loser: Ticket, *, into: Ticket, at: datetime) -> None:
    """The talk of one ticket went into another, which now answers for the message that has waited longest."""
    _dropped(loser, state=CycleState.MERGED, at=at)
    show_next(loser)
    waits_since = _oldest_unanswered(into)
    if waits_since is not None:
        running = open_cycles(into).filter(metric__in=RESPONSES).first()
        if running is None:
            cycles.start(into, _response_metric(into), policy=policy_of(into), at=waits_since)
        elif waits_since < running.started_at:
            running.started_at = waits_since
            cycles.compute(running)
            running.save()
    show_next(into)


def _oldest_unanswered(ticket: Ticket) -> datetime | None:
    talk = ticket.messages.filter(is_note=False)
    answered = talk.filter(author=Author.AGENT).aggregate(last=Max("sent_at"))["last"]
    asked = talk.filter(author=Author.CUSTOMER)
    if answered is not None:
        asked = asked.filter(sent_at__gt=answered)
    return asked.order_by("sent_at").values_list("sent_at", flat=True).first()
