"""The days, and for small counts the weeks, of a period that stand out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from analytics.anomalies import (
    BASELINE_DAYS,
    BASELINE_WEEKS,
    MARKED,
    WEEK,
    Judgement,
    Verdict,
    judge_last_day,
    judge_week,
)
from analytics.measures import Measures
from analytics.metrics import BY_CODE, Metric, Unit
from analytics.periods import Period
from analytics.queries.figures import CurrencyGroup, measures_by_day
from analytics.queries.quality import masked_days
from config.kernel.working_days import effective_weekdays

# What is judged, with the number of cases behind it that chance works on.
JUDGED = {
    "gmv": "paid_orders",
    "paid_orders": "paid_orders",
    "refunds": "refund_orders",
    "tickets_opened": "tickets_opened",
}
SUNDAY = 6


@dataclass(frozen=True)
class _History:
    """Everything that judging needs, day by day from the first order on."""

    days: Sequence[date]
    measures: Mapping[date, Measures]
    weekdays: Sequence[int]
    masked: frozenset[date]

    def series(self, name: str) -> list[float]:
        return [float(getattr(self.measures.get(day, Measures()), name) or 0) for day in self.days]

    def values(self, metric: Metric) -> list[float]:
        return [float(metric.value(self.measures.get(day, Measures())) or 0) for day in self.days]


def find_outliers(group: CurrencyGroup, period: Period) -> list[dict[str, Any]]:
    """Every judged day or week of the period that is marked, with what was expected; plain values."""
    history = _history(group, period)
    if history is None:
        return []
    found = []
    for code, behind in JUDGED.items():
        found += _of_metric(BY_CODE[code], history, period, cases=history.series(behind))
    return sorted(found, key=lambda mark: (mark["day"], mark["metric"], mark["days"]))


def _history(group: CurrencyGroup, period: Period) -> _History | None:
    reach = max(BASELINE_DAYS, (BASELINE_WEEKS + 1) * WEEK)
    first = period.first - timedelta(days=reach)
    by_day = measures_by_day(group, Period(first, period.last))
    # Days before the first order are no history.
    traded = [day for day, measures in by_day.items() if measures.placed_orders]
    if not traded:
        return None
    start = min(traded)
    days = [start + timedelta(days=place) for place in range((period.last - start).days + 1)]
    kinds = effective_weekdays(start, period.last)
    masked = masked_days(group.stores, first=start, last=period.last)
    return _History(days, by_day, [kinds[day] for day in days], masked)


def _of_metric(metric: Metric, history: _History, period: Period, *, cases: list[float]) -> list[dict[str, Any]]:
    values, events = history.values(metric), [day in history.masked for day in history.days]
    counts = dict(zip(history.days, values, strict=True))
    found = []
    for place, day in enumerate(history.days):
        if day < period.first:
            continue
        end = place + 1
        judged = judge_last_day(
            values[:end], weekdays=history.weekdays[:end], is_event=events[:end], orders=cases[:end]
        )
        length = 1
        if judged.verdict is Verdict.TOO_SMALL and metric.unit is Unit.COUNT and day.weekday() == SUNDAY:
            length = WEEK
            judged = judge_week(counts, day, first=history.days[0], event_days=history.masked)
        if judged.verdict in MARKED:
            found.append(_mark(metric, day, judged, days=length))
    return found


def _mark(metric: Metric, day: date, judged: Judgement, *, days: int) -> dict[str, Any]:
    return {
        "metric": metric.code,
        "day": day.isoformat(),
        "days": days,
        "verdict": str(judged.verdict),
        "z": round(judged.z or 0, 2),
        "expected": round(judged.expected or 0, 2),
        "actual": round(judged.actual or 0, 2),
    }
