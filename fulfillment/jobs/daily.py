"""Facts per day rebuilt by schedule or button; importing files is made known here too."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from config.kernel.jobs import JobKind, Progress, register
from config.kernel.models import JobRun, JobRunPart
from fulfillment.services.daily import rebuild_stale_days

KIND = "rebuild_days"


def _plan(run: JobRun) -> list[dict[str, Any]]:
    return [{"store_code": run.store_code}]


def _work(part: JobRunPart, progress: Progress) -> dict[str, Any]:
    return {"days": rebuild_stale_days(store_code=part.parameters["store_code"] or None)}


def _finish(run: JobRun) -> dict[str, Any]:
    return {"days": sum(part.result["days"] for part in run.parts.all())}


register(
    JobKind(
        code=KIND,
        label=_("Rebuild daily sales and demand"),
        plan=_plan,
        work=_work,
        finish=_finish,
        permission="fulfillment.view_salesentry",
    )
)
