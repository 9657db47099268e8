"""Store days, reports and their delivery in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from analytics.forms import BuildForm
from analytics.jobs import KIND
from analytics.models import Report, ReportDelivery, ReportPicture, ReportSubscription, StoreDay
from analytics.queries.reports import visible_reports
from catalog.scopes import stores_to_keep, visible_stores
from config.kernel.admin.base import KeptByServices, StaffAdmin
from config.kernel.admin.starting import start_by_form
from config.kernel.models import User


@admin.register(StoreDay)
class StoreDayAdmin(KeptByServices):
    """The measures of each store day."""

    list_display = [
        "day",
        "store",
        "paid_amount",
        "paid_orders",
        "buyers",
        "units",
        "refund_amount",
        "generation",
        "built_at",
    ]
    list_filter = ["store"]
    ordering = ["-day", "store_id"]
    date_hierarchy = "day"
    list_select_related = ["store"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[StoreDay]:
        assert isinstance(request.user, User)
        stores = visible_stores(request.user, permission="analytics.view_storeday")
        days = StoreDay.objects.select_related("store")
        return days if stores is None else days.filter(store__in=stores)


@admin.register(Report)
class ReportAdmin(KeptByServices):
    """Kept reports; the buttons build one over all stores."""

    list_display = [
        "__str__",
        "store",
        "last_day",
        "version",
        "anomaly_count",
        "is_provisional",
        "built_at",
        "page_link",
    ]
    list_filter = ["kind", "store", "is_provisional"]
    date_hierarchy = "last_day"
    list_select_related = ["store"]
    actions_list = ["build_now"]
    exclude = ["content"]

    @admin.display(description=_("page"))
    def page_link(self, report: Report) -> str:
        return format_html('<a href="{}">{}</a>', reverse("analytics:report", args=[report.pk]), _("open"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        assert isinstance(request.user, User)
        return visible_reports(request.user).select_related("store").defer("content")

    def has_build_permission(self, request: HttpRequest) -> bool:
        """Who may start jobs; the form offers the stores in reach."""
        return request.user.has_perm("kernel.run_jobrun")

    @action(description=_("Build a report now"), url_path="build-now", permissions=["build"], icon="play_arrow")
    def build_now(self, request: HttpRequest) -> HttpResponse:
        """Choose kind, store and day, start the job and go to its progress."""
        assert isinstance(request.user, User)
        form = BuildForm(request.POST or None, reader=request.user)
        return start_by_form(request, KIND, form=form, back="admin:analytics_report_changelist")


@admin.register(ReportPicture)
class ReportPictureAdmin(KeptByServices):
    """Pictures of reports."""

    list_display = ["report", "name", "language"]
    list_filter = ["name", "language"]
    list_select_related = ["report"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReportPicture]:
        assert isinstance(request.user, User)
        return ReportPicture.objects.filter(report__in=visible_reports(request.user)).select_related("report")


@admin.register(ReportSubscription)
class ReportSubscriptionAdmin(StaffAdmin):
    """Who gets which report."""

    list_display = ["user", "kind", "of_stores", "is_active"]
    list_filter = ["kind", "store", "is_active"]
    search_fields = ["user__username", "user__display_name"]
    autocomplete_fields = ["user", "store"]
    list_select_related = ["user", "store"]

    @admin.display(description=_("store"), ordering="store")
    def of_stores(self, subscription: ReportSubscription) -> str:
        return str(subscription.store or _("all stores"))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Reports are ordered for stores of one's own only."""
        if db_field.name == "store":
            assert isinstance(request.user, User)
            kwargs["queryset"] = stores_to_keep(request.user, permission="analytics.change_reportsubscription")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(ReportDelivery)
class ReportDeliveryAdmin(KeptByServices):
    """What was mailed to whom."""

    list_display = ["report", "user", "message", "created_at"]
    search_fields = ["user__username"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReportDelivery]:
        assert isinstance(request.user, User)
        sent = ReportDelivery.objects.filter(report__in=visible_reports(request.user))
        return sent.select_related("report", "user", "message")
