"""Celery tasks of the service desk: each does what its rows ask for, and may run twice."""

from celery import shared_task
from django.utils import timezone

from service_desk.services.sla_sweep import sweep_clocks


@shared_task(name="service_desk.sweep_clocks")
def sweep_sla_clocks() -> None:
    """Every minute: warnings and breaches of SLA clocks are written."""
    sweep_clocks(now=timezone.now())
