"""Tickets and queues in the admin: lists, search and inspection; the talk itself is kept by services."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from simple_history.admin import SimpleHistoryAdmin
from unfold.decorators import display

from config.kernel.admin.badges import TONES
from config.kernel.admin.base import KeptByServices, KeptByServicesInline, StaffAdmin
from config.kernel.models import User
from service_desk.calendar_form import CalendarForm
from service_desk.models import (
    Attachment,
    Draft,
    Macro,
    ServiceCalendar,
    SlaCycle,
    SlaEvent,
    SlaPolicy,
    Ticket,
    TicketEvent,
    TicketMessage,
    TicketQueue,
)
from service_desk.queries import visible_tickets
from service_desk.sla_words import hours_words, pause_words, state_of, target_words


def _lines(texts: Sequence[str]) -> SafeString | None:
    return format_html_join(mark_safe("<br>"), "{}", ((text,) for text in texts)) or None


class MessageInline(KeptByServicesInline):
    """The talk."""

    model = TicketMessage
    fk_name = "ticket"
    fields = ["sent_at", "author", "user", "is_note", "body"]


class EventInline(KeptByServicesInline):
    """The event log."""

    model = TicketEvent
    fields = ["occurred_at", "kind", "state_before", "state_after", "actor", "reason"]

    @admin.display(description=_("before"), empty_value="—")
    def state_before(self, event: TicketEvent) -> str | None:
        return event.in_words(event.before) or None

    @admin.display(description=_("after"), empty_value="—")
    def state_after(self, event: TicketEvent) -> str | None:
        return event.in_words(event.after) or None


@admin.register(Ticket)
class TicketAdmin(KeptByServices):
    """Find and read tickets; work on them happens on the desk pages."""

    list_display = [
        "number",
        "subject",
        "store",
        "kind",
        "priority",
        "state",
        "assignee",
        "last_message_at",
        "desk_link",
    ]
    list_filter = ["state", "kind", "priority", "contact_channel", "store", "queue"]
    search_fields = ["^number", "subject", "^external_ref", "^order__number", "^customer__number"]
    search_help_text = _("Number, subject, conversation, order or customer number")
    list_select_related = ["store", "assignee"]
    date_hierarchy = "opened_at"
    inlines = [MessageInline, EventInline]

    @admin.display(description=_("desk"))
    def desk_link(self, ticket: Ticket) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("service_desk:ticket", args=[ticket.number]), pgettext("action", "Open")
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ticket]:
        assert isinstance(request.user, User)
        return visible_tickets(request.user).select_related("store", "assignee")


@admin.register(TicketQueue)
class TicketQueueAdmin(StaffAdmin, SimpleHistoryAdmin):
    """The lines that tickets wait in."""

    list_display = ["code", "name", "english_name", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["code", "name", "english_name"]


@admin.register(Macro)
class MacroAdmin(StaffAdmin, SimpleHistoryAdmin):
    """Canned answers, with the variables they may hold."""

    list_display = ["title", "code", "language", "is_active"]
    list_filter = ["language", "is_active"]
    search_fields = ["code", "title", "body"]
    fieldsets = [
        (
            None,
            {
                "fields": ["code", "title", "language", "body", "is_active"],
                "description": _(
                    "{customer}, {order}, {agent}, {store} and {ticket} are filled in when the answer is picked. "
                    "What stays unfilled has to be filled in or taken out before it can be sent."
                ),
            },
        )
    ]


@admin.register(Attachment)
class AttachmentAdmin(KeptByServices):
    """Files that came with messages."""

    list_display = ["file_name", "media_type", "file_bytes", "created_at"]
    list_filter = ["media_type"]
    search_fields = ["file_name", "^message__ticket__number"]
    exclude = ["file"]


@admin.register(Draft)
class DraftAdmin(KeptByServices):
    """What agents have typed and not sent."""

    list_display = ["ticket", "user", "is_note", "updated_at"]
    search_fields = ["^ticket__number", "user__username"]
    list_select_related = ["ticket", "user"]
    exclude = ["body"]


@admin.register(ServiceCalendar)
class ServiceCalendarAdmin(StaffAdmin, SimpleHistoryAdmin):
    """The hours in which SLA clocks run."""

    form = CalendarForm
    list_display = ["code", "name", "english_name", "is_always_open"]
    list_filter = ["is_always_open"]
    search_fields = ["code", "name", "english_name"]


@admin.register(SlaPolicy)
class SlaPolicyAdmin(StaffAdmin, SimpleHistoryAdmin):
    """What is promised to whom; the first that fits counts."""

    list_display = ["position", "name", "priority", "contact_channel", "first_response", "next_response", "resolution"]
    list_display_links = ["name"]
    list_filter = ["is_active", "priority", "contact_channel", "kind"]
    search_fields = ["name", "english_name"]


class SlaEventInline(KeptByServicesInline):
    """Warnings and breaches."""

    model = SlaEvent
    fields = ["kind", "at", "detected_at", "reason"]


@admin.register(SlaCycle)
class SlaCycleAdmin(KeptByServices):
    """Every clock that ran."""

    list_display = ["ticket", "metric", "stands", "started_at", "due", "ended_at", "breached_at"]
    list_filter = ["metric", "state", "started_at"]
    search_fields = ["^ticket__number"]
    list_select_related = ["ticket"]
    ordering = ["-pk"]
    fields = [
        "ticket",
        "metric",
        "stands_in_words",
        "started_at",
        "target",
        "hours",
        "pauses_told",
        "warn_50_at",
        "warn_80_at",
        "due",
        "ended_at",
        "first_ended_at",
        "breached_at",
        "detected_at",
    ]
    readonly_fields = ["stands_in_words", "target", "hours", "pauses_told", "due"]
    inlines = [SlaEventInline]

    @display(description=pgettext_lazy("sla cycle", "state"), ordering="state", label=TONES)
    def stands(self, cycle: SlaCycle) -> tuple[str, str]:
        return state_of(cycle)

    @admin.display(description=pgettext_lazy("sla cycle", "state"))
    def stands_in_words(self, cycle: SlaCycle) -> str:
        return state_of(cycle)[1]

    @admin.display(description=_("due at"), ordering="due_at", empty_value="—")
    def due(self, cycle: SlaCycle) -> str | None:
        # While it stands still nobody can say when it will be due.
        stands_still = cycle.ended_at is None and cycle.paused_since is not None
        if stands_still or cycle.due_at is None:
            return None
        return date_format(timezone.localtime(cycle.due_at), "DATETIME_FORMAT")

    @admin.display(description=pgettext_lazy("sla cycle", "target"))
    def target(self, cycle: SlaCycle) -> str:
        return target_words(cycle.target_minutes)

    @admin.display(description=pgettext_lazy("sla cycle", "hours"), empty_value="—")
    def hours(self, cycle: SlaCycle) -> Any:
        return _lines(hours_words(cycle.calendar))

    @admin.display(description=_("pauses"), empty_value="—")
    def pauses_told(self, cycle: SlaCycle) -> Any:
        return _lines(pause_words(cycle))

    def get_queryset(self, request: HttpRequest) -> QuerySet[SlaCycle]:
        assert isinstance(request.user, User)
        cycles: QuerySet[SlaCycle] = super().get_queryset(request).select_related("ticket")
        return cycles.filter(ticket__in=visible_tickets(request.user))
