"""What a report says: figures and codes only, so that it reads in both languages and never changes afterwards."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from analytics.anomalies import BASELINE_DAYS, Verdict, judge_last_day
from analytics.measures import Measures
from analytics.metric_tree import contributions
from analytics.metrics import METRICS, Metric
from analytics.periods import Period, comparisons
from analytics.queries.figures import (
    CurrencyGroup,
    currency_groups,
    measures_by_day,
    measures_by_store,
    measures_of,
)
from analytics.queries.movers import moved_products, moved_segments, stock_state
from analytics.queries.quality import data_quality, event_mask, events_in
from catalog.models import Store
from config.kernel.working_days import effective_weekdays

# Judged day by day: the daily report's day, or each day of a longer period.
JUDGED = ("gmv", "paid_orders", "refunds")
TREND_DAYS = 35


def report_content(kind: str, *, store: Store | None, stores: Sequence[Store], period: Period) -> dict[str, Any]:
    """The whole content of a report; `stores` are the store itself, or all of them."""
    compared = comparisons(kind, period)
    reach = min(other.first for other in compared.values())
    groups = currency_groups(stores, first=min(reach, period.first), last=period.last)
    return {
        "kind": kind,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "stores": [{"code": one.code, "name": one.name, "english_name": one.english_name} for one in stores],
        "compared": {name: [other.first.isoformat(), other.last.isoformat()] for name, other in compared.items()},
        "sections": [_section(group, period=period, compared=compared) for group in groups],
        "products": moved_products(stores, now=period, before=compared["previous"]),
        "stock": stock_state(stores),
        "segments": moved_segments(store),
        "events": events_in(stores, first=period.first, last=period.last),
        "quality": data_quality(stores, period),
    }


def _section(group: CurrencyGroup, *, period: Period, compared: Mapping[str, Period]) -> dict[str, Any]:
    now = measures_of(group, first=period.first, last=period.last)
    before = {name: measures_of(group, first=other.first, last=other.last) for name, other in compared.items()}
    trend_first = min(period.first, period.last - timedelta(days=TREND_DAYS - 1))
    trend = measures_by_day(group, first=trend_first, last=period.last)
    days = [trend_first + timedelta(days=place) for place in range((period.last - trend_first).days + 1)]
    return {
        "currency": group.currency,
        "is_converted": group.is_converted,
        "metrics": [_metric_row(metric, now, before) for metric in METRICS],
        "headline": _headline(now, before["previous"]),
        "by_store": _by_store(group, period=period, before=compared["previous"]),
        "trend": [{"day": day.isoformat(), "gmv": str(trend.get(day, Measures()).paid_amount)} for day in days],
        "outliers": _outliers(group, period),
    }


def _metric_row(metric: Metric, now: Measures, before: Mapping[str, Measures]) -> dict[str, Any]:
    value = metric.value(now)
    row: dict[str, Any] = {"code": metric.code, "value": _text(value)}
    for name, measures in before.items():
        earlier = metric.value(measures)
        row[name] = _text(earlier)
        row[f"{name}_change"] = _text(_change(value, earlier))
    return row


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _change(value: Decimal | None, earlier: Decimal | None) -> Decimal | None:
    """Relative change; None where there is nothing to compare with."""
    if value is None or not earlier or earlier < 0:
        return None
    return ((value - earlier) / earlier).quantize(Decimal("0.0001"))


def _headline(now: Measures, before: Measures) -> dict[str, Any]:
    """GMV = buyers x orders per buyer x paid amount per order, and how much each factor moved it."""
    parts = contributions(_factors(before), _factors(now))
    return {
        "gmv": str(now.paid_amount),
        "gmv_before": str(before.paid_amount),
        "contributions": {name: round(value, 2) for name, value in parts.items()},
    }


def _factors(measures: Measures) -> dict[str, float]:
    buyers, orders = measures.all_buyers, measures.paid_orders
    return {
        "buyers": float(buyers),
        "orders_per_buyer": orders / buyers if buyers else 0.0,
        "per_order": float(measures.paid_amount) / orders if orders else 0.0,
    }


def _by_store(group: CurrencyGroup, *, period: Period, before: Period) -> list[dict[str, Any]]:
    now = measures_by_store(group, first=period.first, last=period.last)
    then = measures_by_store(group, first=before.first, last=before.last)
    return [
        {
            "store": code,
            "gmv": str(now.get(code, Measures()).paid_amount),
            "previous": str(then.get(code, Measures()).paid_amount),
            "orders": now.get(code, Measures()).paid_orders,
            "refunds": str(now.get(code, Measures()).refund_amount),
        }
        for code in sorted({*now, *then})
    ]


def _outliers(group: CurrencyGroup, period: Period) -> list[dict[str, Any]]:
    first = period.first - timedelta(days=BASELINE_DAYS)
    by_day = measures_by_day(group, first=first, last=period.last)
    # Days before the first order are no history.
    traded = [day for day, measures in by_day.items() if measures.placed_orders]
    if not traded:
        return []
    start = min(traded)
    days = [start + timedelta(days=place) for place in range((period.last - start).days + 1)]
    weekdays = effective_weekdays(start, period.last)
    masked = event_mask(group.stores, days)
    orders = [float(by_day.get(day, Measures()).paid_orders) for day in days]
    found = []
    for metric in (metric for metric in METRICS if metric.code in JUDGED):
        values = [float(metric.value(by_day.get(day, Measures())) or 0) for day in days]
        for place, day in enumerate(days):
            if day < period.first:
                continue
            judged = judge_last_day(
                values[: place + 1],
                weekdays=[weekdays[one] for one in days[: place + 1]],
                is_event=masked[: place + 1],
                orders=orders[: place + 1],
            )
            if judged.verdict in (Verdict.WATCH, Verdict.ALERT):
                found.append(
                    {
                        "metric": metric.code,
                        "day": day.isoformat(),
                        "verdict": str(judged.verdict),
                        "z": round(judged.z or 0, 2),
                        "expected": round(judged.expected or 0, 2),
                        "actual": round(judged.actual or 0, 2),
                    }
                )
    return found
