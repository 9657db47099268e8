"""Demand histories as arrays, ready for the forecast."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db.models import DateField, Min, Q, QuerySet, Sum, Value
from numpy.typing import NDArray

from catalog.models import Sku, Store
from config.kernel.bulk import DaysUntil, Whole, read_numbers
from fulfillment.event_factors import EventSpan, daily_factors, measured_factors
from fulfillment.forecasting import DemandPanel
from fulfillment.models import Bucket, DemandDay, StockBalance, StockSnapshot, StoreSupply
from fulfillment.queries.many_skus import of_skus
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


def skus_to_check(
    warehouse_id: int, *, earliest: date, last: date, between: tuple[int, int] | None = None
) -> list[int]:
    """SKUs (between two ids) with demand in the range or stock in the warehouse, kits and retired ones left out, by id."""
    asked_for = DemandDay.objects.filter(warehouse_id=warehouse_id, day__range=(earliest, last))
    stocked = StockBalance.objects.filter(warehouse_id=warehouse_id, bucket=Bucket.AVAILABLE)
    alive = Sku.objects.filter(is_kit=False).exclude(state=Sku.State.RETIRED)
    if between is not None:
        ids = Q(sku__gte=between[0], sku__lte=between[1])
        asked_for, stocked = asked_for.filter(ids), stocked.filter(ids)
        alive = alive.filter(pk__range=between)
    # One condition, not two with OR between: PostgreSQL reads a whole list for each SKU once it is too long to be hashed.
    wanted: QuerySet[Any] = asked_for.order_by().values("sku_id").union(stocked.order_by().values("sku_id"))
    return list(alive.filter(pk__in=wanted).order_by("pk").values_list("pk", flat=True))


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


def _cells(
    found: QuerySet[Any], *names: str, sku_ids: Sequence[int], first: date
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[NDArray[np.int64]]]:
    """Rows and columns in a table of SKUs (by id) x days from `first` on, and whole numbers that belong there."""
    day = DaysUntil(Value(first, output_field=DateField()), "day")
    rows = found.annotate(column=day).values_list("sku_id", "column", *names)
    read = read_numbers(rows, names=("sku", "column", *names))
    ids = np.asarray(sku_ids, dtype=np.int64)
    row = np.searchsorted(ids, read["sku"])
    # Others may be among them, see of_skus.
    wanted = row < len(ids)
    wanted[wanted] = ids[row[wanted]] == read["sku"][wanted]
    return row[wanted], read["column"][wanted], [read[name][wanted] for name in names]


def load_history(
    warehouse_id: int,
    *,
    sku_ids: Sequence[int],
    first: date,
    last: date,
    factors: EventFactors,
    categories: Sequence[int | None],
) -> DemandHistory:
    """Demand and stock-outs of some SKUs, by id, over [first, last], grouped by their place in `categories`; three queries.

    Who is of none of them belongs to the first.
    """
    days = (last - first).days + 1
    here = {"warehouse_id": warehouse_id, "day__range": (first, last)}
    units = np.zeros((len(sku_ids), days))
    asked = DemandDay.objects.filter(of_skus(sku_ids), **here).order_by().annotate(ten_thousandths=Whole("units"))
    row, column, (amount,) = _cells(asked, "ten_thousandths", sku_ids=sku_ids, first=first)
    units[row, column] = amount / Whole.factor
    in_stock = np.ones((len(sku_ids), days), dtype=bool)
    snapshots = StockSnapshot.objects.filter(of_skus(sku_ids), **here).order_by()
    row, column, (on_hand, reserved, empty) = _cells(
        snapshots, "on_hand", "reserved", "out_of_stock_seconds", sku_ids=sku_ids, first=first
    )
    in_stock[row, column] = (on_hand > reserved) & (empty < EMPTY_SECONDS)
    known = np.bincount(row, minlength=len(sku_ids))
    # What sold on a day was there on that day, whatever the evening's count says.
    in_stock |= units > 0
    panel = DemandPanel.of(
        units,
        first_weekday=first.weekday(),
        in_stock=in_stock,
        uplift=factors.history,
        promo=factors.history != 1.0,
        group=_category_codes(sku_ids, categories),
        first_day_of_year=first.timetuple().tm_yday - 1,
    )
    return DemandHistory(sku_ids=tuple(sku_ids), panel=panel, unknown_days=days - known)


def categories_of(sku_ids: Sequence[int]) -> dict[int, int | None]:
    """The category of each SKU; None for none."""
    return dict(Sku.objects.filter(of_skus(sku_ids, field="pk")).values_list("pk", "product__category_id"))


def _category_codes(sku_ids: Sequence[int], categories: Sequence[int | None]) -> NDArray[np.int64]:
    category_of = categories_of(sku_ids)
    codes = {category: place for place, category in enumerate(categories)}
    return np.array([codes.get(category_of.get(sku_id), 0) for sku_id in sku_ids], dtype=np.int64)
