"""Products, prices, channels and stores in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportModelAdmin
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.import_export.forms import ExportForm, ImportForm

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
from catalog.scopes import visible_stores
from catalog.services import match_listing, save_category
from config.kernel.admin.base import KeptByServices, KeptByServicesInline
from config.kernel.models import User


def reachable(request: HttpRequest, rows: Any, *, permission: str, path: str) -> Any:
    """The rows whose store (`path`) lies within the reader's reach."""
    assert isinstance(request.user, User)
    stores = visible_stores(request.user, permission=permission)
    return rows if stores is None else rows.filter(**{f"{path}__in": stores})


class ReferenceAdmin(ModelAdmin, SimpleHistoryAdmin):
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

    def save_model(self, request: HttpRequest, obj: Listing, form: "ModelForm[Listing]", change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "sku" in form.changed_data and obj.sku is not None:
            match_listing(obj, sku=obj.sku)


@admin.register(Category)
class CategoryAdmin(ReferenceAdmin):
    """The category tree."""

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


@admin.register(Price)
class PriceAdmin(KeptByServices):
    """Prices over time."""

    list_display = ["listing", "kind", "amount", "currency", "valid_from", "valid_to", "source", "actor"]
    list_filter = ["kind", "source", "listing__store"]
    search_fields = ["listing__code", "listing__sku__code"]
    list_select_related = ["listing__store", "actor"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Price]:
        rows = super().get_queryset(request)
        return reachable(request, rows, permission="catalog.view_price", path="listing__store")  # type: ignore[no-any-return]


@admin.register(SkuCost)
class SkuCostAdmin(KeptByServices):
    """Costs over time, of all SKUs."""

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
