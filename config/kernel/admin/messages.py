"""What leaves the house and what came in."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.kernel.admin.base import KeptByServices, KeptByServicesInline
from config.kernel.models import DeliveryAttempt, IdempotencyKey, Notice, OutboxMessage


class AttemptInline(KeptByServicesInline):
    """The tries to deliver a message."""

    model = DeliveryAttempt
    fields = ["number", "succeeded", "answer", "attempted_at"]


@admin.register(OutboxMessage)
class OutboxMessageAdmin(KeptByServices):
    """Mails and other messages with their delivery record; texts and addresses are not shown here."""

    list_display = ["kind", "key", "state", "attempts", "due_at", "sent_at", "last_error"]
    list_filter = ["kind", "state"]
    search_fields = ["^key"]
    exclude = ["payload", "lease_token"]
    inlines = [AttemptInline]


@admin.register(Notice)
class NoticeAdmin(KeptByServices):
    """Lines in staff inboxes; each person sees their own."""

    list_display = ["title", "created_at", "read_at"]
    search_fields = ["title"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(user=request.user)


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(KeptByServices):
    """Writes over HTTP that were carried out once."""

    list_display = ["key", "user", "state", "response_status", "created_at"]
    list_filter = ["state"]
    search_fields = ["^key", "user__username"]
    list_select_related = ["user"]
    exclude = ["response_body"]


admin.site.index_title = _("Tables")
