"""Products, prices, channels and stores in the admin."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import Form, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportModelAdmin
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import TabularInline
from unfold.contrib.import_export.forms import ExportForm, ImportForm
from unfold.decorators import action

from catalog.models import (
    Brand,
    Category,
    Channel,
    DailySales,
    DailyTraffic,
    KitPart,
    Listing,
    Price,
    Product,
    ProductImage,
    Sku,
    SkuCost,
    SkuPack,
    Store,
)
from catalog.price_forms import CostForm, PriceForm, WithdrawForm
from catalog.resources import CostResource, SkuResource
from catalog.scopes import visible_stores
from catalog.services import lies_below, match_listing, save_category, set_cost, set_price, withdraw_price
from config.kernel.admin.base import KeptByServices, KeptByServicesInline, StaffAdmin
from config.kernel.errors import DomainError
from config.kernel.models import User


def reachable(request: HttpRequest, rows: Any, *, permission: str, path: str) -> Any:
    """The rows whose store (`path`) lies within the reader's reach."""
    assert isinstance(request.user, User)
    stores = visible_stores(request.user, permission=permission)
    return rows if stores is None else rows.filter(**{f"{path}__in": stores})


def staff_of(request: HttpRequest) -> User:
    """The signed-in person."""
    assert isinstance(request.user, User)
    return request.user


