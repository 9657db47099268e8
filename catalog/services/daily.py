"""Daily facts that the rooms above report down: a day is always replaced whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from catalog.models import DailySales, DailyTraffic, Store
from config.kernel.sql import insert_many

DAYS_AT_ONCE = 400


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


def replace_daily_sales(store_code: str, *, day: date, rows: Sequence[DailySalesRow]) -> int:
    """Put the rows in the place of what the day held; returns how many there are."""
    return _replace(DailySales, store_code, {day: rows})


def replace_many_daily_sales(store_code: str, *, rows: Mapping[date, Sequence[DailySalesRow]]) -> int:
    """The same for many days in one transaction; a day without rows becomes empty. Returns the number of rows."""
    return _replace(DailySales, store_code, rows)


def replace_daily_traffic(store_code: str, *, day: date, rows: Sequence[DailyTrafficRow]) -> int:
    """Put the rows in the place of what the day held; returns how many there are."""
    return _replace(DailyTraffic, store_code, {day: rows})


@transaction.atomic
def _replace(model: type[models.Model], store_code: str, rows: Mapping[date, Sequence[Any]]) -> int:
    store_id = Store.objects.values_list("pk", flat=True).get(code=store_code)
    days = sorted(rows)
    for start in range(0, len(days), DAYS_AT_ONCE):
        model._default_manager.filter(store_id=store_id, day__in=days[start : start + DAYS_AT_ONCE]).delete()
    facts = [model(store_id=store_id, day=day, **_columns(row)) for day in days for row in rows[day]]
    insert_many(facts)
    return len(facts)


def _columns(row: Any) -> dict[str, Any]:
    return {one.name: getattr(row, one.name) for one in fields(row)}
