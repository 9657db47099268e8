"""Work items and sprints."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.kernel.admin.base import KeptByServicesInline, StaffAdmin
from config.kernel.errors import DomainError
from config.kernel.models import Sprint, WorkItem, WorkItemEvent
from config.kernel.work_items import move_work_item


class EventInline(KeptByServicesInline):
    """What happened to an item."""

    model = WorkItemEvent
    fields = ["occurred_at", "from_state", "to_state", "actor", "reason"]


@admin.register(WorkItem)
class WorkItemAdmin(StaffAdmin):
    """Tasks of people; states move by action, so that every move leaves its event."""

    list_display = ["title", "kind", "state", "priority", "owner", "owner_role", "due_on", "store_code"]
    list_filter = ["state", "priority", "kind", "sprint"]
    search_fields = ["title", "source_ref", "owner__username"]
    list_select_related = ["owner"]
    autocomplete_fields = ["owner", "accountable", "consulted", "informed", "sprint"]
    readonly_fields = ["state", "source_ref", "finished_at"]
    list_per_page = 25
    show_full_result_count = False
    inlines = [EventInline]
    actions = ["mark_done"]

    @admin.action(description=_("Mark as done"), permissions=["change"])
    def mark_done(self, request: HttpRequest, queryset: QuerySet[WorkItem]) -> None:
        """Finish the chosen items; those that cannot say why."""
        for item in queryset:
            try:
                move_work_item(item, to=WorkItem.State.DONE)
            except DomainError as error:
                self.message_user(request, str(error.message), messages.ERROR)


@admin.register(Sprint)
class SprintAdmin(StaffAdmin):
    """Time boxes."""

    list_display = ["name", "starts_on", "ends_on", "goal"]
    search_fields = ["name"]
