"""Job runs with their progress; cancel and repeat."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action

from config.kernel.admin.base import KeptByServices, KeptByServicesInline
from config.kernel.admin.columns import facts
from config.kernel.admin.starting import start_by_button
from config.kernel.jobs import cancel_run, is_registered, job_kind, with_progress
from config.kernel.models import JobRun, JobRunPart, WorkerHeartbeat
from config.kernel.words import figure_word


def outcome_of(run: JobRun | None, request: HttpRequest) -> dict[str, Any]:
    """The figures of a run by their names, and the page of what it made."""
    if run is None:
        return {}
    named = [(figure_word(name), facts(value)) for name, value in (run.result or {}).items()]
    kind = job_kind(run.kind) if is_registered(run.kind) else None
    has_page = kind and run.state == JobRun.State.SUCCEEDED and request.user.has_perm(kind.permission)
    return {"outcome": named, "outcome_page": kind.outcome(run) if kind and has_page else ""}


class PartInline(KeptByServicesInline):
    """The parts of a run."""

    model = JobRunPart
    fields = ["number", "state", "done_count", "total_count", "attempts", "error_message", "finished_at"]


@admin.register(JobRun)
class JobRunAdmin(KeptByServices):
    """Every long task: who started it, how far it is, what came of it."""

    list_display = [
        "kind_name",
        "state",
        "progress",
        "trigger",
        "requested_by",
        "store_code",
        "created_at",
        "finished_at",
        "error_message",
    ]
    list_filter = ["kind", "state", "trigger"]
    search_fields = ["=kind", "^store_code", "^dedupe_key"]
    list_select_related = ["requested_by"]
    exclude = ["lease_token"]
    inlines = [PartInline]
    actions = ["cancel_selected"]
    actions_detail = ["repeat"]
    change_form_template = "kernel/job_run.html"

    @admin.display(description=_("kind"))
    def kind_name(self, run: JobRun) -> str:
        try:
            return str(job_kind(run.kind).label)
        except KeyError:
            return run.kind

    @admin.display(description=_("progress"))
    def progress(self, run: JobRun) -> str:
        if not run.total_count:
            return "—"
        return f"{run.done_count} / {run.total_count} ({run.done_count * 100 // run.total_count} %)"

    def get_urls(self) -> list[URLPattern]:
        """The fragment that the page of an open run loads again and again."""
        progress = path(
            "<int:object_id>/progress/", self.admin_site.admin_view(self.progress_view), name="kernel_jobrun_progress"
        )
        return [progress, *super().get_urls()]

    def progress_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """State, progress and result as a fragment."""
        run = get_object_or_404(self.get_queryset(request), pk=object_id)
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        return TemplateResponse(
            request, "kernel/job_progress.html", {"run": with_progress(run), **outcome_of(run, request)}
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        run = self.get_object(request, object_id)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **outcome_of(run, request)})

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> JobRun | None:
        run: JobRun | None = super().get_object(request, object_id, from_field)
        return run and with_progress(run)

    def has_run_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Who may start jobs may stop and repeat them."""
        return request.user.has_perm("kernel.run_jobrun")

    @admin.action(description=_("Cancel"), permissions=["run"])
    def cancel_selected(self, request: HttpRequest, queryset: QuerySet[JobRun]) -> None:
        """Call off the runs that are still open."""
        count = sum(cancel_run(run) for run in queryset)
        self.message_user(request, ngettext("%d run cancelled.", "%d runs cancelled.", count) % count, messages.INFO)

    @action(description=_("Run again"), url_path="repeat", permissions=["run"], icon="replay")
    def repeat(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Start the same kind with the same parameters."""
        run = get_object_or_404(JobRun, pk=object_id)
        return start_by_button(
            request,
            run.kind,
            parameters=run.parameters,
            store_code=run.store_code,
            back="admin:kernel_jobrun_changelist",
        )


@admin.register(WorkerHeartbeat)
class WorkerHeartbeatAdmin(KeptByServices):
    """When a worker was last heard of."""

    list_display = ["name", "beat_at"]
