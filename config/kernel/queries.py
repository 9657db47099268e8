"""Reads of the shared ground."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.kernel.models import ImportBatch, JobRun, OutboxMessage, User, WorkItem
from config.kernel.scopes import scopes_by_kind
from config.kernel.todo import Todo

RECENT = timedelta(days=1)


def _list_of(name: str, question: str) -> str:
    return f"{reverse(f'admin:kernel_{name}_changelist')}?{question}"


def todo(user: User) -> list[Todo]:
    """Failed jobs of the last day, checked imports that wait for a decision, undeliverable messages, late work items."""
    counters: list[Todo] = []
    if user.has_perm("kernel.run_jobrun"):
        failed = JobRun.objects.filter(state=JobRun.State.FAILED, finished_at__gte=timezone.now() - RECENT)
        link = _list_of("jobrun", "state__exact=failed")
        counters.append(Todo(_("Jobs that failed since yesterday"), failed, link, "error", is_urgent=True))
    if user.has_perm("kernel.change_importbatch"):
        waiting = ImportBatch.objects.filter(state=ImportBatch.State.CHECKED)
        scopes = scopes_by_kind(user, permission="kernel.change_importbatch")
        if scopes is not None:
            waiting = waiting.filter(store_code__in=scopes.get("store", ()))
        link = _list_of("importbatch", "state__exact=checked")
        counters.append(Todo(_("Imports that wait for a decision"), waiting, link, "upload_file"))
    if user.has_perm("kernel.view_outboxmessage"):
        dead = OutboxMessage.objects.filter(state=OutboxMessage.State.DEAD)
        link = _list_of("outboxmessage", "state__exact=dead")
        counters.append(Todo(_("Messages that could not be sent"), dead, link, "unsubscribe", is_urgent=True))
    late = WorkItem.objects.filter(
        owner=user, state__in=[WorkItem.State.OPEN, WorkItem.State.DOING], due_on__lt=timezone.localdate()
    )
    counters.append(Todo(_("My work items that are late"), late, _list_of("workitem", ""), "alarm", is_urgent=True))
    return counters
