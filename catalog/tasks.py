"""What the clock asks of the catalog."""

from celery import shared_task
from django.utils import timezone

from catalog.services import begin_costs


@shared_task(name="catalog.begin_costs")
def begin_due_costs() -> None:
    """Show the costs whose day has come."""
    begin_costs(today=timezone.localdate())
