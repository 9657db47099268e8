"""Warnings and breaches are written when their moment has come: once each, however often and late this runs."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from config.kernel.sql import insert_new
from service_desk.models import SlaCycle, SlaEvent

Kind = SlaEvent.Kind
COLUMNS = ((Kind.WARNING_50, "warn_50_at"), (Kind.WARNING_80, "warn_80_at"), (Kind.BREACHED, "due_at"))
AT_ONCE = 500


def sweep_clocks(*, now: datetime) -> int:
    """Write what has become due; returns how many events were new."""
    return sum(_sweep(kind, column, now=now) for kind, column in COLUMNS)


def _sweep(kind: str, column: str, *, now: datetime) -> int:
    written = 0
    while True:
        with transaction.atomic():
            found = _due(kind, column, now=now)
            events = [SlaEvent(cycle_id=pk, kind=kind, at=moment, detected_at=now) for pk, moment in found]
            written += len(insert_new(events, conflict=["cycle", "kind"]))
            if kind == Kind.BREACHED:
                SlaCycle.objects.filter(pk__in=[pk for pk, _at in found]).update(
                    state=SlaCycle.State.BREACHED, breached_at=F("due_at"), detected_at=now
                )
        if len(found) < AT_ONCE:
            return written


def _due(kind: str, column: str, *, now: datetime) -> list[tuple[int, datetime]]:
    # Locked: a reply that ends a clock at this moment is judged by itself.
    clocks = SlaCycle.objects.select_for_update(skip_locked=True).filter(
        ended_at__isnull=True, paused_since__isnull=True, **{f"{column}__lte": now}
    )
    if kind == Kind.BREACHED:
        clocks = clocks.filter(breached_at__isnull=True)
    else:
        told = SlaEvent.objects.filter(kind=kind).values("cycle")
        clocks = clocks.exclude(pk__in=told)
    return list(clocks.order_by("pk").values_list("pk", column)[:AT_ONCE])
