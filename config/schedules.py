"""The night's timetable. Installed once; from then on staff own it, and nothing here overwrites their times."""

from dataclasses import dataclass

from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask


@dataclass(frozen=True)
class Nightly:
    """A task at a wall-clock time in Beijing."""

    name: str
    task: str
    minute: str
    hour: str
    day_of_week: str = "*"
    day_of_month: str = "*"


EVERY_SECONDS = (
    ("sweep", "kernel.sweep", 30),
    ("heartbeat", "kernel.beat_heartbeat", 60),
    ("SLA clocks", "service_desk.sweep_clocks", 60),
    ("expire unpaid orders and holds", "fulfillment.expire", 60),
    ("rebuild daily sales and demand", "fulfillment.rebuild_stale_days", 240),
    ("rebuild stale days", "analytics.rebuild_stale_days", 300),
)
AT_NIGHT = (
    # Every hour: a machine that was down at midnight shows the day's costs soon after.
    Nightly("costs whose day has come", "catalog.begin_costs", "1", "*"),
    Nightly("stock snapshot", "fulfillment.take_stock_snapshot", "5", "0"),
    Nightly("seal the audit trail", "kernel.seal_hours", "10", "*"),
    Nightly("restock check", "fulfillment.restock_check", "30", "2"),
    Nightly("segment customers", "membership.segment_customers", "0", "3"),
    # Stores west of here close their day later: a report is built when the last zone's day is over.
    Nightly("daily report", "analytics.build_daily_report", "30", "8"),
    Nightly("weekly report", "analytics.build_weekly_report", "40", "8", day_of_week="1"),
    Nightly("monthly report", "analytics.build_monthly_report", "50", "8", day_of_month="1"),
)
ZONE = "Asia/Shanghai"


def install_schedules() -> int:
    """Make the periodic tasks that are missing; returns how many there are."""
    for name, task, seconds in EVERY_SECONDS:
        interval, _ = IntervalSchedule.objects.get_or_create(every=seconds, period=IntervalSchedule.SECONDS)
        PeriodicTask.objects.get_or_create(
            name=name, defaults={"task": task, "interval": interval, "expire_seconds": seconds}
        )
    for entry in AT_NIGHT:
        crontab, _ = CrontabSchedule.objects.get_or_create(
            minute=entry.minute,
            hour=entry.hour,
            day_of_week=entry.day_of_week,
            day_of_month=entry.day_of_month,
            month_of_year="*",
            timezone=ZONE,
        )
        PeriodicTask.objects.get_or_create(name=entry.name, defaults={"task": entry.task, "crontab": crontab})
    return len(EVERY_SECONDS) + len(AT_NIGHT)
