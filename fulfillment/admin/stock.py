"""Stock in the admin: balances, movements, promises and snapshots are read here; services own them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.kernel.admin.base import KeptByServices
from config.kernel.models import User
from config.kernel.scopes import scope_codes
from fulfillment.models import DemandDay, Lot, Reservation, StockBalance, StockMovement, StockSnapshot


def within_warehouses(request: HttpRequest, rows: QuerySet[Any], *, permission: str) -> QuerySet[Any]:
    """The rows of the warehouses that the person's roles reach."""
    assert isinstance(request.user, User)
    codes = scope_codes(request.user, permission=permission, kind="warehouse")
    return rows if codes is None else rows.filter(warehouse__code__in=codes)


@admin.register(StockBalance)
class StockBalanceAdmin(KeptByServices):
    """What lies where."""

    list_display = ["sku", "warehouse", "lot_code", "expires_on", "bucket", "on_hand", "reserved", "available", "value"]
    list_filter = ["warehouse", "bucket"]
    list_select_related = ["sku", "warehouse", "lot"]
    search_fields = ["sku__code", "sku__product__name", "lot__code"]

    @admin.display(description=_("lot"), ordering="lot__code")
    def lot_code(self, balance: StockBalance) -> str:
        return balance.lot.code or "—"

    @admin.display(description=_("expires on"), ordering="lot__expires_on")
    def expires_on(self, balance: StockBalance) -> object:
        return balance.lot.expires_on

    @admin.display(description=_("free"))
    def available(self, balance: StockBalance) -> int:
        return balance.on_hand - balance.reserved

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockBalance]:
        return within_warehouses(request, super().get_queryset(request), permission="fulfillment.view_stockbalance")


@admin.register(StockMovement)
class StockMovementAdmin(KeptByServices):
    """The ledger of stock."""

    list_display = [
        "occurred_at",
        "kind",
        "sku",
        "warehouse",
        "bucket",
        "quantity",
        "unit_cost",
        "value",
        "on_hand_after",
        "document_ref",
        "is_assumed",
    ]
    list_filter = ["kind", "warehouse", "bucket", "is_assumed"]
    list_select_related = ["sku", "warehouse"]
    search_fields = ["^sku__code", "^document_ref", "^idempotency_key"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockMovement]:
        return within_warehouses(request, super().get_queryset(request), permission="fulfillment.view_stockmovement")


@admin.register(Reservation)
class ReservationAdmin(KeptByServices):
    """Pieces promised to orders."""

    list_display = ["sku", "warehouse", "quantity", "state", "order", "expires_at", "created_at", "ended_at"]
    list_filter = ["state", "warehouse"]
    list_select_related = ["sku", "warehouse", "order_line__order"]
    search_fields = ["^sku__code", "^order_line__order__number"]

    @admin.display(description=_("order"))
    def order(self, reservation: Reservation) -> str:
        line = reservation.order_line
        return line.order.number if line else "—"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reservation]:
        return within_warehouses(request, super().get_queryset(request), permission="fulfillment.view_reservation")


@admin.register(Lot)
class LotAdmin(KeptByServices):
    """Lots with their expiry."""

    list_display = ["sku", "code", "expires_on"]
    list_filter = ["expires_on"]
    list_select_related = ["sku"]
    search_fields = ["sku__code", "code"]


@admin.register(StockSnapshot)
class StockSnapshotAdmin(KeptByServices):
    """The stock at the end of each day."""

    list_display = ["day", "sku", "warehouse", "on_hand", "reserved", "value", "out_of_stock_seconds", "source"]
    list_filter = ["day", "warehouse", "source"]
    ordering = ["-day", "warehouse_id", "sku_id"]
    list_select_related = ["sku", "warehouse"]
    search_fields = ["sku__code"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockSnapshot]:
        return within_warehouses(request, super().get_queryset(request), permission="fulfillment.view_stocksnapshot")


@admin.register(DemandDay)
class DemandDayAdmin(KeptByServices):
    """What was asked for, day by day."""

    list_display = ["day", "sku", "warehouse", "units"]
    list_filter = ["day", "warehouse"]
    list_select_related = ["sku", "warehouse"]
    search_fields = ["sku__code"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DemandDay]:
        return within_warehouses(request, super().get_queryset(request), permission="fulfillment.view_demandday")
