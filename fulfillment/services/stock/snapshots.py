"""The stock at the end of each day, worked out from the balances and what moved since."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from config.kernel.commits import in_small_commits
from config.kernel.store_time import day_range, zone_of
from fulfillment.models import Bucket, StockBalance, StockMovement, StockSnapshot
from fulfillment.stock_rules import NOTHING

Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Change:
    occurred_at: datetime
    quantity: int
    value: Decimal


def take_stock_snapshot(day: date) -> int:
    """Note what was for sale at the end of a day, and how long nothing was; returns the rows. Again gives the same rows.

    The reserved pieces are those of the moment of the call: promises keep no history.
    """
    start, end = day_range(day, zone_of(settings.TIME_ZONE))
    moves = _moves_since(start)
    rows = [
        _snapshot(day, key, now=now, moves=moves.get(key, ()), start=start, end=end) for key, now in _balances().items()
    ]
    return in_small_commits(rows, _save, largest=500)


def _balances() -> dict[Key, tuple[int, int, Decimal]]:
    sums = (
        StockBalance.objects.filter(bucket=Bucket.AVAILABLE)
        .order_by()
        .values_list("sku_id", "warehouse_id")
        .annotate(on_hand=Sum("on_hand"), reserved=Sum("reserved"), value=Sum("value"))
    )
    return {(sku, warehouse): (on_hand, reserved, value) for sku, warehouse, on_hand, reserved, value in sums}


def _moves_since(start: datetime) -> dict[Key, list[_Change]]:
    """The movements since a moment by SKU and warehouse, newest first."""
    rows = StockMovement.objects.filter(occurred_at__gte=start, bucket=Bucket.AVAILABLE).order_by("-occurred_at", "-pk")
    found: dict[Key, list[_Change]] = defaultdict(list)
    for move in rows.only("sku_id", "warehouse_id", "occurred_at", "quantity", "value").iterator():
        found[move.sku_id, move.warehouse_id].append(_Change(move.occurred_at, move.quantity, move.value))
    return found


def _snapshot(
    day: date,
    key: Key,
    *,
    now: tuple[int, int, Decimal],
    moves: Sequence[_Change],
    start: datetime,
    end: datetime,
) -> StockSnapshot:
    later = [move for move in moves if move.occurred_at >= end]
    that_day = [move for move in moves if move.occurred_at < end]
    on_hand = now[0] - sum(move.quantity for move in later)
    return StockSnapshot(
        day=day,
        sku_id=key[0],
        warehouse_id=key[1],
        on_hand=on_hand,
        reserved=now[1],
        value=now[2] - sum((move.value for move in later), NOTHING),
        out_of_stock_seconds=_seconds_without(on_hand, that_day, start=start, end=end),
    )


def _seconds_without(on_hand: int, moves: Sequence[_Change], *, start: datetime, end: datetime) -> int:
    """How long nothing lay there between start and end, going back from the end; `moves` are newest first."""
    seconds, until = 0.0, end
    for move in moves:
        if on_hand <= 0:
            seconds += (until - move.occurred_at).total_seconds()
        on_hand -= move.quantity
        until = move.occurred_at
    if on_hand <= 0:
        seconds += (until - start).total_seconds()
    return round(seconds)


def _save(rows: list[StockSnapshot]) -> None:
    with transaction.atomic():
        StockSnapshot.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["day", "warehouse", "sku"],
            update_fields=["on_hand", "reserved", "value", "out_of_stock_seconds", "source"],
        )
