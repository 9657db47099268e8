"""What a report says: figures and codes only, so that it reads in both languages and never changes afterwards."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from analytics.headline import NOTHING, headline
from analytics.measures import Measures
from analytics.metrics import WITH_SOURCE, Metric, kept_change, relative_change
from analytics.periods import Period, comparisons
from analytics.queries.figures import (
    CurrencyGroup,
    additive_measures,
    currency_groups,
    first_day,
    measures_by_day,
    measures_by_store,
    with_buyers,
    with_repurchase,
)
from analytics.queries.movers import moved_products, moved_segments
from analytics.queries.quality import data_quality, events_in
from analytics.queries.service import with_service
from analytics.queries.stock import stock_state, with_stock
from analytics.services.outliers import find_outliers
from catalog.models import Store

TREND_DAYS = 35


def report_content(
    kind: str, *, store: Store | None, stores: Sequence[Store], period: Period, now: datetime
) -> dict[str, Any]:
    """The whole content of a report; `stores` are the store itself, or all of them."""
    compared = comparisons(kind, period)
    groups = currency_groups(stores, [period, *compared.values()])
    return {
        "kind": kind,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "stores": [{"code": one.code, "name": one.name, "english_name": one.english_name} for one in stores],
        "compared": {name: [other.first.isoformat(), other.last.isoformat()] for name, other in compared.items()},
        "sections": [_section(group, period=period, compared=compared, now=now) for group in groups],
        "products": moved_products(stores, now=period, before=compared["previous"]),
        "stock": stock_state(stores, period),
        "segments": moved_segments(store, now=period),
        "events": events_in(stores, first=period.first, last=period.last),
        "quality": data_quality(stores, period),
    }


def _section(group: CurrencyGroup, *, period: Period, compared: Mapping[str, Period], now: datetime) -> dict[str, Any]:
    figures = {name: _measures(group, other, now=now) for name, other in {"now": period, **compared}.items()}
    trend = Period(min(period.first, period.last - timedelta(days=TREND_DAYS - 1)), period.last)
    by_day = measures_by_day(group, trend)
    days = [trend.first + timedelta(days=place) for place in range(trend.days)]
    # A time of which nothing is known is no yardstick.
    start = first_day(group)
    known = {name for name, other in compared.items() if start and start <= other.last}
    # A weekday is compared with its like; a week or month with the one before.
    against = "week_before" if "week_before" in known else "previous"
    stores = {name: measures_by_store(group, other) for name, other in {"now": period, **compared}.items()}
    return {
        "currency": group.currency,
        "is_converted": group.is_converted,
        "metrics": [_metric_row(metric, figures, known=known) for metric in WITH_SOURCE],
        "headline": headline(stores["now"], stores[against], against=against),
        "by_store": _by_store(stores["now"], stores[against]),
        "uncosted": str(figures["now"].uncosted_amount),
        "trend": [
            {
                "day": day.isoformat(),
                "gmv": str(by_day.get(day, NOTHING).paid_amount),
                "orders": by_day.get(day, NOTHING).paid_orders,
            }
            for day in days
        ],
        "outliers": find_outliers(group, period),
    }


def _measures(group: CurrencyGroup, period: Period, *, now: datetime) -> Measures:
    measures = with_buyers(additive_measures(group, period), group.stores, period)
    measures = with_repurchase(measures, group.stores, until=period.last)
    measures = with_service(measures, group.stores, period, now=now)
    return with_stock(measures, group.stores, period)


def _metric_row(metric: Metric, figures: Mapping[str, Measures], *, known: AbstractSet[str]) -> dict[str, Any]:
    value = metric.value(figures["now"])
    row: dict[str, Any] = {"code": metric.code, "value": _text(value)}
    for name, measures in figures.items():
        if name != "now":
            earlier = metric.value(measures) if name in known else None
            row[name] = _text(earlier)
            row[f"{name}_change"] = _text(kept_change(relative_change(value, earlier)))
    return row


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _by_store(now: Mapping[str, Measures], before: Mapping[str, Measures]) -> list[dict[str, Any]]:
    """Stores beside the period that the headline compares with, so that each contribution is the difference of the two."""
    return [
        {
            "store": code,
            "gmv": str(now.get(code, NOTHING).paid_amount),
            "before": str(before.get(code, NOTHING).paid_amount),
            "orders": now.get(code, NOTHING).paid_orders,
            "refunds": str(now.get(code, NOTHING).refund_amount),
        }
        for code in sorted({*now, *before})
    ]
