"""Campaign calendar and channel spend in the admin."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import TabularInline

from catalog.models import Channel
from catalog.scopes import stores_to_keep, visible_stores
from config.kernel.admin.base import StaffAdmin
from config.kernel.models import User
from marketing.models import CampaignEvent, ChannelSpend, EventPeriod, TrafficSource


class PlainYear:
    """Shows a year that may not be edited without a separator of thousands."""

    readonly_fields = ["in_year"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The fields, with the year as text for who may not change it."""
        names: list[str] = super().get_fields(request, obj)  # type: ignore[misc]
        may_edit = obj is None or self.has_change_permission(request, obj)  # type: ignore[attr-defined]
        return names if may_edit else ["in_year" if name == "year" else name for name in names]

    @admin.display(description=_("year"), ordering="year")
    def in_year(self, period: EventPeriod) -> str:
        return str(period.year)


class PeriodInline(PlainYear, TabularInline):
    """The dates of an event."""

    model = EventPeriod
    fields = ["channel", "year", "phase", "starts_on", "ends_on", "assumed_uplift"]
    extra = 0
    hide_title = True

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "channel":
            # One list for all rows; by itself each row would ask for its own.
            channels = Channel.objects.order_by("code")
            field.choices = [("", _("all channels")), *((channel.pk, str(channel)) for channel in channels)]
        return field

    def get_queryset(self, request: HttpRequest) -> Any:
        # A row names its event.
        return super().get_queryset(request).select_related("event", "channel")


@admin.register(CampaignEvent)
class CampaignEventAdmin(StaffAdmin, SimpleHistoryAdmin):
    """Recurring events with their dates."""

    list_display = ["__str__", "code"]
    search_fields = ["code", "name", "english_name"]
    inlines = [PeriodInline]


class WhenFilter(admin.SimpleListFilter):
    """Coming and running dates, unless others are asked for: the calendar goes years ahead and years back."""

    title = _("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("past", _("over")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("running and coming")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[EventPeriod]) -> QuerySet[EventPeriod]:
        today = timezone.localdate()
        if self.value() == "all":
            return queryset
        return queryset.filter(ends_on__lt=today) if self.value() == "past" else queryset.filter(ends_on__gte=today)


@admin.register(EventPeriod)
class EventPeriodAdmin(PlainYear, StaffAdmin, SimpleHistoryAdmin):
    """The campaign calendar."""

    fields = ["event", "channel", "year", "phase", "starts_on", "ends_on", "assumed_uplift"]
    list_display = ["event", "in_year", "phase", "starts_on", "ends_on", "on_channels", "assumed_uplift"]
    list_filter = [WhenFilter, "phase", "year", "event", "channel"]
    ordering = ["starts_on", "pk"]
    search_fields = ["event__code", "event__name"]
    list_select_related = ["event", "channel"]
    autocomplete_fields = ["event", "channel"]
    list_per_page = 25
    show_full_result_count = False

    @admin.display(description=_("channel"), ordering="channel")
    def on_channels(self, period: EventPeriod) -> str:
        return str(period.channel or _("all channels"))


@admin.register(TrafficSource)
class TrafficSourceAdmin(StaffAdmin, SimpleHistoryAdmin):
    """Where visitors come from."""

    list_display = ["code", "name", "english_name", "family"]
    list_filter = ["family"]
    search_fields = ["code", "name", "english_name"]


@admin.register(ChannelSpend)
class ChannelSpendAdmin(StaffAdmin):
    """What traffic cost, by day."""

    list_display = [
        "day",
        "store",
        "source",
        "plan_name",
        "impressions_told",
        "clicks_told",
        "cost",
        "conversions",
        "revenue",
    ]
    list_filter = ["store", "source"]
    search_fields = ["plan_name", "audience"]
    list_select_related = ["store", "source"]
    autocomplete_fields = ["store", "source"]
    date_hierarchy = "day"
    list_per_page = 25
    show_full_result_count = False

    @admin.display(description=_("impressions"), ordering="impressions")
    def impressions_told(self, spend: ChannelSpend) -> str:
        return f"{spend.impressions:,}"

    @admin.display(description=_("clicks"), ordering="clicks")
    def clicks_told(self, spend: ChannelSpend) -> str:
        return f"{spend.clicks:,}"

    def get_queryset(self, request: HttpRequest) -> Any:
        assert isinstance(request.user, User)
        stores = visible_stores(request.user, permission="marketing.view_channelspend")
        rows = super().get_queryset(request)
        return rows if stores is None else rows.filter(store__in=stores)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Spend is written in stores of one's own only."""
        if db_field.name == "store":
            assert isinstance(request.user, User)
            kwargs["queryset"] = stores_to_keep(request.user, permission="marketing.change_channelspend")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
