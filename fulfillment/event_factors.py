"""How much more (or less) is asked for on event days: measured on our own history, leaning on the assumed value until then.

Pure: arrays and plain values in, factors out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# An event that lasted so many days weighs as much as the assumption about it.
PRIOR_DAYS = 3.0
BASELINE_DAYS = 28
LOWEST, HIGHEST = 0.1, 20.0

EventKey = tuple[str, str]


@dataclass(frozen=True)
class EventSpan:
    """One phase of one event: columns [first, last] of the day axis, which may begin before 0 and end after the history."""

    key: EventKey
    first: int
    last: int
    assumed: float


def measured_factors(total: NDArray[np.float64], spans: Sequence[EventSpan]) -> dict[EventKey, float]:
    """The uplift of each event phase.

    `total` (t,) is the whole demand by day. A day's baseline is the mean of the ordinary days within 28 days of it; the
    measured log ratio and the assumed one are weighed by days: w = n / (n + 3). Without a measurable day the
    assumption stands alone.
    """
    ordinary = np.ones(total.size, dtype=bool)
    for span in spans:
        ordinary[max(span.first, 0) : max(span.last + 1, 0)] = False
    sums: dict[EventKey, tuple[float, float, int]] = {}
    for span in spans:
        for day in range(max(span.first, 0), min(span.last + 1, total.size)):
            near = slice(max(day - BASELINE_DAYS, 0), day + BASELINE_DAYS + 1)
            usual = total[near][ordinary[near]]
            if usual.size >= BASELINE_DAYS // 2 and usual.mean() > 0:
                actual, baseline, days = sums.get(span.key, (0.0, 0.0, 0))
                sums[span.key] = (actual + float(total[day]), baseline + float(usual.mean()), days + 1)
    return {span.key: _weighed(sums.get(span.key), assumed=span.assumed) for span in spans}


def _weighed(measured: tuple[float, float, int] | None, *, assumed: float) -> float:
    if measured is None:
        return assumed
    actual, baseline, days = measured
    ratio = min(max(actual / baseline, LOWEST), HIGHEST)
    weight = days / (days + PRIOR_DAYS)
    return float(np.exp(weight * np.log(ratio) + (1 - weight) * np.log(assumed)))


def daily_factors(days: int, spans: Sequence[EventSpan], factors: Mapping[EventKey, float]) -> NDArray[np.float64]:
    """The factor of each of `days` columns, 1 on ordinary days; where phases overlap, the one further from 1 holds."""
    daily = np.ones(days)
    for span in spans:
        window = slice(max(span.first, 0), max(min(span.last + 1, days), 0))
        factor = factors[span.key]
        stronger = np.abs(np.log(daily[window])) < abs(np.log(factor))
        daily[window] = np.where(stronger, factor, daily[window])
    return daily
