"""Restock policy, checks, suggestions and purchase orders in the admin."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from simple_history.admin import SimpleHistoryAdmin
from unfold.decorators import action

from catalog.scopes import visible_stores
from config.kernel.admin.base import KeptByServices, StaffAdmin, StaffInline
from config.kernel.admin.columns import amount
from config.kernel.admin.starting import start_by_form
from config.kernel.errors import DomainError
from config.kernel.models import User
from fulfillment.forms import RestockCheckForm
from fulfillment.jobs.restock import KIND
from fulfillment.models import (
    ForecastAccuracy,
    GoodsReceipt,
    GoodsReceiptLine,
    PurchaseOrder,
    PurchaseOrderLine,
    RestockPolicy,
    RestockRun,
    RestockSuggestion,
    SkuForecast,
)
from fulfillment.queries.warehouses import visible_warehouses
from fulfillment.remarks import remark_sentences
from fulfillment.services.approval import BelowMinimum, approve_suggestions, orders_below_minimum
from fulfillment.services.purchasing import send_purchase_order
from fulfillment.services.suggestions import reject_suggestions

VIEW_SUGGESTIONS, VIEW_PURCHASE_ORDERS = "fulfillment.view_restocksuggestion", "fulfillment.view_purchaseorder"


def within_warehouses(
    request: HttpRequest, rows: QuerySet[Any], *, permission: str, field: str = "warehouse"
) -> QuerySet[Any]:
    """The rows of the warehouses that the person's roles reach."""
    assert isinstance(request.user, User)
    warehouses = visible_warehouses(request.user, permission=permission)
    return rows if warehouses is None else rows.filter(**{f"{field}__in": warehouses.values("pk")})


@admin.register(RestockPolicy)
class RestockPolicyAdmin(StaffAdmin, SimpleHistoryAdmin):
    """Service level and cover per velocity class."""

    list_display = [
        "velocity_class",
        "warehouse",
        "measure",
        "service_level",
        "cover_min_days",
        "cover_max_days",
        "max_cover_days",
        "review_days",
    ]
    list_filter = ["velocity_class", "warehouse"]
    search_fields = ["warehouse__code"]


def _figure(run: RestockRun, name: str) -> str:
    count = run.figures.get(name)
    return "—" if count is None else f"{count:,}"


@admin.register(RestockRun)
class RestockRunAdmin(KeptByServices):
    """The checks; the button starts one."""

    list_display = ["business_date", "scope", "is_finished", "skus", "suggestions", "units", "value", "created_at"]
    list_filter = ["is_finished", "store"]
    search_fields = ["scope", "slot"]
    # What keeps a night's check from being made twice; the job run tells who started it.
    exclude = ["slot"]
    actions_list = ["start_check"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RestockRun]:
        """Those of the stores in sight: a check of all stores tells the totals of all."""
        assert isinstance(request.user, User)
        stores = visible_stores(request.user, permission="fulfillment.view_restockrun")
        runs: QuerySet[RestockRun] = super().get_queryset(request)
        return runs if stores is None else runs.filter(store__in=stores)

    @admin.display(description=_("SKUs by warehouse"))
    def skus(self, run: RestockRun) -> str:
        return _figure(run, "skus")

    @admin.display(description=_("suggestions"))
    def suggestions(self, run: RestockRun) -> str:
        return _figure(run, "suggestions")

    @admin.display(description=_("units"))
    def units(self, run: RestockRun) -> str:
        return _figure(run, "units")

    @admin.display(description=_("value"))
    def value(self, run: RestockRun) -> str:
        value = run.figures.get("value")
        return "—" if value is None else amount(Decimal(value))

    @action(description=_("Check now"), url_path="check-now", permissions=["start_check"], icon="play_arrow")
    def start_check(self, request: HttpRequest) -> HttpResponse:
        """Choose store and day, start a check and go to its progress."""
        assert isinstance(request.user, User)
        form = RestockCheckForm(request.POST or None, person=request.user)
        return start_by_form(request, KIND, form=form, back="admin:fulfillment_restockrun_changelist")

    def has_start_check_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("kernel.run_jobrun")


