"""Prices and costs over time: looked at, and changed by services only."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from catalog.admin.base import SheetPages, by_form, reachable
from catalog.models import Price, SkuCost
from catalog.price_forms import WithdrawForm
from catalog.services import withdraw_price
from catalog.sheets import CostResource
from config.kernel.admin.base import KeptByServices


@admin.register(Price)
class PriceAdmin(KeptByServices):
    """Prices over time."""

    list_display = [
        "listing",
        "kind",
        "amount",
        "currency",
        "valid_from",
        "valid_to",
        "withdrawn_at",
        "replaced_at",
        "source",
        "actor",
    ]
    list_filter = ["kind", "source", "listing__store"]
    search_fields = [
        "^listing__code",
        "listing__sku__code",
        "listing__sku__barcode",
        "listing__sku__product__name",
        "listing__sku__product__english_name",
    ]
    list_select_related = ["listing__store", "actor"]
    actions_detail = ["withdraw"]

    def has_withdraw_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Who keeps listings withdraws their scheduled prices."""
        return request.user.has_perm("catalog.change_listing")

    @action(description=_("Withdraw"), url_path="withdraw", permissions=["withdraw"], icon="undo")
    def withdraw(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask why, and take back a price that has not begun."""
        rows = self.get_queryset(request)
        kept = reachable(request, rows, permission="catalog.change_listing", path="listing__store")
        price = get_object_or_404(kept, pk=object_id)
        return by_form(
            request,
            WithdrawForm(request.POST or None),
            title=f"{_('Withdraw')}: {price}",
            back=reverse("admin:catalog_price_change", args=[price.pk]),
            work=lambda typed: withdraw_price(price, **typed),
            text=_(
                "It will not begin, and what holds before it holds on. The row stays and says that it was withdrawn."
            ),
            button=_("Withdraw"),
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Price]:
        rows = super().get_queryset(request)
        return reachable(request, rows, permission="catalog.view_price", path="listing__store")  # type: ignore[no-any-return]


@admin.register(SkuCost)
class SkuCostAdmin(KeptByServices, SheetPages):
    """Costs over time, of all SKUs; they also come as a spreadsheet, each row a new dated cost."""

    resource_classes = [CostResource]

    list_display = ["sku", "valid_from", "amount", "source", "actor"]
    list_filter = ["source"]
    search_fields = ["sku__code", "sku__barcode", "sku__product__name", "sku__product__english_name"]
    list_select_related = ["sku", "actor"]

    def has_import_permission(self, request: HttpRequest) -> bool:
        """A sheet of costs adds entries, as the form does."""
        return request.user.has_perm("catalog.add_skucost")
