"""What a worker does with a run: plan it once, do the parts that nobody does, and finish it once.

Every step is claimed by a conditional update that writes a token and a lease. A worker that dies leaves a lease that
runs out; one that is merely slow finds its token gone and writes nothing more.
"""

import secrets
from collections.abc import Mapping
from typing import Any

import structlog
from django.db.models import F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from config.kernel.commits import pause_for_writers
from config.kernel.errors import DomainError
from config.kernel.jobs.kinds import JobKind, job_kind
from config.kernel.jobs.progress import LEASE, Cancelled, LeaseLost, Progress
from config.kernel.models import JobRun, JobRunPart
from config.kernel.sql import claim, insert_new

MOST_ATTEMPTS = 3
# A worker may die of a restart; a step that as many workers died of is itself what kills them.
MOST_CLAIMS = 6
log = structlog.get_logger(__name__)
State = JobRun.State
PartState = JobRunPart.State


def work_on_run(run_id: int) -> JobRun:
    """Carry a run as far as this worker can: until it is closed, or until others hold what is left."""
    run = JobRun.objects.get(pk=run_id)
    if run.is_closed:
        return run
    kind = job_kind(run.kind)
    _give_up_on_killers(run)
    if run.state in (State.QUEUED, State.PLANNING):
        _plan(run, kind)
    while (part := _claim_part(run)) is not None:
        _do_part(part, kind)
        _note_progress(run)
        pause_for_writers()
    _finish(run, kind)
    run.refresh_from_db()
    return run


def _claim_run(run: JobRun, *, before: str, during: str) -> str | None:
    """The token of a step of the run that this worker may take now, or None."""
    now = timezone.now()
    token = secrets.token_hex(16)
    free = Q(pk=run.pk) & (Q(state=before) | Q(state=during, lease_until__lt=now))
    taken = claim(
        JobRun,
        where=free,
        values={"state": during, "lease_token": token, "lease_until": now + LEASE, "attempts": F("attempts") + 1},
    )
    return token if taken else None


def _give_up_on_killers(run: JobRun) -> None:
    """Fail a run of which one step or part was left behind by ever more workers."""
    left = Q(lease_until__lt=timezone.now(), attempts__gte=MOST_CLAIMS)
    parts = JobRunPart.objects.filter(left, run=run, state=PartState.RUNNING)
    steps = JobRun.objects.filter(left, pk=run.pk, state__in=[State.PLANNING, State.FINISHING])
    if not (parts.exists() or steps.exists()):
        return
    message = _("The worker stopped in the middle %(count)d times. The machine room's log may say why.")
    words = message % {"count": MOST_CLAIMS}
    parts.update(state=PartState.FAILED, error_message=words, lease_token="", lease_until=None)
    close_run(run, state=State.FAILED, error_code="worker_stopped", error_message=words)


def _plan(run: JobRun, kind: JobKind) -> None:
    token = _claim_run(run, before=State.QUEUED, during=State.PLANNING)
    if token is None:
        return
    JobRun.objects.filter(pk=run.pk, started_at__isnull=True).update(started_at=timezone.now())
    try:
        parts = kind.plan(run)
    except Exception as error:
        _step_failed(run, token, error, back_to=State.QUEUED)
        return
    rows = [JobRunPart(run=run, number=number, parameters=dict(part)) for number, part in enumerate(parts, start=1)]
    insert_new(rows, conflict=["run", "number"])
    JobRun.objects.filter(pk=run.pk, lease_token=token, state=State.PLANNING).update(
        state=State.RUNNING, lease_token="", lease_until=None, attempts=0
    )


def _claim_part(run: JobRun) -> JobRunPart | None:
    if not JobRun.objects.filter(pk=run.pk, state=State.RUNNING).exists():
        return None
    now = timezone.now()
    token = secrets.token_hex(16)
    free = Q(run=run) & (Q(state=PartState.WAITING) | Q(state=PartState.RUNNING, lease_until__lt=now))
    while JobRunPart.objects.filter(free).exists():
        taken = claim(
            JobRunPart,
            where=free,
            values={
                "state": PartState.RUNNING,
                "lease_token": token,
                "lease_until": now + LEASE,
                "attempts": F("attempts") + 1,
                "done_count": 0,
            },
            order_by="number",
        )
        if taken:
            return JobRunPart.objects.select_related("run").get(pk=taken[0][0])
    return None


