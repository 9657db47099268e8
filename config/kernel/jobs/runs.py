"""Starting, waiting for, cancelling and repeating runs."""

import time
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from config.kernel.audit import record_change
from config.kernel.errors import DomainError
from config.kernel.jobs.kinds import job_kind
from config.kernel.jobs.work import close_run, work_on_run
from config.kernel.models import JobRun, JobRunPart, User
from config.kernel.sql import insert_new
from config.kernel.wake import wake

WAIT_SECONDS = 0.5
State = JobRun.State


def start_run(
    kind_code: str,
    *,
    parameters: dict[str, Any],
    trigger: str,
    requested_by: User | None = None,
    store_code: str = "",
    dedupe_key: str | None = None,
) -> JobRun:
    """Write the run and wake a worker after commit. The same `dedupe_key` again gives the first run."""
    run = _insert(
        kind_code,
        parameters=parameters,
        trigger=trigger,
        requested_by=requested_by,
        store_code=store_code,
        dedupe_key=dedupe_key,
    )
    _wake(run)
    return run


def _insert(kind_code: str, *, dedupe_key: str | None, **values: Any) -> JobRun:
    job_kind(kind_code)
    run = JobRun(kind=kind_code, dedupe_key=dedupe_key, **values)
    inserted = insert_new([run], conflict=["dedupe_key"])
    if not inserted:
        return JobRun.objects.get(dedupe_key=dedupe_key)
    return JobRun.objects.get(pk=inserted[0][0])


def _wake(run: JobRun) -> None:
    from config.kernel.tasks import work_on_run as task

    wake(task, run.pk)


def run_now(
    kind_code: str,
    *,
    parameters: dict[str, Any],
    store_code: str = "",
    requested_by: User | None = None,
    dedupe_key: str | None = None,
) -> JobRun:
    """Start a run and work on it here until it is closed. Raises DomainError with the run's words when it failed.

    Workers may take parts of it as well; this process waits for what they hold.
    """
    run = _insert(
        kind_code,
        parameters=parameters,
        trigger=JobRun.Trigger.COMMAND,
        requested_by=requested_by,
        store_code=store_code,
        dedupe_key=dedupe_key,
    )
    while not run.is_closed:
        run = work_on_run(run.pk)
        if not run.is_closed:
            time.sleep(WAIT_SECONDS)
    if run.state != State.SUCCEEDED:
        raise DomainError(run.error_code or "job_cancelled", run.error_message or _("The job was cancelled."))
    return run


def with_progress(run: JobRun) -> JobRun:
    """The run with what its parts have done so far, for a page; the row itself is told when a part ends."""
    if run.is_closed:
        return run
    parts = JobRunPart.objects.filter(run=run)
    sums = parts.aggregate(done=Sum("done_count"), total=Sum("total_count"))
    if sums["total"]:
        run.done_count, run.total_count = sums["done"], sums["total"]
    return run


def slot_key(kind_code: str, *words: str) -> str:
    """The key of a scheduled run: its kind and what it is about, so that the same slot asked twice is one run."""
    return ":".join([kind_code, *(word for word in words if word)])


def day_of(text: str) -> date | None:
    """The day that a schedule's argument names ("2026-11-23"); None for none. Raises ValueError for anything else."""
    return date.fromisoformat(text) if text else None


@transaction.atomic
def cancel_run(run: JobRun, *, reason: str = "") -> bool:
    """Call a run off; parts at work stop at their next report. False when it was closed already."""
    if not close_run(run, state=State.CANCELLED, error_message=reason):
        return False
    record_change("job.cancelled", on=run, reason=reason)
    return True


def repeat_run(run: JobRun, *, requested_by: User | None = None) -> JobRun:
    """Start the same kind with the same parameters again."""
    return start_run(
        run.kind,
        parameters=run.parameters,
        trigger=JobRun.Trigger.BUTTON,
        requested_by=requested_by,
        store_code=run.store_code,
    )


def sweep_runs(*, now: datetime) -> int:
    """Wake a worker for every open run that has something free to do; returns how many."""
    waiting = JobRunPart.State.WAITING
    parts = JobRunPart.objects.filter(Q(state=waiting) | Q(state=JobRunPart.State.RUNNING, lease_until__lt=now))
    unfinished = JobRunPart.objects.exclude(state=JobRunPart.State.DONE)
    idle = (
        Q(state=State.QUEUED)
        | Q(state__in=[State.PLANNING, State.FINISHING], lease_until__lt=now)
        | Q(state=State.RUNNING, pk__in=parts.values("run_id"))
        | Q(state=State.RUNNING) & ~Q(pk__in=unfinished.values("run_id"))
    )
    runs = list(JobRun.objects.filter(idle).order_by("pk")[:200])
    for run in runs:
        _wake(run)
    return len(runs)
