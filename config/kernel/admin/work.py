"""Work items and sprints."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from config.kernel.admin.base import KeptByServicesInline, StaffAdmin
from config.kernel.errors import DomainError
from config.kernel.models import Sprint, WorkItem, WorkItemEvent
from config.kernel.words import code_word
from config.kernel.work_items import move_work_item

MADE_FIELDS = ("kind", "store_code", "link")


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
    readonly_fields = ["state", "finished_at"]
    list_per_page = 25
    show_full_result_count = False
    inlines = [EventInline]
    actions = ["mark_done"]

    def get_exclude(self, request: HttpRequest, obj: WorkItem | None = None) -> list[str]:
        """What the software itself opened is about what it is about; a person types that only for their own."""
        return ["source_ref", *(MADE_FIELDS if obj is not None and obj.source_ref else ())]

    def get_readonly_fields(self, request: HttpRequest, obj: WorkItem | None = None) -> Any:
        told = ["kind_told", "store_told", "link_told"] if obj is not None and obj.source_ref else []
        return [*told, *super().get_readonly_fields(request, obj)]

    @admin.display(description=_("kind"))
    def kind_told(self, item: WorkItem) -> str:
        return code_word("kind", item.kind) or "—"

    @admin.display(description=_("store"))
    def store_told(self, item: WorkItem) -> str:
        return code_word("store_code", item.store_code) or "—"

    @admin.display(description=_("link"))
    def link_told(self, item: WorkItem) -> str:
        is_ours = item.link.startswith("/") and not item.link.startswith("//")
        return format_html('<a href="{}">{}</a>', item.link, _("Open the page")) if is_ours else item.link or "—"

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
