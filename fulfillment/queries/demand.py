"""Demand histories as arrays, ready for the forecast."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.db.models import Min, Q, QuerySet, Sum
from numpy.typing import NDArray

from catalog.models import Sku, Store
from fulfillment.event_factors import EventSpan, daily_factors, measured_factors
from fulfillment.forecasting import DemandPanel
from fulfillment.models import Bucket, DemandDay, StockBalance, StockSnapshot, StoreSupply
from marketing.models import EventPeriod
from marketing.queries import event_periods

# A day counts as out of stock when it ended empty or was empty for a quarter of the day.
EMPTY_SECONDS = 6 * 60 * 60
CHINESE_ZONES = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing", "Asia/Harbin", "PRC")


@dataclass(frozen=True)
class EventFactors:
    """Factors by day of the history (t,) and of the days ahead (h,), the same for every SKU of a warehouse."""

    history: NDArray[np.float64]
    ahead: NDArray[np.float64]


@dataclass(frozen=True)
class DemandHistory:
    """The histories of some SKUs in a warehouse: row i of the panel belongs to sku_ids[i]."""

    sku_ids: tuple[int, ...]
    panel: DemandPanel
    # (n,) days without a snapshot: treated as in stock, counted and shown
    unknown_days: NDArray[np.int64]


def first_demand_day(warehouse_id: int, *, earliest: date, last: date) -> date | None:
    """The first day on which the warehouse was asked for anything within [earliest, last]."""
    days = DemandDay.objects.filter(warehouse_id=warehouse_id, day__range=(earliest, last))
    found: date | None = days.aggregate(first=Min("day"))["first"]
    return found


def skus_to_check(warehouse_id: int, *, earliest: date, last: date) -> list[int]:
    """SKUs with demand in the range or stock in the warehouse, kits and retired ones left out, by id."""
    asked_for = DemandDay.objects.filter(warehouse_id=warehouse_id, day__range=(earliest, last)).values("sku_id")
    stocked = StockBalance.objects.filter(warehouse_id=warehouse_id, bucket=Bucket.AVAILABLE).values("sku_id")
    wanted = Q(pk__in=asked_for) | Q(pk__in=stocked)
    alive = Sku.objects.filter(wanted, is_kit=False).exclude(state=Sku.State.RETIRED)
    return list(alive.order_by("pk").values_list("pk", flat=True))


def _event_spans(warehouse_id: int, *, first: date, last: date) -> list[EventSpan]:
    supplies = StoreSupply.objects.filter(warehouse_id=warehouse_id)
    # The assumed uplifts describe the Chinese market: elsewhere an event begins without an opinion.
    is_chinese = Store.objects.filter(supplies__in=supplies, time_zone__in=CHINESE_ZONES).exists()
    return [
        EventSpan(
            key=(period.event.code, period.phase),
            first=(period.starts_on - first).days,
            last=(period.ends_on - first).days,
            assumed=float(period.assumed_uplift) if is_chinese else 1.0,
        )
        for period in _periods_of_channels(supplies, first=first, last=last)
    ]


def _periods_of_channels(supplies: QuerySet[StoreSupply], *, first: date, last: date) -> list[EventPeriod]:
    """The event dates of the channels that draw on a warehouse, each once; without a store the general dates."""
    channels = supplies.order_by("store__channel_id").values_list("store__channel_id", flat=True).distinct()
    found: dict[tuple[int, str, date, date], EventPeriod] = {}
    wanted: list[int | None] = [*channels] or [None]
    for channel_id in wanted:
        for period in event_periods(channel_id, first=first, last=last):
            found.setdefault((period.event_id, period.phase, period.starts_on, period.ends_on), period)
    return list(found.values())


def event_factors(warehouse_id: int, *, first: date, last: date, horizon_days: int) -> EventFactors:
    """The event factors of a warehouse over [first, last] and the `horizon_days` after it."""
    days = (last - first).days + 1
    spans = _event_spans(warehouse_id, first=first, last=last + timedelta(days=horizon_days))
    total = np.zeros(days)
    by_day = DemandDay.objects.filter(warehouse_id=warehouse_id, day__range=(first, last)).values_list("day")
    for day, units in by_day.annotate(Sum("units")):
        total[(day - first).days] = float(units)
    factors = daily_factors(days + horizon_days, spans, measured_factors(total, spans))
    return EventFactors(history=factors[:days], ahead=factors[days:])


def _fill(
    table: NDArray[np.float64], rows: Iterable[tuple[int, date, object]], *, index: dict[int, int], first: date
) -> None:
    for sku_id, day, value in rows:
        table[index[sku_id], (day - first).days] = float(value)  # type: ignore[arg-type]


def load_history(
    warehouse_id: int, *, sku_ids: Sequence[int], first: date, last: date, factors: EventFactors
) -> DemandHistory:
    """Demand, stock-outs and categories of some SKUs over [first, last]; three queries."""
    days = (last - first).days + 1
    index = {sku_id: row for row, sku_id in enumerate(sku_ids)}
    here = {"warehouse_id": warehouse_id, "sku_id__in": list(sku_ids), "day__range": (first, last)}
    units = np.zeros((len(sku_ids), days))
    _fill(
        units,
        DemandDay.objects.filter(**here).values_list("sku_id", "day", "units").iterator(),
        index=index,
        first=first,
    )
    in_stock = np.ones((len(sku_ids), days), dtype=bool)
    known = np.zeros(len(sku_ids), dtype=np.int64)
    snapshots = StockSnapshot.objects.filter(**here).values_list(
        "sku_id", "day", "on_hand", "reserved", "out_of_stock_seconds"
    )
    for sku_id, day, on_hand, reserved, empty in snapshots.iterator():
        known[index[sku_id]] += 1
        in_stock[index[sku_id], (day - first).days] = on_hand > reserved and empty < EMPTY_SECONDS
    # What sold on a day was there on that day, whatever the evening's count says.
    in_stock |= units > 0
    panel = DemandPanel.of(
        units,
        first_weekday=first.weekday(),
        in_stock=in_stock,
        uplift=factors.history,
        promo=factors.history != 1.0,
        group=_category_codes(sku_ids),
        first_day_of_year=first.timetuple().tm_yday - 1,
    )
    return DemandHistory(sku_ids=tuple(sku_ids), panel=panel, unknown_days=days - known)


def _category_codes(sku_ids: Sequence[int]) -> NDArray[np.int64]:
    category_of = dict(Sku.objects.filter(pk__in=list(sku_ids)).values_list("pk", "product__category_id"))
    codes: dict[int | None, int] = {}
    return np.array([codes.setdefault(category_of.get(sku_id), len(codes)) for sku_id in sku_ids], dtype=np.int64)
