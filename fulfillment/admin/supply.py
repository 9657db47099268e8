"""Warehouses, the stores they serve, suppliers and their items: reference data that staff keep."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from catalog.scopes import stores_to_keep, visible_stores
from config.kernel.admin.base import StaffAdmin, StaffInline
from config.kernel.models import User
from fulfillment.models import StoreSupply, Supplier, SupplierItem, Warehouse


class KeptByStaff(StaffAdmin, SimpleHistoryAdmin):
    """Reference data with their history."""

    list_per_page = 25
    show_full_result_count = False


class OfOwnStores:
    """Rows of a store: seen and written within the person's stores only."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        assert isinstance(request.user, User)
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        reach = visible_stores(request.user, permission="fulfillment.view_storesupply")
        return rows if reach is None else rows.filter(store__in=reach)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "store":
            assert isinstance(request.user, User)
            kwargs["queryset"] = stores_to_keep(request.user, permission="fulfillment.change_storesupply")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class StoreSupplyInline(OfOwnStores, StaffInline):
    """The stores that a warehouse serves."""

    model = StoreSupply
    fields = ["store", "share", "priority", "buffer_units"]
    autocomplete_fields = ["store"]


@admin.register(Warehouse)
class WarehouseAdmin(KeptByStaff):
    """Places with stock."""

    list_display = ["code", "name", "kind", "country", "province", "city", "is_active", "is_assumed"]
    list_filter = ["kind", "is_active", "is_assumed"]
    search_fields = ["code", "name", "english_name"]
    readonly_fields = ["is_assumed"]
    inlines = [StoreSupplyInline]


@admin.register(StoreSupply)
class StoreSupplyAdmin(OfOwnStores, KeptByStaff):
    """Which warehouse serves which store."""

    list_display = ["store", "warehouse", "priority", "share", "buffer_units"]
    list_filter = ["store", "warehouse"]
    list_select_related = ["store", "warehouse"]
    search_fields = ["store__code", "warehouse__code"]
    autocomplete_fields = ["store", "warehouse"]


@admin.register(Supplier)
class SupplierAdmin(KeptByStaff):
    """Who we buy from."""

    list_display = ["code", "name", "currency", "lead_days", "lead_days_deviation", "is_active", "is_assumed"]
    list_filter = ["is_active", "is_assumed", "currency"]
    search_fields = ["code", "name", "english_name"]
    readonly_fields = ["is_assumed"]


@admin.register(SupplierItem)
class SupplierItemAdmin(KeptByStaff):
    """On what terms a supplier sells a SKU."""

    list_display = ["supplier", "sku", "unit_cost", "pack_units", "minimum_units", "lead_days", "is_preferred"]
    list_filter = ["supplier", "is_preferred"]
    list_select_related = ["supplier", "sku"]
    search_fields = ["sku__code", "supplier__code", "supplier_code"]
    autocomplete_fields = ["supplier", "sku"]
