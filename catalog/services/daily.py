"""Daily facts that the rooms above report down: a day is always replaced whole."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from catalog.models import DailySales, DailyTraffic, Store
from config.kernel.sql import insert_many


@dataclass(frozen=True, slots=True)
class DailySalesRow:
    """What a SKU sold on a day, in the store's currency; `revenue` is net of discounts and before refunds."""

    sku_id: int
    order_count: int
    units: int
    revenue: Decimal
    cost: Decimal | None = None
    gift_units: int = 0
    refund_units: int = 0
    refund_amount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class DailyTrafficRow:
    """How often a SKU was shown and seen on a day."""

    sku_id: int
    impressions: int = 0
    clicks: int = 0
    visitors: int = 0
    page_views: int = 0
    cart_adds: int = 0


@transaction.atomic
def replace_daily_sales(store_code: str, *, day: date, rows: Sequence[DailySalesRow]) -> int:
    """Put the rows in the place of what the day held; returns how many there are."""
    store = Store.objects.get(code=store_code)
    DailySales.objects.filter(store=store, day=day).delete()
    insert_many([DailySales(store_id=store.pk, day=day, **_values(row)) for row in rows])
    return len(rows)


@transaction.atomic
def replace_daily_traffic(store_code: str, *, day: date, rows: Sequence[DailyTrafficRow]) -> int:
    """Put the rows in the place of what the day held; returns how many there are."""
    store = Store.objects.get(code=store_code)
    DailyTraffic.objects.filter(store=store, day=day).delete()
    insert_many([DailyTraffic(store_id=store.pk, day=day, **_values(row)) for row in rows])
    return len(rows)


def _values(row: DailySalesRow | DailyTrafficRow) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in fields(row)}