@admin.register(RestockSuggestion)
class RestockSuggestionAdmin(KeptByServices):
    """What to order, with the arithmetic; approve or refuse by action."""

    list_display = [
        "sku",
        "warehouse",
        "supplier",
        "quantity",
        "value",
        "order_by",
        "stock_out_on",
        "state",
        "remarks",
        "run",
    ]
    list_filter = ["state", "supplier", "warehouse", "run"]
    search_fields = ["sku__code", "sku__product__name", "supplier__name"]
    list_select_related = ["sku", "warehouse", "supplier", "run"]
    exclude = ["flags"]
    readonly_fields = ["remarks"]
    actions = ["approve_selected", "reject_selected"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RestockSuggestion]:
        """Those of the warehouses in sight."""
        return within_warehouses(request, super().get_queryset(request), permission=VIEW_SUGGESTIONS)

    @admin.display(description=_("remarks"))
    def remarks(self, suggestion: RestockSuggestion) -> str:
        return " ".join(remark_sentences(suggestion.flags)) or "—"

    def has_approve_permission(self, request: HttpRequest) -> bool:
        """Planners may decide."""
        return request.user.has_perm("fulfillment.approve_restocksuggestion")

    @admin.action(description=_("Approve into purchase orders"), permissions=["approve"])
    def approve_selected(self, request: HttpRequest, queryset: QuerySet[RestockSuggestion]) -> HttpResponse | None:
        """Show the totals and what stays below a supplier's minimum; approve on the second press."""
        chosen = queryset.filter(state=RestockSuggestion.State.OPEN).select_related("sku", "supplier", "warehouse")
        reason = request.POST.get("reason", "").strip()
        assert isinstance(request.user, User)
        try:
            low = orders_below_minimum(chosen)
            if "confirmed" not in request.POST or (low and not reason):
                return self._confirm(request, chosen, action_name="approve_selected", low=low)
            ids = list(chosen.values_list("pk", flat=True))
            approval = approve_suggestions(
                ids, actor=request.user, accept_below_minimum=bool(low), reason=reason if low else ""
            )
        except DomainError as error:
            self.message_user(request, str(error.message), messages.ERROR)
            return None
        made = ngettext("%d purchase order made.", "%d purchase orders made.", len(approval.orders))
        self.message_user(request, made % len(approval.orders), messages.SUCCESS)
        return redirect(f"{reverse('restock:orders')}?waits_for=sending")

    @admin.action(description=_("Refuse"), permissions=["approve"])
    def reject_selected(self, request: HttpRequest, queryset: QuerySet[RestockSuggestion]) -> HttpResponse | None:
        """Ask for the reason first."""
        chosen = queryset.filter(state=RestockSuggestion.State.OPEN).select_related("sku", "supplier", "warehouse")
        reason = request.POST.get("reason", "").strip()
        if "confirmed" not in request.POST or not reason:
            return self._confirm(request, chosen, action_name="reject_selected", asks_reason=True)
        assert isinstance(request.user, User)
        count = reject_suggestions(chosen.values_list("pk", flat=True), actor=request.user, reason=reason)
        self.message_user(request, ngettext("%d suggestion refused.", "%d suggestions refused.", count) % count)
        return None

    def _confirm(
        self,
        request: HttpRequest,
        chosen: QuerySet[RestockSuggestion],
        *,
        action_name: str,
        asks_reason: bool = False,
        low: Sequence[BelowMinimum] = (),
    ) -> TemplateResponse:
        rows = [(row, remark_sentences(row.flags)) for row in chosen]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Please confirm"),
            "rows": rows,
            "units": sum(row.quantity for row, _remarks in rows),
            "value": sum((row.value or Decimal(0) for row, _remarks in rows), Decimal(0)),
            "without_cost": sum(row.value is None for row, _remarks in rows),
            "action_name": action_name,
            "asks_reason": asks_reason or bool(low),
            "below_minimum": low,
            "opts": self.model._meta,
        }
        return TemplateResponse(request, "fulfillment/confirm_suggestions.html", context)


