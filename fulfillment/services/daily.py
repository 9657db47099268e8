"""Facts per day, rebuilt by whole days from the ledger and the order lines, never added to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum

from catalog.models import KitPart, Store
from catalog.services import DailySalesRow, replace_daily_sales
from config.kernel.commits import in_small_commits
from config.kernel.stale import clear_stale, stale_days
from fulfillment.models import DemandDay, Order, OrderLine, RefundLine, StoreSupply
from fulfillment.queries.daily_sales import GIFT, GOODS, SALES_FACT, figures_by_sku

DEMAND_FACT = "demand"
# A buyer who changes his mind within a day never asked for the goods.
CHANGED_MIND = timedelta(hours=24)
STEP = Decimal("0.0001")


def rebuild_stale_days(*, store_code: str | None = None) -> int:
    """Rebuild whatever was marked stale; returns how many store days. Safe to repeat and to run twice at once."""
    return rebuild_daily_sales(store_code=store_code) + _rebuild_stale_demand(store_code)


def rebuild_daily_sales(*, store_code: str | None = None) -> int:
    """Rebuild `catalog.DailySales` of the stale days of one store or of all."""
    marks = [mark for mark in stale_days(SALES_FACT) if store_code in (None, mark[0])]

    def rebuild(batch: list[tuple[str, date, int]]) -> None:
        for code, day, last_id in batch:
            replace_daily_sales(code, day=day, rows=_sales_rows(code, day))
            clear_stale(SALES_FACT, store_code=code, day=day, up_to_id=last_id)

    return in_small_commits(marks, rebuild)


def rebuild_demand(store: Store, *, days: Sequence[date] | None = None) -> int:
    """Rebuild `DemandDay` of the warehouses that supply a store, on these days or on all; returns how many days.

    Nothing happens while no warehouse supplies the store.
    """
    supplies = _Supplies.around(store)
    if not supplies.warehouses:
        return 0
    if days is None:
        ordered = Order.objects.filter(store_id__in=supplies.stores).values_list("placed_on", flat=True)
        days = list(ordered.distinct().order_by("placed_on"))

    def rebuild(batch: list[date]) -> None:
        for day in batch:
            _replace_demand(supplies, day)

    return in_small_commits(days, rebuild)


def _rebuild_stale_demand(store_code: str | None) -> int:
    by_store: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for code, day, last_id in stale_days(DEMAND_FACT):
        if store_code in (None, code):
            by_store[code].append((day, last_id))
    for store in Store.objects.filter(code__in=by_store):
        marks = by_store[store.code]
        rebuild_demand(store, days=[day for day, _ in marks])

        def clear(batch: list[tuple[date, int]], code: str = store.code) -> None:
            for day, last_id in batch:
                clear_stale(DEMAND_FACT, store_code=code, day=day, up_to_id=last_id)

        in_small_commits(marks, clear)
    return sum(len(marks) for marks in by_store.values())


def _sales_rows(store_code: str, day: date) -> list[DailySalesRow]:
    found = figures_by_sku(store_code=store_code, day=day)
    return [DailySalesRow(sku_id=sku_id, **figures._asdict()) for (_store, _day, sku_id), figures in found]


class _Supplies:
    """The warehouses of a store and every store that draws on one of them, with its share."""

    def __init__(self, warehouses: Iterable[int], shares: dict[int, list[tuple[int, Decimal]]]) -> None:
        self.warehouses = sorted(warehouses)
        self.shares = shares

    @classmethod
    def around(cls, store: Store) -> "_Supplies":
        warehouses = set(StoreSupply.objects.filter(store=store).values_list("warehouse_id", flat=True))
        rows = StoreSupply.objects.filter(warehouse_id__in=warehouses).order_by("store_id", "priority", "pk")
        shares: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
        for store_id, warehouse_id, share in rows.values_list("store_id", "warehouse_id", "share"):
            shares[store_id].append((warehouse_id, share))
        return cls(warehouses, shares)

    @property
    def stores(self) -> list[int]:
        return sorted(self.shares)


def _replace_demand(supplies: _Supplies, day: date) -> None:
    units = _demand(supplies, day)
    DemandDay.objects.filter(warehouse_id__in=supplies.warehouses, day=day).delete()
    DemandDay.objects.bulk_create(
        DemandDay(warehouse_id=warehouse_id, sku_id=sku_id, day=day, units=amount)
        for (warehouse_id, sku_id), amount in sorted(units.items())
        if amount
    )


def _demand(supplies: _Supplies, day: date) -> dict[tuple[int, int], Decimal]:
    """Units by (warehouse, SKU): shipped lines by their warehouse, the others by the store's shares."""
    units: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for store_id, sku_id, warehouse_id, quantity in _pieces(supplies, day):
        if warehouse_id is None:
            for supplier_id, share in supplies.shares.get(store_id, ()):
                units[supplier_id, sku_id] += (quantity * share).quantize(STEP)
        elif warehouse_id in supplies.warehouses:
            units[warehouse_id, sku_id] += quantity
    return units


def _pieces(supplies: _Supplies, day: date) -> list[tuple[int, int, int | None, int]]:
    """(store, SKU, warehouse or None, pieces) of a day, kits by their parts, less what was cancelled within a day."""
    orders = _orders_that_count().filter(placed_on=day)
    at_hand = Q(order__store_id__in=supplies.stores) | Q(warehouse_id__in=supplies.warehouses)
    lines = OrderLine.objects.filter(at_hand, order__in=orders, kind__in=(GOODS, GIFT), sku__isnull=False)
    columns = ("order__store_id", "sku_id", "warehouse_id")
    found = list(lines.values_list(*columns).annotate(Sum("quantity")))
    soon = RefundLine.objects.filter(
        ~Q(refund__external_number="", order_line__order__is_history=True),
        refund__refunded_at__lte=F("order_line__order__placed_at") + CHANGED_MIND,
        refund__state="succeeded",
        order_line__in=lines,
    )
    taken = soon.values_list(*(f"order_line__{name}" for name in columns)).annotate(Sum("quantity"))
    found += [(store_id, sku_id, warehouse_id, -units) for store_id, sku_id, warehouse_id, units in taken]
    return _without_kits(found)


def _orders_that_count() -> Any:
    """All but those cancelled within a day, those of an import that was undone, and those held for a check."""
    early = Q(state=Order.State.CANCELLED, cancelled_at__lte=F("placed_at") + CHANGED_MIND)
    time_known = Q(is_history=False) | Q(paid_at__isnull=True)
    undone = Q(import_batch__state="undone")
    return Order.objects.exclude(early & time_known).exclude(undone).exclude(state=Order.State.RISK_HOLD)


def _without_kits(rows: list[tuple[int, int, int | None, int]]) -> list[tuple[int, int, int | None, int]]:
    parts: dict[int, list[tuple[int, int]]] = defaultdict(list)
    kits = KitPart.objects.filter(kit_id__in={row[1] for row in rows})
    for kit_id, part_id, quantity in kits.values_list("kit_id", "part_id", "quantity"):
        parts[kit_id].append((part_id, quantity))
    return [
        (store_id, part_id, warehouse_id, units * quantity)
        for store_id, sku_id, warehouse_id, units in rows
        for part_id, quantity in parts.get(sku_id) or [(sku_id, 1)]
    ]
