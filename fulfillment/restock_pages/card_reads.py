"""What the stock card of a SKU shows, of the warehouses in reach."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, QuerySet, Sum

from catalog.models import Sku
from fulfillment.models import (
    Bucket,
    PurchaseOrder,
    PurchaseOrderLine,
    RestockSuggestion,
    ShortLine,
    StockBalance,
    StockMovement,
    Warehouse,
)

LOTS_SHOWN = 50


@dataclass(frozen=True)
class Incoming:
    """What is still to come of a line of a purchase order."""

    order: PurchaseOrder
    quantity: int
    is_overdue: bool


@dataclass
class WarehouseStock:
    """A SKU in a warehouse, in pieces. `owed` are shortages of orders already sold."""

    warehouse: Warehouse
    on_hand: int = 0
    reserved: int = 0
    owed: int = 0
    other: dict[str, int] = field(default_factory=dict)
    incoming: list[Incoming] = field(default_factory=list)

    def add(self, balance: StockBalance) -> None:
        """Count a balance: for sale, or apart under what it is."""
        if balance.bucket == Bucket.AVAILABLE:
            self.on_hand += balance.on_hand
            self.reserved += balance.reserved
        elif balance.on_hand:
            label = str(Bucket(balance.bucket).label)
            self.other[label] = self.other.get(label, 0) + balance.on_hand

    @property
    def available(self) -> int:
        """What a new order could take; below zero when more is owed than is there."""
        return self.on_hand - self.reserved - self.owed

    @property
    def incoming_units(self) -> int:
        """Pieces on order."""
        return sum(one.quantity for one in self.incoming)


def balances_of(sku: Sku, *, warehouses: Collection[Warehouse]) -> list[StockBalance]:
    """Every balance of a SKU, the lots that expire first on top; one query."""
    balances = StockBalance.objects.filter(sku=sku, warehouse__in=list(warehouses)).select_related("lot", "warehouse")
    return list(balances.order_by(F("lot__expires_on").asc(nulls_last=True), "pk"))


def lots_of(balances: Iterable[StockBalance]) -> list[StockBalance]:
    """What lies there by named or expiring lot."""
    named = [one for one in balances if one.on_hand and (one.lot.code or one.lot.expires_on)]
    return named[:LOTS_SHOWN]


def stock_by_warehouse(
    sku: Sku, *, warehouses: Collection[Warehouse], balances: Iterable[StockBalance], today: date
) -> list[WarehouseStock]:
    """A SKU in each warehouse that ever had it or waits for it; two queries."""
    found = {warehouse.pk: WarehouseStock(warehouse) for warehouse in warehouses}
    known: set[int] = set()
    for balance in balances:
        known.add(balance.warehouse_id)
        found[balance.warehouse_id].add(balance)
    open_shortages = ShortLine.objects.filter(state=ShortLine.State.OPEN, sku=sku, warehouse__in=list(found))
    for warehouse_id, missing in open_shortages.order_by().values_list("warehouse_id").annotate(Sum("quantity")):
        assert warehouse_id is not None
        known.add(warehouse_id)
        found[warehouse_id].owed = missing
    for line in incoming_lines(sku, warehouses=found):
        known.add(line.order.warehouse_id)
        found[line.order.warehouse_id].incoming.append(_incoming(line, today=today))
    return [stock for warehouse_id, stock in found.items() if warehouse_id in known]


def incoming_lines(sku: Sku, *, warehouses: Mapping[int, Any]) -> QuerySet[PurchaseOrderLine]:
    """Lines of open purchase orders of which something is still to come, the next to arrive first."""
    lines = PurchaseOrderLine.objects.filter(
        sku=sku,
        order__warehouse__in=list(warehouses),
        order__state__in=PurchaseOrder.OPEN_STATES,
        quantity__gt=F("received_quantity"),
    )
    return lines.select_related("order__supplier", "order__warehouse").order_by(
        F("order__expected_on").asc(nulls_last=True), "pk"
    )


def _incoming(line: PurchaseOrderLine, *, today: date) -> Incoming:
    expected = line.order.expected_on
    return Incoming(
        order=line.order,
        quantity=line.open_quantity,
        is_overdue=expected is not None and expected < today and line.order.state in PurchaseOrder.ON_THE_WAY,
    )


def movements_of(
    sku: Sku, *, warehouses: Collection[Warehouse], before: int | None, size: int
) -> tuple[list[StockMovement], int | None]:
    """A page of the movements, the newest first, and the key that the next page begins below (None at the end)."""
    rows = StockMovement.objects.filter(sku=sku, warehouse__in=list(warehouses)).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = list(rows.select_related("warehouse", "lot", "actor")[: size + 1])
    return page[:size], page[size - 1].pk if len(page) > size else None


def open_suggestions(suggestions: QuerySet[RestockSuggestion], sku: Sku) -> list[RestockSuggestion]:
    """What waits for a decision; one query."""
    rows = suggestions.filter(sku=sku, state=RestockSuggestion.State.OPEN)
    return list(rows.select_related("warehouse", "supplier").order_by("warehouse__code"))