class PurchaseOrderLineInline(StaffInline):
    """The lines of a purchase order."""

    model = PurchaseOrderLine
    fields = [
        "sku",
        "quantity",
        "received_quantity",
        "cancelled_quantity",
        "filled_up_quantity",
        "unit_cost",
        "is_hand_edited",
    ]
    readonly_fields = fields
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PurchaseOrderWaitsFor(admin.SimpleListFilter):
    """Purchase orders that somebody has to do something about."""

    title = _("waits for")
    parameter_name = "waits_for"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("sending", _("sending")), ("arrival", _("arrival, overdue"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "sending":
            return queryset.filter(state__in=PurchaseOrder.TO_SEND)
        if self.value() == "arrival":
            return queryset.filter(state__in=PurchaseOrder.ON_THE_WAY, expected_on__lt=timezone.localdate())
        return queryset


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(KeptByServices):
    """Purchase orders; sent by action, received on the receiving page."""

    list_display = ["number", "supplier", "warehouse", "state", "total_amount", "currency", "expected_on", "created_at"]
    list_filter = [PurchaseOrderWaitsFor, "state", "supplier", "warehouse"]
    search_fields = ["^number", "supplier__name", "^lines__sku__code"]
    list_select_related = ["supplier", "warehouse"]
    inlines = [PurchaseOrderLineInline]
    actions = ["mark_sent"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PurchaseOrder]:
        """Those of the warehouses in sight."""
        return within_warehouses(request, super().get_queryset(request), permission=VIEW_PURCHASE_ORDERS)

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Planners may send."""
        return request.user.has_perm("fulfillment.send_purchaseorder")

    @admin.action(description=_("Mark as sent to the supplier"), permissions=["send"])
    def mark_sent(self, request: HttpRequest, queryset: QuerySet[PurchaseOrder]) -> None:
        """Each order that may be sent is; the others say why not."""
        assert isinstance(request.user, User)
        for order in queryset:
            try:
                send_purchase_order(order, actor=request.user)
            except DomainError as error:
                self.message_user(request, str(error.message), messages.ERROR)


class GoodsReceiptLineInline(StaffInline):
    """What came."""

    model = GoodsReceiptLine
    fields = ["order_line", "lot", "accepted_quantity", "damaged_quantity"]
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(GoodsReceipt)
class GoodsReceiptAdmin(KeptByServices):
    """Deliveries that came in."""

    list_display = ["number", "order", "received_by", "received_at"]
    search_fields = ["^number", "^order__number"]
    list_select_related = ["order", "received_by"]
    inlines = [GoodsReceiptLineInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[GoodsReceipt]:
        """Those into the warehouses in sight."""
        rows = super().get_queryset(request)
        return within_warehouses(request, rows, permission="fulfillment.view_goodsreceipt", field="order__warehouse")


@admin.register(SkuForecast)
class SkuForecastAdmin(KeptByServices):
    """Forecasts with their evidence."""

    list_display = ["sku", "warehouse", "velocity_class", "demand_class", "method", "daily_mean", "run"]
    list_filter = ["velocity_class", "demand_class", "method", "warehouse"]
    search_fields = ["sku__code"]
    list_select_related = ["sku", "warehouse", "run"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SkuForecast]:
        """Those of the warehouses in sight."""
        return within_warehouses(request, super().get_queryset(request), permission="fulfillment.view_skuforecast")


@admin.register(ForecastAccuracy)
class ForecastAccuracyAdmin(KeptByServices):
    """How good the forecast would have been, beside its rivals."""

    list_display = ["as_of", "store", "weeks", "level", "method", "wape", "bias", "rmse", "series_count"]
    list_filter = ["level", "method", "store"]
