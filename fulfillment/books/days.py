"""Daily sales, by store, day and SKU, against the ledger that they are built from."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from catalog.models import DailySales, Sku, Store
from config.kernel.stale import stale_days
from fulfillment.queries.daily_sales import SALES_FACT, DailyFigures, figures_by_sku

Key = tuple[int, date, int]
Row = tuple[Key, DailyFigures]
COLUMNS = ("order_count", "units", "gift_units", "revenue", "cost", "refund_units", "refund_amount")


def daily_sales_against_ledger() -> Iterator[str]:
    """Every figure of a SKU's day is what the ledger says; days that wait to be built again are passed over."""
    codes = dict(Store.objects.values_list("pk", "code"))
    waiting = {(code, day) for code, day, _last in stale_days(SALES_FACT)}
    for (store_id, day, sku_id), ledger, facts in _differences(figures_by_sku(), _facts()):
        if (codes[store_id], day) in waiting:
            continue
        sku = Sku.objects.values_list("code", flat=True).get(pk=sku_id)
        yield f"{codes[store_id]} {day} {sku}: ledger {_words(ledger)}, daily sales {_words(facts)}"


def _facts() -> Iterator[Row]:
    rows = DailySales.objects.order_by("store_id", "day", "sku_id")
    for store_id, day, sku_id, *figures in rows.values_list("store_id", "day", "sku_id", *COLUMNS).iterator():
        yield (store_id, day, sku_id), DailyFigures(*figures)


def _differences(
    ledger: Iterator[Row], facts: Iterator[Row]
) -> Iterator[tuple[Key, DailyFigures | None, DailyFigures | None]]:
    """Walk both in the order of their keys, in the memory of one row each; what stands on one side or differs."""
    left, right = next(ledger, None), next(facts, None)
    while left or right:
        if right is None or (left is not None and left[0] < right[0]):
            assert left is not None
            yield left[0], left[1], None
            left = next(ledger, None)
        elif left is None or right[0] < left[0]:
            yield right[0], None, right[1]
            right = next(facts, None)
        else:
            if left[1] != right[1]:
                yield left[0], left[1], right[1]
            left, right = next(ledger, None), next(facts, None)


def _words(figures: DailyFigures | None) -> str:
    if figures is None:
        return "nothing"
    named: Mapping[str, Any] = figures._asdict()
    return " ".join(f"{name}={value}" for name, value in named.items())
