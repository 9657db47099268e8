"""The scheduled entry points of analytics: stale days, and the daily, weekly and monthly report."""

from datetime import date, timedelta
from typing import Any

from celery import shared_task
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.models import Report, ReportSubscription
from analytics.periods import period_of
from analytics.services.reports import build_report, deliver_report
from analytics.services.rollups import rebuild_stale_days as rebuild
from catalog.calendar import last_whole_day
from config.kernel.jobs import JobKind, Progress, day_of, register, slot_key, start_run
from config.kernel.models import JobRun, JobRunPart

KIND = "build_report"
# Days made fresh, content worked out, pictures drawn.
STEPS = 3


def _plan(run: JobRun) -> list[dict[str, Any]]:
    return [{"kind": run.parameters["kind"], "day": run.parameters["day"]}]


def _work(part: JobRunPart, progress: Progress) -> dict[str, Any]:
    progress.total(STEPS)
    report = build_report(
        part.parameters["kind"],
        store_code=part.run.store_code,
        day=date.fromisoformat(part.parameters["day"]),
        job_run=part.run,
        tell=progress.advance,
    )
    return {"report": report.pk, "metrics": report.metric_count, "anomalies": report.anomaly_count}


def _finish(run: JobRun) -> dict[str, Any]:
    figures: dict[str, Any] = run.parts.get().result
    deliver_report(Report.objects.get(pk=figures["report"]))
    return figures


def _page_of(run: JobRun) -> str:
    number = (run.result or {}).get("report")
    return reverse("analytics:report", args=[number]) if number else ""


register(
    JobKind(
        code=KIND,
        label=_("Report"),
        plan=_plan,
        work=_work,
        finish=_finish,
        permission="analytics.view_report",
        outcome=_page_of,
    )
)


def report_parameters(kind: str, *, day: date | None, store_code: str = "") -> dict[str, str]:
    """The parameters of a report; without a day, the last whole day (the period that holds it)."""
    return {"kind": kind, "day": (day or last_whole_day(store_code, now=timezone.now())).isoformat()}


def _start(kind: str, *, store: str, day: str) -> None:
    parameters = report_parameters(kind, day=day_of(day), store_code=store)
    if not day and kind != Report.Kind.DAILY:
        # On Monday the week that ended on Sunday, on the first the month before.
        yesterday = date.fromisoformat(parameters["day"])
        first = period_of(kind, yesterday + timedelta(days=1)).first
        parameters["day"] = (first - timedelta(days=1)).isoformat()
    for store_code in [store] if store else ["", *_subscribed_stores(kind)]:
        key = slot_key(KIND, kind, parameters["day"], store_code)
        start_run(KIND, parameters=parameters, trigger=JobRun.Trigger.SCHEDULE, store_code=store_code, dedupe_key=key)


def _subscribed_stores(kind: str) -> list[str]:
    """The stores of which somebody reads this kind; the report over all stores is built always."""
    wanted = ReportSubscription.objects.filter(kind=kind, is_active=True, store__is_active=True)
    return list(wanted.values_list("store__code", flat=True).order_by("store__code").distinct())


@shared_task(name="analytics.build_daily_report")
def build_daily_report(store: str = "", day: str = "") -> None:
    """The report of yesterday over all stores, or of the store and day that the schedule's arguments name."""
    _start(Report.Kind.DAILY, store=store, day=day)


@shared_task(name="analytics.build_weekly_report")
def build_weekly_report(store: str = "", day: str = "") -> None:
    """The report of last week, or of the week that holds the day named."""
    _start(Report.Kind.WEEKLY, store=store, day=day)


@shared_task(name="analytics.build_monthly_report")
def build_monthly_report(store: str = "", day: str = "") -> None:
    """The report of last month, or of the month that holds the day named."""
    _start(Report.Kind.MONTHLY, store=store, day=day)


@shared_task(name="analytics.rebuild_stale_days")
def rebuild_stale_days() -> None:
    """Build the days that late facts made stale."""
    rebuild()
