"""Celery tasks of live orders and stock: each does what its rows ask for, and may run twice."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from config.kernel.jobs import start_run
from config.kernel.models import JobRun
from fulfillment.jobs.stock import SNAPSHOT
from fulfillment.services.daily import rebuild_stale_days
from fulfillment.services.inbox import replay_inbox
from fulfillment.services.orders import expire_unpaid
from fulfillment.services.promises import fill_shortages
from fulfillment.services.stock import expire_holds


@shared_task(name="fulfillment.expire")
def expire() -> None:
    """Every minute: unpaid orders and holds run out, shortages are filled, messages left behind are taken up."""
    now = timezone.now()
    expire_unpaid(now=now)
    expire_holds(now=now)
    fill_shortages()
    replay_inbox(now=now, parked=False)


@shared_task(name="fulfillment.take_stock_snapshot")
def take_stock_snapshot() -> None:
    """After midnight: the stock at the end of yesterday; a repeated night finds the same run."""
    day = (timezone.localdate() - timedelta(days=1)).isoformat()
    start_run(SNAPSHOT, parameters={"day": day}, trigger=JobRun.Trigger.SCHEDULE, dedupe_key=f"{SNAPSHOT}:{day}")


@shared_task(name="fulfillment.rebuild_stale_days")
def rebuild_daily_facts() -> None:
    """Every few minutes: daily sales and demand of the days that live orders made stale."""
    rebuild_stale_days()