def by_form(
    request: HttpRequest, form: Form, *, title: str, back: str, work: Callable[[dict[str, Any]], object]
) -> HttpResponse:
    """Show a form, do the work with what was typed, and go back; a rule's no is shown above what was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            work(form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Saved."))
            return redirect(back)
    context = {**admin.site.each_context(request), "title": title, "form": form, "back": back}
    return TemplateResponse(request, "kernel/by_form.html", context)


class ReferenceAdmin(StaffAdmin, SimpleHistoryAdmin):
    """Reference data that staff keep: with history, quick lists and search."""

    list_per_page = 25
    show_full_result_count = False


class SheetAdmin(ReferenceAdmin, ImportExportModelAdmin):
    """Reference data that also comes and goes as spreadsheets."""

    import_form_class = ImportForm
    export_form_class = ExportForm


@admin.register(Channel)
class ChannelAdmin(ReferenceAdmin):
    """Marketplaces and sites."""

    list_display = ["code", "name", "english_name", "kind", "commission_rate", "dispatch_hours", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["code", "name", "english_name"]


@admin.register(Store)
class StoreAdmin(ReferenceAdmin):
    """Shops on channels."""

    list_display = ["code", "name", "english_name", "channel", "currency", "time_zone", "is_active"]
    list_filter = ["channel", "currency", "is_active"]
    search_fields = ["code", "name", "english_name"]
    list_select_related = ["channel"]
    autocomplete_fields = ["channel"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Store]:
        rows = super().get_queryset(request)
        return reachable(request, rows, permission="catalog.view_store", path="pk")  # type: ignore[no-any-return]


class UnmatchedFilter(admin.SimpleListFilter):
    """Codes that wait for their SKU."""

    title = _("match")
    parameter_name = "sku__isnull"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("True", _("without a SKU")), ("False", _("matched"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Listing]) -> QuerySet[Listing]:
        return queryset.filter(sku__isnull=self.value() == "True") if self.value() else queryset


@admin.register(Listing)
class ListingAdmin(SheetAdmin):
    """What stores call our SKUs; choosing the SKU matches the code."""

    list_display = ["store", "code", "sku", "title", "state", "listed_on"]
    list_filter = [UnmatchedFilter, "store", "state"]
    search_fields = ["code", "title", "sku__code"]
    list_select_related = ["store", "sku"]
    autocomplete_fields = ["store", "sku"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Listing]:
        rows = super().get_queryset(request)
        return reachable(request, rows, permission="catalog.view_listing", path="store")  # type: ignore[no-any-return]

    actions_detail = ["set_price"]

    def save_model(self, request: HttpRequest, obj: Listing, form: "ModelForm[Listing]", change: bool) -> None:
        chosen = obj.sku
        if "sku" not in form.changed_data or chosen is None:
            super().save_model(request, obj, form, change)
            return
        # The service matches the code, and tells the trail what it was matched with before.
        obj.sku = Listing.objects.get(pk=obj.pk).sku if change else None
        super().save_model(request, obj, form, change)
        match_listing(obj, sku=chosen)

    def has_set_price_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Who keeps listings sets their prices."""
        return request.user.has_perm("catalog.change_listing")

    @action(description=_("Set a price"), url_path="set-price", permissions=["set_price"], icon="payments")
    def set_price(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask for the price, now or later."""
        listing = get_object_or_404(self.get_queryset(request), pk=object_id)
        form = PriceForm(request.POST or None, listing=listing)
        return by_form(
            request,
            form,
            title=f"{_('Set a price')}: {listing}",
            back=reverse("admin:catalog_listing_change", args=[listing.pk]),
            work=lambda typed: set_price(listing, actor=staff_of(request), **typed),
        )


class CategoryForm(ModelForm):  # type: ignore[type-arg]
    """A node of the tree, which never lies below itself."""

    def clean_parent(self) -> Category | None:
        """Any node but the category's own subtree."""
        parent: Category | None = self.cleaned_data["parent"]
        if lies_below(parent, self.instance):
            raise ValidationError(_("A category cannot lie below itself."))
        return parent


@admin.register(Category)
class CategoryAdmin(ReferenceAdmin):
    """The category tree."""

    form = CategoryForm

    list_display = ["path", "code", "name", "english_name"]
    search_fields = ["code", "name", "english_name"]
    autocomplete_fields = ["parent"]

    def save_model(self, request: HttpRequest, obj: Category, form: "ModelForm[Category]", change: bool) -> None:
        save_category(obj)


@admin.register(Brand)
class BrandAdmin(ReferenceAdmin):
    """Brands."""

    list_display = ["code", "name", "english_name"]
    search_fields = ["code", "name", "english_name"]


class ImageInline(TabularInline):
    """Pictures of a product."""

    model = ProductImage
    extra = 0


class SkuInline(TabularInline):
    """SKUs of a product."""

    model = Sku
    extra = 0
    fields = ["code", "option_values", "barcode", "weight_grams", "is_kit", "state"]
    show_change_link = True


@admin.register(Product)
class ProductAdmin(SheetAdmin):
    """Products with their SKUs and pictures."""

    list_display = ["code", "name", "english_name", "category", "brand", "role", "stage", "state", "is_provisional"]
    list_filter = ["state", "role", "stage", "is_provisional", "brand", "category"]
    search_fields = ["code", "name", "english_name", "skus__code", "skus__barcode"]
    list_select_related = ["category", "brand"]
    autocomplete_fields = ["category", "brand"]
    inlines = [SkuInline, ImageInline]


class PackInline(TabularInline):
    """Packs of a SKU."""

    model = SkuPack
    extra = 0


class KitPartInline(TabularInline):
    """Parts of a kit."""

    model = KitPart
    fk_name = "kit"
    extra = 0
    autocomplete_fields = ["part"]


class CostInline(KeptByServicesInline):
    """Costs over time."""

    model = SkuCost
    fields = ["valid_from", "amount", "source", "actor", "reason"]


@admin.register(Sku)
class SkuAdmin(SheetAdmin):
    """SKUs and kits."""

    list_display = ["code", "product", "option_values", "barcode", "is_kit", "state"]
    list_filter = ["state", "is_kit"]
    search_fields = ["code", "barcode", "product__name", "product__english_name"]
    list_select_related = ["product"]
    autocomplete_fields = ["product"]
    # Costs stand in their own rows, for who may see them.
    exclude = ["unit_cost"]
    inlines = [PackInline, KitPartInline, CostInline]
    resource_classes = [SkuResource]
    actions_detail = ["set_cost"]

    def has_set_cost_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Costs are finance's."""
        return request.user.has_perm("catalog.add_skucost")

    @action(description=_("Set the cost"), url_path="set-cost", permissions=["set_cost"], icon="price_change")
    def set_cost(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask for the cost and the day it begins."""
        sku = get_object_or_404(Sku, pk=object_id)
        return by_form(
            request,
            CostForm(request.POST or None),
            title=f"{_('Set the cost')}: {sku}",
            back=reverse("admin:catalog_sku_change", args=[sku.pk]),
            work=lambda typed: set_cost(sku, actor=staff_of(request), **typed),
        )


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
        "source",
        "actor",
    ]
    list_filter = ["kind", "source", "listing__store"]
    search_fields = ["listing__code", "listing__sku__code"]
    list_select_related = ["listing__store", "actor"]
    actions_detail = ["withdraw"]

    def has_withdraw_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Who keeps listings withdraws their scheduled prices."""
        return request.user.has_perm("catalog.change_listing")

    @action(description=_("Withdraw"), url_path="withdraw", permissions=["withdraw"], icon="undo")
    def withdraw(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask why, and take back a price that has not begun."""
        price = get_object_or_404(self.get_queryset(request), pk=object_id)
        return by_form(
            request,
            WithdrawForm(request.POST or None),
            title=f"{_('Withdraw')}: {price}",
            back=reverse("admin:catalog_price_change", args=[price.pk]),
            work=lambda typed: withdraw_price(price, **typed),
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Price]:
        rows = super().get_queryset(request)
        return reachable(request, rows, permission="catalog.view_price", path="listing__store")  # type: ignore[no-any-return]


@admin.register(SkuCost)
class SkuCostAdmin(KeptByServices, ImportExportModelAdmin):
    """Costs over time, of all SKUs; they also come as a spreadsheet, each row a new dated cost."""

    import_form_class = ImportForm
    export_form_class = ExportForm
    resource_classes = [CostResource]

    list_display = ["sku", "valid_from", "amount", "source", "actor"]
    list_filter = ["source"]
    search_fields = ["sku__code"]
    list_select_related = ["sku", "actor"]


class DailyAdmin(KeptByServices):
    """Facts of a day."""

    list_filter = ["store"]
    search_fields = ["sku__code"]
    list_select_related = ["store", "sku"]
    date_hierarchy = "day"


@admin.register(DailySales)
class DailySalesAdmin(DailyAdmin):
    """What SKUs sold by day."""

    list_display = ["day", "store", "sku", "units", "revenue", "refund_units", "refund_amount"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DailySales]:
        rows = super().get_queryset(request)
        return reachable(request, rows, permission="catalog.view_dailysales", path="store")  # type: ignore[no-any-return]


@admin.register(DailyTraffic)
class DailyTrafficAdmin(DailyAdmin):
    """How often SKUs were seen by day."""

    list_display = ["day", "store", "sku", "impressions", "clicks", "visitors", "page_views"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DailyTraffic]:
        rows = super().get_queryset(request)
        return reachable(request, rows, permission="catalog.view_dailytraffic", path="store")  # type: ignore[no-any-return]
