"""The restock check as a job: by schedule, by button and by command the same run."""

from datetime import date
from typing import Any

from celery import shared_task
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.calendar import last_whole_day
from config.kernel.jobs import JobKind, Progress, day_of, register, slot_key, start_run
from config.kernel.models import JobRun, JobRunPart
from fulfillment.models import RestockRun
from fulfillment.services.restock import finish_run, plan_run, work_on_part

KIND = "restock_check"


def _work(part: JobRunPart, progress: Progress) -> dict[str, Any]:
    progress.total(part.parameters["skus"])
    result = work_on_part(part.parameters)
    progress.advance(part.parameters["skus"])
    return result


def _page_of(run: JobRun) -> str:
    made = RestockRun.objects.filter(job_run=run).first()
    return reverse("restock:run", args=[made.pk]) if made else ""


register(
    JobKind(
        code=KIND,
        label=_("Restock check"),
        plan=plan_run,
        work=_work,
        finish=finish_run,
        permission="fulfillment.view_restockrun",
        outcome=_page_of,
    )
)


def restock_parameters(*, as_of: date | None, store_code: str = "", slot: str = "") -> dict[str, str]:
    """The parameters of a check; without a day, the last whole day of the store (of all stores: the earliest of them)."""
    return {"as_of": (as_of or last_whole_day(store_code, now=timezone.now())).isoformat(), "slot": slot}


@shared_task(name="fulfillment.restock_check")
def restock_check(store: str = "", as_of: str = "", slot: str = "night") -> None:
    """The nightly check of all stores, or what the schedule's arguments name; a repeated night finds the same run.

    A second check on the same day needs a slot of its own.
    """
    parameters = restock_parameters(as_of=day_of(as_of), store_code=store, slot=slot)
    start_run(
        KIND,
        parameters=parameters,
        trigger=JobRun.Trigger.SCHEDULE,
        store_code=store,
        dedupe_key=slot_key(KIND, parameters["as_of"], store, "" if slot == "night" else slot),
    )
