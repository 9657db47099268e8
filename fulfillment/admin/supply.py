"""Warehouses, the stores they serve, suppliers and their items: reference data that staff keep."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import TabularInline

from config.kernel.admin.base import StaffAdmin
from fulfillment.models import StoreSupply, Supplier, SupplierItem, Warehouse


class KeptByStaff(StaffAdmin, SimpleHistoryAdmin):
    """Reference data with their history."""

    list_per_page = 25
    show_full_result_count = False


class StoreSupplyInline(TabularInline):
    """The stores that a warehouse serves."""

    model = StoreSupply
    fields = ["store", "share", "priority", "buffer_units"]
    autocomplete_fields = ["store"]
    extra = 0


@admin.register(Warehouse)
class WarehouseAdmin(KeptByStaff):
    """Places with stock."""

    list_display = ["code", "name", "kind", "country", "province", "city", "is_active", "is_assumed"]
    list_filter = ["kind", "is_active", "is_assumed"]
    search_fields = ["code", "name", "english_name"]
    readonly_fields = ["is_assumed"]
    inlines = [StoreSupplyInline]


@admin.register(StoreSupply)
class StoreSupplyAdmin(KeptByStaff):
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
