"""How well we would have forecast: week by week over the past, beside naive and simple exponential smoothing."""

from datetime import date, timedelta

import numpy as np
from django.db.models import Min, Sum
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from catalog.models import Sku, Store
from config.kernel.errors import DomainError
from config.kernel.store_time import week_start
from fulfillment.forecasting import AccuracyReport, WeeklyUnits, weekly_accuracy
from fulfillment.models import ForecastAccuracy, OrderLine

LONGEST_HISTORY_WEEKS = 104


def weekly_units(store: Store | None, *, as_of: date) -> tuple[WeeklyUnits, list[int]]:
    """Units of goods and gifts by SKU and whole Monday week up to `as_of`, cancellations not netted; and the SKU ids.

    Rows of kits count for the kit itself: the level is what was ordered.
    """
    end = week_start(as_of + timedelta(days=1))
    start = end - timedelta(weeks=LONGEST_HISTORY_WEEKS)
    lines = OrderLine.objects.filter(
        sku__isnull=False, kind__in=[OrderLine.Kind.GOODS, OrderLine.Kind.GIFT], order__placed_on__lt=end
    )
    if store is not None:
        lines = lines.filter(order__store=store)
    first_sales = dict(lines.values_list("sku_id").annotate(Min("order__placed_on")))
    if not first_sales:
        raise DomainError("no_orders", _("There are no orders before that day."))
    start = max(start, week_start(min(first_sales.values())))
    weeks = (end - start).days // 7
    sku_ids = sorted(first_sales)
    index = {sku_id: row for row, sku_id in enumerate(sku_ids)}
    units = np.zeros((len(sku_ids), weeks))
    by_day = (
        lines.filter(order__placed_on__gte=start).values_list("sku_id", "order__placed_on").annotate(Sum("quantity"))
    )
    for sku_id, day, quantity in by_day.order_by().iterator():
        units[index[sku_id], (day - start).days // 7] += quantity
    first_week = np.array([(first_sales[sku_id] - start).days // 7 for sku_id in sku_ids])
    return WeeklyUnits(units=units, first_sale_week=first_week, category=_categories(sku_ids)), sku_ids


def _categories(sku_ids: list[int]) -> NDArray[np.int64] | None:
    known = dict(Sku.objects.filter(pk__in=sku_ids).values_list("pk", "product__category_id"))
    if not any(known.values()):
        return None
    codes: dict[int | None, int] = {}
    return np.array([codes.setdefault(known.get(sku_id), len(codes)) for sku_id in sku_ids])


def measure_accuracy(*, store_code: str, weeks: int, as_of: date) -> AccuracyReport:
    """Measure, keep the lines as `ForecastAccuracy` rows, and return the report. Raises DomainError without orders."""
    store = Store.objects.filter(code=store_code).first() if store_code else None
    if store_code and store is None:
        raise DomainError("store_unknown", _("There is no store with the code %(code)s.") % {"code": store_code})
    history, _sku_ids = weekly_units(store, as_of=as_of)
    if history.units.shape[1] <= weeks:
        raise DomainError("history_too_short", _("The history is shorter than the weeks asked for."))
    report = weekly_accuracy(history, origins=weeks)
    ForecastAccuracy.objects.bulk_create(
        ForecastAccuracy(
            as_of=as_of,
            store=store,
            weeks=weeks,
            level=line.level,
            method=line.method,
            series_count=line.buckets,
            wape=line.wape,
            bias=line.bias,
            rmse=line.rmse,
        )
        for line in report.lines
    )
    return report
