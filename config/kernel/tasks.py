"""Celery tasks of the ground: each wakes the work that its rows hold, and may run twice."""

from celery import shared_task
from django.utils import timezone

from config.kernel import audit, jobs, outbox, pressing
from config.kernel.models import WorkerHeartbeat


@shared_task(name="kernel.work_on_run")
def work_on_run(run_id: int) -> None:
    """Carry a run as far as this worker can."""
    jobs.work_on_run(run_id)


@shared_task(name="kernel.deliver_outbox")
def deliver_outbox() -> None:
    """Send what is due."""
    outbox.deliver_due(now=timezone.now())


@shared_task(name="kernel.sweep")
def sweep() -> None:
    """Every half minute: wake what was lost, send what is due."""
    now = timezone.now()
    jobs.sweep_runs(now=now)
    outbox.deliver_due(now=now)


@shared_task(name="kernel.beat_heartbeat")
def beat_heartbeat() -> None:
    """A worker lives and beat reaches it."""
    WorkerHeartbeat.objects.update_or_create(name="worker", defaults={"beat_at": timezone.now()})


@shared_task(name="kernel.seal_hours")
def seal_hours() -> None:
    """Seal the audit trail's closed hours, and put away the names of presses that nobody repeats any more."""
    audit.seal_hours(now=timezone.now())
    pressing.forget_presses(now=timezone.now())
