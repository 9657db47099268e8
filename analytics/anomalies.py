"""Which day, or which week, is not like the others: robust, deseasonalised, events left out, small changes ignored. Pure.

A day: y = ln(x + 0.5). The factor of a weekday is the median of y − its 27-day running median; the level is the median of
the last 21 days without their factors; the scale is the largest of 1.4826 · MAD of the residuals, 0.03 and 1/√n, n the
usual number of orders behind the figure. z = (y − level − factor) / scale: |z| ≥ 4 is an alert, 3 to 4 a watch, and the
difference must be at least 5 % of what was expected. A make-up Saturday behaves as a workday, a public holiday is a class
of its own. Below 30 orders a day a count is judged by its week: by the tail of a Poisson distribution, or of a negative
binomial one where past weeks vary more than that.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

BASELINE_DAYS = 84
FEWEST_DAYS = 28
LEVEL_DAYS = 21
SMALLEST_DAILY = 30.0
SMALLEST_SCALE = 0.03
WATCH, ALERT = 3.0, 4.0
IMPACT = 0.05
BASELINE_WEEKS, FEWEST_WEEKS = 12, 8
WEEK = 7
# Beyond this the tail is below what floats tell apart.
FARTHEST_Z = 9.0

Days = Mapping[date, float]


class Verdict(StrEnum):
    """What became of a day or a week."""

    NORMAL = "normal"
    WATCH = "watch"
    ALERT = "alert"
    EVENT = "event"
    NO_DATA = "no_data"
    TOO_SMALL = "too_small"
    TOO_SHORT = "too_short"


MARKED = (Verdict.WATCH, Verdict.ALERT, Verdict.NO_DATA)


@dataclass(frozen=True)
class Judgement:
    """The verdict with what was seen and what was expected."""

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
    `orders` says how many orders stand behind each value where values are amounts; all have the same length, oldest first.
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
    expected_log, spread = _expectation(history, days, kind=weekdays[-1])
    expected = max(float(np.exp(expected_log)) - 0.5, 0.0)
    scale = max(spread, SMALLEST_SCALE, 1 / math.sqrt(usual))
    z = (math.log(max(actual, 0.0) + 0.5) - expected_log) / scale
    verdict = _verdict(z, actual=actual, expected=expected)
    if verdict is not Verdict.NORMAL and not (values if orders is None else orders)[-1]:
        verdict = Verdict.NO_DATA
    return Judgement(verdict, z=z, expected=expected, actual=actual)


def _expectation(history: NDArray[np.float64], days: NDArray[np.int_], *, kind: int) -> tuple[float, float]:
    """The logarithm to expect on a day of a kind, and how far ordinary days scatter around theirs."""
    logs = np.log(np.maximum(history, 0) + 0.5)
    detrended = logs - _running_median(logs)
    factors = {one: float(np.median(detrended[days == one])) for one in set(days.tolist())}
    flat = logs - np.array([factors[one] for one in days.tolist()])
    level = float(np.median(flat[-LEVEL_DAYS:]))
    spread = 1.4826 * float(np.median(np.abs(flat - np.median(flat))))
    return level + factors[kind], spread


def _verdict(z: float, *, actual: float, expected: float) -> Verdict:
    if abs(actual - expected) < IMPACT * abs(expected) or abs(z) < WATCH:
        return Verdict.NORMAL
    return Verdict.ALERT if abs(z) >= ALERT else Verdict.WATCH


def judge_week(counts: Days, last: date, *, first: date, event_days: frozenset[date]) -> Judgement:
    """Judge the sum of a count over the seven days up to `last` by the twelve weeks before it.

    A day without an entry is zero; `first` is the first day there is anything to know of. Weeks touched by an event are
    left out.
    """
    total = _week_sum(counts, last)
    if _touches(last, event_days):
        return Judgement(Verdict.EVENT, actual=total)
    ends = [last - timedelta(weeks=back) for back in range(BASELINE_WEEKS, 0, -1)]
    past = [
        _week_sum(counts, end)
        for end in ends
        if end - timedelta(days=WEEK - 1) >= first and not _touches(end, event_days)
    ]
    if len(past) < FEWEST_WEEKS or not any(past):
        return Judgement(Verdict.TOO_SHORT, actual=total)
    mean = float(np.mean(past))
    z = _tail_z(round(total), mean=mean, spread=float(np.var(past, ddof=1)))
    return Judgement(_verdict(z, actual=total, expected=mean), z=z, expected=mean, actual=total)


def _week_sum(counts: Days, last: date) -> float:
    return sum(counts.get(last - timedelta(days=back), 0.0) for back in range(WEEK))


def _touches(last: date, event_days: frozenset[date]) -> bool:
    return any(last - timedelta(days=back) in event_days for back in range(WEEK))


def _tail_z(count: int, *, mean: float, spread: float) -> float:
    """The z of a normal tail as unlikely as a count at least so far out on its side."""
    chances = [_chance(number, mean=mean, spread=spread) for number in range(count + 1)]
    lower = math.fsum(chances)
    upper = 1.0 - lower + chances[-1]
    return -_z_of_tail(upper) if upper < lower else _z_of_tail(lower)


def _chance(count: int, *, mean: float, spread: float) -> float:
    """The probability of a count: Poisson, or negative binomial with the same mean where the variance is larger."""
    if spread <= mean:
        return math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
    size = mean * mean / (spread - mean)
    ways = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
    return math.exp(ways + size * math.log(size / (size + mean)) + count * math.log(mean / (size + mean)))


def _z_of_tail(chance: float) -> float:
    """The z below which a standard normal falls with this probability, by bisection."""
    low, high = -FARTHEST_Z, FARTHEST_Z
    for _step in range(60):
        middle = (low + high) / 2
        if 0.5 * math.erfc(-middle / math.sqrt(2)) < chance:
            low = middle
        else:
            high = middle
    return low