def _do_part(part: JobRunPart, kind: JobKind) -> None:
    try:
        result = kind.work(part, Progress(part))
    except (LeaseLost, Cancelled):
        return
    except Exception as error:
        _part_failed(part, error)
        return
    mine = JobRunPart.objects.filter(pk=part.pk, state=PartState.RUNNING, lease_token=part.lease_token)
    mine.update(
        state=PartState.DONE,
        result=result,
        done_count=F("total_count"),
        error_message="",
        lease_token="",
        lease_until=None,
        finished_at=timezone.now(),
    )


def _part_failed(part: JobRunPart, error: Exception) -> None:
    code, message, is_final = _describe(part.run, error, attempts=part.attempts)
    mine = JobRunPart.objects.filter(pk=part.pk, state=PartState.RUNNING, lease_token=part.lease_token)
    state = PartState.FAILED if is_final else PartState.WAITING
    if mine.update(state=state, error_message=message, lease_token="", lease_until=None) and is_final:
        close_run(part.run, state=State.FAILED, error_code=code, error_message=message)


def _describe(run: JobRun, error: Exception, *, attempts: int) -> tuple[str, str, bool]:
    """Code, words and whether it is final. A rule's no is final at once; anything else is tried three times."""
    if isinstance(error, DomainError):
        return error.code, str(error.message), True
    log.error("job_step_failed", run=run.pk, kind=run.kind, attempts=attempts, exc_info=error)
    message = _("Something went wrong in the software (%(error)s). The machine room's log has the details.")
    return "internal_error", message % {"error": type(error).__name__}, attempts >= MOST_ATTEMPTS


def _step_failed(run: JobRun, token: str, error: Exception, *, back_to: str) -> None:
    run.refresh_from_db()
    code, message, is_final = _describe(run, error, attempts=run.attempts)
    if is_final:
        close_run(run, token=token, state=State.FAILED, error_code=code, error_message=message)
    else:
        JobRun.objects.filter(pk=run.pk, lease_token=token).update(state=back_to, lease_token="", lease_until=None)


def close_run(run: JobRun, *, state: str, token: str | None = None, **values: Any) -> bool:
    """Close an open run; False when it was closed already, or when the step of `token` was taken over."""
    still_open = JobRun.objects.filter(pk=run.pk, state__in=JobRun.OPEN_STATES)
    if token is not None:
        still_open = still_open.filter(lease_token=token)
    closed = still_open.update(
        state=state, finished_at=timezone.now(), lease_token="", lease_until=None, progress_note="", **values
    )
    return bool(closed)


def _note_progress(run: JobRun) -> None:
    sums = JobRunPart.objects.filter(run=run).aggregate(done=Sum("done_count"), total=Sum("total_count"))
    JobRun.objects.filter(pk=run.pk).update(done_count=sums["done"] or 0, total_count=sums["total"] or 0)


def _finish(run: JobRun, kind: JobKind) -> None:
    if JobRunPart.objects.filter(run=run).exclude(state=PartState.DONE).exists():
        return
    token = _claim_run(run, before=State.RUNNING, during=State.FINISHING)
    if token is None:
        return
    run.refresh_from_db()
    try:
        figures: Mapping[str, Any] = kind.finish(run)
    except Exception as error:
        _step_failed(run, token, error, back_to=State.RUNNING)
        return
    _note_progress(run)
    JobRun.objects.filter(pk=run.pk, lease_token=token, state=State.FINISHING).update(
        state=State.SUCCEEDED,
        result=dict(figures),
        finished_at=timezone.now(),
        lease_token="",
        lease_until=None,
        progress_note="",
    )
