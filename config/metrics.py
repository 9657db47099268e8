"""Figures of waiting work on /metrics, asked of the database at each scrape, so that every process tells the same."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models import Max, Min
from django.utils import timezone
from prometheus_client.core import REGISTRY, GaugeMetricFamily
from prometheus_client.registry import Collector

from config.kernel.models import JobRun, OutboxMessage, WorkerHeartbeat

DAY = timedelta(days=1)
MAIL_WAITS = (OutboxMessage.State.WAITING, OutboxMessage.State.SENDING)
# Without any heartbeat a worker is silent for ever.
NEVER = float("inf")


class WaitingWork(Collector):
    """Jobs, mails and the worker's last sign of life."""

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: registering must not ask a database that may not be there yet."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures of this moment; none while the database does not answer, which /readyz tells."""
        try:
            figures = waiting_work(now=timezone.now())
        except DatabaseError:
            return
        for name, (meaning, value) in figures.items():
            yield GaugeMetricFamily(f"zhanggui_{name}", meaning, value=value)


def waiting_work(*, now: datetime) -> dict[str, tuple[str, float]]:
    """Name to meaning and value."""
    open_runs = JobRun.objects.open()
    oldest = open_runs.aggregate(found=Min("created_at"))["found"]
    beat_at = WorkerHeartbeat.objects.aggregate(found=Max("beat_at"))["found"]
    failed = JobRun.objects.filter(state=JobRun.State.FAILED, created_at__gte=now - DAY)
    return {
        "worker_silence_seconds": (
            "Since a worker last answered beat.",
            (now - beat_at).total_seconds() if beat_at else NEVER,
        ),
        "jobs_open": ("Jobs that wait or run.", open_runs.count()),
        "oldest_open_job_seconds": (
            "Since the oldest open job was started.",
            (now - oldest).total_seconds() if oldest else 0,
        ),
        "jobs_failed_last_day": ("Jobs of the last 24 hours that failed.", failed.count()),
        "mail_waiting": (
            "Outgoing messages that are not sent yet.",
            OutboxMessage.objects.filter(state__in=MAIL_WAITS).count(),
        ),
    }


def register_figures() -> None:
    """Put them beside django-prometheus's own."""
    REGISTRY.register(WaitingWork())
