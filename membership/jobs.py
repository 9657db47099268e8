"""The segmentation as a job: by schedule, by button and by command the same run."""

from datetime import date
from typing import Any

from celery import shared_task
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.calendar import last_whole_day
from config.kernel.jobs import JobKind, Progress, day_of, register, slot_key, start_run
from config.kernel.models import JobRun, JobRunPart
from membership.models import RfmRun
from membership.services.segmentation import finish_segmentation, plan_segmentation, score_part

KIND = "segment_customers"


def _work(part: JobRunPart, progress: Progress) -> dict[str, Any]:
    progress.total(part.parameters["customers"])
    result = score_part(part.parameters)
    progress.advance(part.parameters["customers"])
    return result


def _page_of(run: JobRun) -> str:
    made = RfmRun.objects.filter(job_run=run).first()
    return reverse("membership:rfm-run", args=[made.pk]) if made else ""


register(
    JobKind(
        code=KIND,
        label=_("Customer segmentation (RFM)"),
        plan=plan_segmentation,
        work=_work,
        finish=finish_segmentation,
        permission="membership.view_rfmrun",
        outcome=_page_of,
    )
)


def segmentation_parameters(*, as_of: date | None, store_code: str = "", mode: str = "") -> dict[str, str]:
    """The parameters of a segmentation; without a day, the last whole day."""
    return {"as_of": (as_of or last_whole_day(store_code, now=timezone.now())).isoformat(), "mode": mode}


@shared_task(name="membership.segment_customers")
def segment_customers(store: str = "", as_of: str = "", mode: str = "") -> None:
    """The nightly segmentation of all stores, or what the schedule's arguments name; once a day."""
    parameters = segmentation_parameters(as_of=day_of(as_of), store_code=store, mode=mode)
    start_run(
        KIND,
        parameters=parameters,
        trigger=JobRun.Trigger.SCHEDULE,
        store_code=store,
        dedupe_key=slot_key(KIND, parameters["as_of"], store, mode),
    )
