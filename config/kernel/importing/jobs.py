"""Checking and applying a file as jobs: started by a button, seen with their progress, gone on with by any worker."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.kernel.errors import InvalidInput
from config.kernel.importing.batches import Report, apply_batch, check_batch, undo_batch
from config.kernel.importing.problems import FileProblem
from config.kernel.jobs import JobKind, Progress, register, start_run
from config.kernel.models import ImportBatch, JobRun, JobRunPart, User

CHECK, APPLY, UNDO = "import_check", "import_apply", "import_undo"
Work = Callable[..., ImportBatch]


@transaction.atomic
def start_import(batch: ImportBatch, *, kind: str, requested_by: User | None = None) -> JobRun:
    """Start checking, applying or undoing a batch; while a run of the same kind is open for it, that run."""
    open_run = JobRun.objects.open().filter(kind=kind, parameters={"batch": batch.pk}).first()
    if open_run is not None:
        return open_run
    run = start_run(
        kind,
        parameters={"batch": batch.pk},
        trigger=JobRun.Trigger.BUTTON,
        requested_by=requested_by,
        store_code=batch.store_code,
    )
    ImportBatch.objects.filter(pk=batch.pk).update(job_run=run)
    return run


def _plan(run: JobRun) -> list[dict[str, Any]]:
    return [{"batch": run.parameters["batch"]}]


def _work(part: JobRunPart, progress: Progress, *, work: Work) -> dict[str, Any]:
    batch = ImportBatch.objects.get(pk=part.parameters["batch"])
    try:
        batch = work(batch, report=_reporter(progress))
    except FileProblem as problem:
        raise InvalidInput(problem.code, problem.message) from problem
    if batch.state == ImportBatch.State.REFUSED:
        raise InvalidInput(batch.error_code, batch.error_message)
    return dict(batch.figures)


def _undo(batch: ImportBatch, *, report: Report) -> ImportBatch:
    batch = undo_batch(batch)
    report(1, 1)
    return batch


def _reporter(progress: Progress) -> Report:
    told = 0

    def report(done: int, total: int) -> None:
        nonlocal told
        if not told:
            progress.total(total)
        progress.advance(done - told)
        told = done

    return report


def _page_of(run: JobRun) -> str:
    return reverse("imports:batch", args=[run.parameters["batch"]])


def _finish(run: JobRun) -> dict[str, Any]:
    figures: dict[str, Any] = run.parts.get().result
    return figures


register(
    JobKind(
        code=CHECK,
        label=_("Check of a file"),
        plan=_plan,
        work=partial(_work, work=check_batch),
        finish=_finish,
        permission="kernel.add_importbatch",
        outcome=_page_of,
    )
)
register(
    JobKind(
        code=APPLY,
        label=_("Import of a file"),
        plan=_plan,
        work=partial(_work, work=apply_batch),
        finish=_finish,
        permission="kernel.add_importbatch",
        outcome=_page_of,
    )
)
register(
    JobKind(
        code=UNDO,
        label=_("Undoing an import"),
        plan=_plan,
        work=partial(_work, work=_undo),
        finish=_finish,
        permission="kernel.change_importbatch",
        outcome=_page_of,
    )
)
