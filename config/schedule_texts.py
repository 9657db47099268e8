"""Schedules in the words of the people who set them: "every day at 02:30 (Beijing time)"."""

from collections.abc import Mapping
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

# What staff may schedule, and the arguments that each takes besides the store.
JOBS: Mapping[str, tuple[str | Promise, str]] = {
    "fulfillment.restock_check": (gettext_lazy("Restock check"), "as_of"),
    "membership.segment_customers": (gettext_lazy("Customer segmentation (RFM)"), "as_of"),
    "analytics.build_daily_report": (gettext_lazy("Daily report"), "day"),
    "analytics.build_weekly_report": (gettext_lazy("Weekly report"), "day"),
    "analytics.build_monthly_report": (gettext_lazy("Monthly report"), "day"),
}
# What keeps the machine going: shown, and left alone.
MACHINE: Mapping[str, str | Promise] = {
    "kernel.sweep": gettext_lazy("Wake what waits or was broken off"),
    "kernel.beat_heartbeat": gettext_lazy("Sign of life of the workers"),
    "kernel.seal_hours": gettext_lazy("Seal the audit trail"),
    "service_desk.sweep_clocks": gettext_lazy("Watch the service clocks (SLA)"),
    "catalog.begin_costs": gettext_lazy("Show the costs whose day has come"),
    "fulfillment.expire": gettext_lazy("Close unpaid orders and give their stock back"),
    "fulfillment.rebuild_stale_days": gettext_lazy("Rebuild daily sales and demand"),
    "fulfillment.take_stock_snapshot": gettext_lazy("Stock snapshot of the day"),
    "analytics.rebuild_stale_days": gettext_lazy("Rebuild the figures of changed days"),
}
# Cron counts Sunday as 0 and as 7; the calendar begins with Monday as 0.
SUNDAY = {"0", "7"}


# What the periodic tasks that come with the software are called; staff name their own.
NAMES: Mapping[str, str | Promise] = {
    "sweep": gettext_lazy("Broken-off work"),
    "heartbeat": gettext_lazy("Sign of life"),
    "SLA clocks": gettext_lazy("Service clocks (SLA)"),
    "expire unpaid orders and holds": gettext_lazy("Unpaid orders"),
    "rebuild daily sales and demand": gettext_lazy("Daily sales and demand"),
    "rebuild stale days": gettext_lazy("Figures of changed days"),
    "costs whose day has come": gettext_lazy("New costs"),
    "stock snapshot": gettext_lazy("Stock snapshot"),
    "seal the audit trail": gettext_lazy("Seal of the audit trail"),
    "restock check": gettext_lazy("Nightly restock check"),
    "segment customers": gettext_lazy("Nightly segmentation"),
    "daily report": gettext_lazy("Daily report"),
    "weekly report": gettext_lazy("Weekly report"),
    "monthly report": gettext_lazy("Monthly report"),
}


def schedule_name(name: str) -> str:
    """What a periodic task is called."""
    return str(NAMES.get(name, name))


def job_name(task: str) -> str:
    """What a scheduled task does."""
    if task in JOBS:
        return str(JOBS[task][0])
    return str(MACHINE.get(task, task))


def weekday_name(day: str) -> str:
    """The weekday of a cron field; the field itself where it names several days."""
    if day in SUNDAY:
        return str(WEEKDAYS[6])
    return str(WEEKDAYS[int(day) - 1]) if day.isdecimal() and int(day) < 7 else day


def when(task: PeriodicTask) -> str:
    """When a task runs, in words."""
    if task.crontab is not None:
        return _of_crontab(task.crontab)
    if task.interval is not None:
        return _of_interval(task.interval)
    return str(task.schedule)


def _of_interval(interval: IntervalSchedule) -> str:
    count: int = interval.every
    period: str = interval.period
    if period == IntervalSchedule.SECONDS and count >= 60 and count % 60 == 0:
        count, period = count // 60, str(IntervalSchedule.MINUTES)
    texts = {
        "seconds": ngettext("every second", "every %(count)d seconds", count),
        "minutes": ngettext("every minute", "every %(count)d minutes", count),
        "hours": ngettext("every hour", "every %(count)d hours", count),
        "days": ngettext("every day", "every %(count)d days", count),
    }
    text = texts.get(period, str(interval))
    return text % {"count": count} if "%(count)d" in text else text


def _of_crontab(cron: CrontabSchedule) -> str:
    fields: dict[str, Any] = {
        name: str(getattr(cron, name)) for name in ("minute", "hour", "day_of_week", "day_of_month")
    }
    zone = str(cron.timezone)
    fields["zone"] = _("Beijing time") if zone == "Asia/Shanghai" else zone
    if not fields["minute"].isdecimal() or cron.month_of_year != "*":
        return str(cron.human_readable)
    if fields["hour"] == "*":
        return _("every hour at minute %(minute)s") % fields
    if not fields["hour"].isdecimal():
        return str(cron.human_readable)
    fields["time"] = f"{int(fields['hour']):02d}:{int(fields['minute']):02d}"
    fields["weekday"] = weekday_name(fields["day_of_week"])
    if fields["day_of_week"] != "*":
        return _("every %(weekday)s at %(time)s (%(zone)s)") % fields
    if fields["day_of_month"] != "*":
        return _("on day %(day_of_month)s of each month at %(time)s (%(zone)s)") % fields
    return _("every day at %(time)s (%(zone)s)") % fields
