"""The shift book, the daily checklists, and where staff are signed in."""

from django.contrib import admin, messages
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.kernel.admin.base import KeptByServices, StaffAdmin
from config.kernel.audit import record_change
from config.kernel.models import ChecklistItem, ChecklistTick, ShiftNote, StaffSession


@admin.register(ShiftNote)
class ShiftNoteAdmin(KeptByServices):
    """Every note that was left, and who dealt with it."""

    list_display = ["created_at", "author", "role", "text", "done_by", "done_at"]
    list_filter = ["role"]
    search_fields = ["text"]
    date_hierarchy = "created_at"
    list_select_related = ["author", "done_by"]


@admin.register(ChecklistItem)
class ChecklistItemAdmin(StaffAdmin):
    """What each role does every day."""

    list_display = ["role", "text", "text_en", "link", "position", "is_active"]
    list_filter = ["role", "is_active"]
    list_editable = ["position", "is_active"]
    search_fields = ["text", "text_en"]
    list_per_page = 25
    show_full_result_count = False


@admin.register(ChecklistTick)
class ChecklistTickAdmin(KeptByServices):
    """What was done on which day, and by whom."""

    list_display = ["day", "item", "user", "ticked_at"]
    list_filter = ["item__role"]
    date_hierarchy = "day"
    list_select_related = ["item", "user"]


@admin.register(StaffSession)
class StaffSessionAdmin(KeptByServices):
    """Where staff are signed in; ended by action."""

    list_display = ["user", "ip_address", "user_agent", "created_at", "last_seen_at"]
    search_fields = ["user__username", "ip_address"]
    list_select_related = ["user"]
    exclude = ["session_key"]
    actions = ["end_selected"]

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Who keeps the accounts may end sessions."""
        return request.user.has_perm("kernel.change_user")

    @admin.action(description=_("End the session"), permissions=["end"])
    def end_selected(self, request: HttpRequest, queryset: QuerySet[StaffSession]) -> None:
        """Sign these browsers out."""
        keys = list(queryset.values_list("session_key", flat=True))
        Session.objects.filter(session_key__in=keys).delete()
        for row in queryset.select_related("user"):
            record_change("sessions.ended", on=row.user, after={"count": 1})
        queryset.delete()
        text = ngettext("%d session ended.", "%d sessions ended.", len(keys)) % len(keys)
        self.message_user(request, text, messages.SUCCESS)
