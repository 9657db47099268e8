"""Which day is an outlier: a robust z-score on a deseasonalised logarithm, with events masked and an impact gate. Pure.

y = ln(x + 0.5); the weekday factor is the median of y − its 27-day running median; the level is the median of the last 21
deseasonalised days; the scale is the largest of 1.4826 · MAD, 0.03 and 1/√(orders expected). |z| ≥ 4 is an alert, 3 to 4 a
watch. Below 30 orders a day a figure is not judged daily.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

BASELINE_DAYS = 84
FEWEST_DAYS = 28
LEVEL_DAYS = 21
SMALLEST_DAILY = 30.0
WATCH, ALERT = 3.0, 4.0
IMPACT = 0.05


class Verdict(StrEnum):
    """What became of a day."""

    NORMAL = "normal"
    WATCH = "watch"
    ALERT = "alert"
    EVENT = "event"
    TOO_SMALL = "too_small"
    TOO_SHORT = "too_short"


@dataclass(frozen=True)
class Judgement:
    """The verdict on the last day with what was expected of it."""

    verdict: Verdict
    z: float | None = None
    expected: float | None = None
    actual: float | None = None


def _running_median(values: NDArray[np.float64], half: int = 13) -> NDArray[np.float64]:
    return np.array([np.median(values[max(at - half, 0) : at + half + 1]) for at in range(values.size)])


def judge_last_day(
    values: Sequence[float],
    *,
    weekdays: Sequence[int],
    is_event: Sequence[bool],
    orders: Sequence[float] | None = None,
) -> Judgement:
    """Judge the last of the daily values by the days before it.

    `weekdays` are effective weekdays (0 to 6, 7 a public holiday), `is_event` marks days of campaigns and their after-dip,
    `orders` says how many orders stand behind each value where the values are amounts; all have the same length, oldest first.
    """
    actual = float(values[-1])
    if is_event[-1]:
        return Judgement(Verdict.EVENT, actual=actual)
    # Days of events are left out, so that the last 21 are ordinary ones also behind a long campaign.
    ordinary = ~np.array(is_event[:-1][-BASELINE_DAYS:], dtype=bool)
    history = np.array(values[:-1][-BASELINE_DAYS:], dtype=float)[ordinary]
    days = np.array(weekdays[:-1][-BASELINE_DAYS:])[ordinary]
    counts = np.array((values if orders is None else orders)[:-1][-BASELINE_DAYS:], dtype=float)[ordinary]
    # A public holiday is judged by public holidays only.
    if history.size < FEWEST_DAYS or weekdays[-1] not in days:
        return Judgement(Verdict.TOO_SHORT, actual=actual)
    usual = float(np.median(counts))
    if usual < SMALLEST_DAILY:
        return Judgement(Verdict.TOO_SMALL, actual=actual)
    logs = np.log(np.maximum(history, 0) + 0.5)
    detrended = logs - _running_median(logs)
    factors = {day: float(np.median(detrended[days == day])) for day in set(days.tolist())}
    flat = logs - np.array([factors[day] for day in days.tolist()])
    level = float(np.median(flat[-LEVEL_DAYS:]))
    residuals = flat - level
    spread = 1.4826 * float(np.median(np.abs(residuals - np.median(residuals))))
    expected_log = level + factors[weekdays[-1]]
    expected = float(np.exp(expected_log) - 0.5)
    scale = max(spread, 0.03, 1 / np.sqrt(max(usual if orders is not None else expected, 1.0)))
    z = float((np.log(max(actual, 0) + 0.5) - expected_log) / scale)
    return Judgement(_verdict(z, actual=actual, expected=expected), z=z, expected=expected, actual=actual)


def _verdict(z: float, *, actual: float, expected: float) -> Verdict:
    if abs(actual - expected) < IMPACT * abs(expected) or abs(z) < WATCH:
        return Verdict.NORMAL
    return Verdict.ALERT if abs(z) >= ALERT else Verdict.WATCH
