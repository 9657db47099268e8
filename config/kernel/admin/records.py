"""Audit, calendars, rates and saved mappings."""

from django.contrib import admin

from config.kernel.admin.base import KeptByServices, StaffAdmin
from config.kernel.models import (
    AuditEntry,
    AuditSeal,
    CalendarDay,
    ExchangeRate,
    ImportMapping,
    NumberSeries,
    StaleDay,
)


@admin.register(AuditEntry)
class AuditEntryAdmin(KeptByServices):
    """Who changed or read what."""

    list_display = [
        "occurred_at",
        "actor",
        "actor_kind",
        "action",
        "object_type",
        "object_label",
        "store_code",
        "reason",
    ]
    list_filter = ["actor_kind", "action"]
    search_fields = ["=action", "^object_id", "object_label", "actor__username", "^batch_ref"]
    list_select_related = ["actor"]
    date_hierarchy = "occurred_at"


@admin.register(AuditSeal)
class AuditSealAdmin(KeptByServices):
    """The sealed hours."""

    list_display = ["hour", "entry_count", "digest", "sealed_at"]


@admin.register(CalendarDay)
class CalendarDayAdmin(StaffAdmin):
    """Corrections to the calendar of working days."""

    list_display = ["day", "is_working", "name"]
    list_filter = ["is_working"]
    search_fields = ["name"]


@admin.register(ExchangeRate)
class ExchangeRateAdmin(StaffAdmin):
    """Rates into the base currency."""

    list_display = ["day", "currency", "rate", "source"]
    list_filter = ["currency"]
    date_hierarchy = "day"


@admin.register(ImportMapping)
class ImportMappingAdmin(StaffAdmin):
    """Column mappings that were saved."""

    list_display = ["layout", "name", "created_by", "updated_at"]
    list_filter = ["layout"]
    search_fields = ["name"]
    list_select_related = ["created_by"]


@admin.register(NumberSeries)
class NumberSeriesAdmin(KeptByServices):
    """The last numbers given out."""

    list_display = ["code", "last"]
    search_fields = ["code"]


@admin.register(StaleDay)
class StaleDayAdmin(KeptByServices):
    """Days that wait to be built again."""

    list_display = ["fact", "store_code", "day", "reason", "marked_at"]
    list_filter = ["fact", "store_code"]
