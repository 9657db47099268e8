"""The demo's stock: opening counts through the stock doors, and the evenings on which shelves were empty."""

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Sum

from catalog.models import Sku
from config.demo.goods import DemoSku
from config.demo.ground import Ground
from config.demo.trade import BEIJING
from config.kernel.money import round_money
from fulfillment.models import DemandDay, StockBalance, StockMovement, StockSnapshot, Warehouse
from fulfillment.services.stock import Delivery, find_lot, receive_stock

# How many of the best sellers each warehouse holds; the main one holds everything.
RANGE = {"hangzhou": 10_000, "tmall-east": 150, "guangzhou": 120, "chengdu": 40}
EMPTY_SHARE = 0.06
EVENINGS = 60


def fill_shelves(ground: Ground, skus: Sequence[DemoSku], source: random.Random, *, now: datetime) -> int:
    """Count in opening stock, with lots and expiry for food; some SKUs start empty. Returns the movements made."""
    by_weight = sorted(skus, key=lambda sku: -sku.weight)
    movements = 0
    for code, count in RANGE.items():
        warehouse = ground.warehouses[code]
        for sku in by_weight[:count]:
            if source.random() < EMPTY_SHARE:
                continue
            _count_in(ground.skus[sku.code], sku, warehouse, source, now=now)
            movements += 1
    return movements


def _count_in(row: Sku, sku: DemoSku, warehouse: Warehouse, source: random.Random, *, now: datetime) -> None:
    shelf_days = row.shelf_life_days or 0
    expires_on = now.date() + timedelta(days=source.randrange(40, shelf_days)) if 0 < shelf_days < 400 else None
    lot = find_lot(
        row, code=f"{warehouse.code[:2].upper()}{now:%y%m}{sku.code[-3:]}" if expires_on else "", expires_on=expires_on
    )
    receive_stock(
        Delivery(
            sku_id=row.pk,
            warehouse_id=warehouse.pk,
            lot_id=lot.pk,
            quantity=max(int(sku.weight * source.uniform(1.5, 9.0)), 3),
            unit_cost=sku.cost,
        ),
        key=f"demo:opening:{warehouse.code}:{sku.code}",
        document_ref="期初盘点",
        occurred_at=now,
    )


def note_full_shelves(ground: Ground, *, last: date) -> int:
    """Snapshots of what lay on the shelves on the last evenings, reckoned back from today by what was asked for."""
    units: dict[tuple[int, int, date], int] = defaultdict(int)
    first = last - timedelta(days=EVENINGS - 1)
    for sku, warehouse, day, asked in DemandDay.objects.filter(day__gt=first).values_list(
        "sku", "warehouse", "day", "units"
    ):
        units[sku, warehouse, day] = round(asked)
    noted = set(StockSnapshot.objects.filter(day__gte=first).values_list("sku", "warehouse", "day"))
    costs = {row.pk: row.unit_cost or Decimal(0) for row in ground.skus.values()}
    rows = []
    ended = datetime.combine(last + timedelta(days=1), time(), tzinfo=BEIJING)
    since = StockMovement.objects.filter(occurred_at__gte=ended).order_by().values_list("sku", "warehouse")
    moved = {(sku, warehouse): units for sku, warehouse, units in since.annotate(Sum("quantity"))}
    held = StockBalance.objects.values_list("sku", "warehouse").annotate(Sum("on_hand")).order_by("sku", "warehouse")
    for sku, warehouse, on_hand in held:
        level = on_hand - moved.get((sku, warehouse), 0)
        for place in range(EVENINGS):
            day = last - timedelta(days=place)
            if (sku, warehouse, day) not in noted:
                worth = round_money(costs.get(sku, Decimal(0)) * level)
                rows.append(
                    StockSnapshot(
                        day=day, sku_id=sku, warehouse_id=warehouse, on_hand=level, value=worth, source="import"
                    )
                )
            level += units[sku, warehouse, day]  # the evening before
    StockSnapshot.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def note_empty_shelves(ground: Ground, gone: dict[str, tuple[date, date]]) -> int:
    """Snapshots of the evenings on which SKUs were out of stock, in every warehouse; other evenings stay unknown."""
    rows = [
        StockSnapshot(
            day=first + timedelta(days=place),
            sku=ground.skus[code],
            warehouse=warehouse,
            on_hand=0,
            out_of_stock_seconds=24 * 60 * 60,
            source=StockSnapshot.Source.IMPORT,
        )
        for code, (first, last) in gone.items()
        for place in range((last - first).days + 1)
        for warehouse in ground.warehouses.values()
    ]
    StockSnapshot.objects.bulk_create(rows, batch_size=500)
    return len(rows)
