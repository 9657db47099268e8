"""Incoming messages: what came, what became of it, and the button that sends parked orders again."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog.scopes import visible_stores
from config.kernel.admin.base import KeptByServices
from config.kernel.models import InboxMessage, User
from fulfillment.services.inbox import KIND, replay_messages


@admin.register(InboxMessage)
class InboxMessageAdmin(KeptByServices):
    """Messages from outside; payloads hold personal data and are not shown."""

    list_display = [
        "external_id",
        "source",
        "kind",
        "state",
        "error_code",
        "attempts",
        "result_ref",
        "received_at",
        "finished_at",
    ]
    list_filter = ["state", "kind", "source"]
    search_fields = ["^external_id", "^result_ref"]
    exclude = ["payload", "payload_hash", "lease_token"]
    actions = ["replay"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboxMessage]:
        rows: QuerySet[InboxMessage] = super().get_queryset(request)
        assert isinstance(request.user, User)
        stores = visible_stores(request.user, permission="kernel.view_inboxmessage")
        if stores is None:
            return rows
        return rows.filter(source__in=[f"store:{code}" for code in stores.values_list("code", flat=True)])

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Who may send parked messages again."""
        return bool(request.user.has_perm("kernel.replay_inboxmessage"))

    @admin.action(description=_("Take in again"), permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[InboxMessage]) -> None:
        parked = queryset.filter(kind=KIND, state=InboxMessage.State.PARKED).order_by("pk")
        done = replay_messages(list(parked), now=timezone.now()).get(InboxMessage.State.DONE, 0)
        words = ngettext("%(count)s order taken in.", "%(count)s orders taken in.", done) % {"count": done}
        self.message_user(request, words, messages.INFO)
