"""The stock snapshot and the replay of parked orders as jobs, by schedule and by button."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Store
from config.kernel.jobs import JobKind, Progress, register
from config.kernel.models import JobRun, JobRunPart
from fulfillment.services.inbox import replay_inbox
from fulfillment.services.stock import take_stock_snapshot

SNAPSHOT = "stock_snapshot"
REPLAY = "replay_orders"


def _plan(run: JobRun) -> list[dict[str, Any]]:
    return [{**run.parameters, "store_code": run.store_code}]


def _take_snapshot(part: JobRunPart, progress: Progress) -> dict[str, Any]:
    return {"rows": take_stock_snapshot(date.fromisoformat(part.parameters["day"]))}


def _replay(part: JobRunPart, progress: Progress) -> dict[str, Any]:
    store = Store.objects.filter(code=part.parameters["store_code"]).first()
    return dict(replay_inbox(now=timezone.now(), store=store))


def _finish(run: JobRun) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for part in run.parts.all():
        figures.update(part.result)
    return figures


register(
    JobKind(
        code=SNAPSHOT,
        label=_("Stock at the end of a day"),
        plan=_plan,
        work=_take_snapshot,
        finish=_finish,
        permission="fulfillment.view_stockbalance",
    )
)
register(
    JobKind(
        code=REPLAY,
        label=_("Take in parked orders again"),
        plan=_plan,
        work=_replay,
        finish=_finish,
        permission="kernel.replay_inboxmessage",
    )
)
