"""Forecast accuracy by one protocol, so that figures from different days and shops compare.

Whole Monday weeks, units not netted by cancellations, one week ahead from rolling origins. A SKU
counts at an origin when it was first sold at least 8 weeks before and has a sale in the last 26;
its zero weeks count. All methods are judged on the same SKUs and weeks, and a method is chosen on
weeks before the origin only.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from fulfillment.forecasting.arrays import Bools, Floats, Ints
from fulfillment.forecasting.metrics import ErrorSums, accuracy_rate
from fulfillment.forecasting.weekly import WeeklyForecaster, WeeklyMethod, ses_forecast

Level = Literal["sku_week", "category_week", "shop_week"]
MethodName = Literal["ours", "naive", "ses"]
LEVELS: tuple[Level, ...] = ("sku_week", "category_week", "shop_week")
METHODS: tuple[MethodName, ...] = ("ours", "naive", "ses")
SES_ALPHA = 0.2
AGGREGATE_ALPHAS = (0.2, 0.1, 0.3, 0.4)
AGGREGATE_MARGIN = 0.95
AGGREGATE_WARM_UP = 4


@dataclass(frozen=True, slots=True, eq=False)
class WeeklyUnits:
    """Units per SKU and whole Monday week (n, w), oldest first; see `WeeklyForecaster`.

    `category` (n,) holds codes from 0, or None where categories are unknown.
    """

    units: Floats
    first_sale_week: Ints
    category: Ints | None = None


@dataclass(frozen=True, slots=True)
class AccuracyLine:
    """Error of one method at one level; a bucket is one SKU, category or shop in one week."""

    level: Level
    method: MethodName
    wape: float
    bias: float
    rmse: float
    buckets: int
    units: float

    @property
    def accuracy(self) -> float:
        """1 - WAPE, at least 0."""
        return accuracy_rate(self.wape)


@dataclass(frozen=True, slots=True)
class AccuracyReport:
    """All lines, the columns that were forecast, and the SKU-level method chosen at each."""

    lines: tuple[AccuracyLine, ...]
    origins: tuple[int, ...]
    chosen: tuple[WeeklyMethod, ...]

    def line(self, *, level: Level, method: MethodName) -> AccuracyLine:
        """The one line of a level and a method. Raises KeyError when it was not measured."""
        for line in self.lines:
            if line.level == level and line.method == method:
                return line
        raise KeyError((level, method))


def weekly_accuracy(weeks: WeeklyUnits, *, origins: int = 16) -> AccuracyReport:
    """Measure our weekly forecast, last week's value and SES(0.2) over the last `origins` weeks.

    SES starts from the mean of a SKU's first four weeks. A category and the shop are sums over the
    SKUs judged at that origin: the two yardsticks add their SKU forecasts up, ours forecasts the
    sum itself.
    """
    forecaster = WeeklyForecaster(weeks.units, first_sale_week=weeks.first_sale_week)
    last = forecaster.units.shape[1]
    columns = tuple(range(max(1, last - origins), last))
    buckets: dict[tuple[Level, MethodName], list[tuple[Floats, Floats]]] = {}
    for origin in columns:
        for level, method, actual, forecast in _judge(forecaster, weeks, origin):
            buckets.setdefault((level, method), []).append((actual, forecast))
    lines = (
        _line(level, method, buckets[level, method])
        for level in LEVELS
        for method in METHODS
        if (level, method) in buckets
    )
    return AccuracyReport(
        lines=tuple(lines),
        origins=columns,
        chosen=tuple(forecaster.choose(origin) for origin in columns),
    )


def _judge(
    forecaster: WeeklyForecaster, weeks: WeeklyUnits, origin: int
) -> list[tuple[Level, MethodName, Floats, Floats]]:
    who = forecaster.eligible(origin)
    history, first = forecaster.units[who, :origin], forecaster.first[who]
    actual = forecaster.units[who, origin]
    forecasts: dict[MethodName, Floats] = {
        "ours": forecaster.forecast(origin).units[who],
        "naive": history[:, -1],
        "ses": ses_forecast(history, first_sale_week=first, alpha=SES_ALPHA),
    }
    result: list[tuple[Level, MethodName, Floats, Floats]] = [
        ("sku_week", method, actual, forecast) for method, forecast in forecasts.items()
    ]
    for level, member in _memberships(weeks, who):
        total = member @ actual
        result.append((level, "ours", total, forecast_aggregate(member @ history)))
        result.extend((level, name, total, member @ forecasts[name]) for name in ("naive", "ses"))
    return result


def forecast_aggregate(history: Floats) -> Floats:
    """Next week of a few large series (a, w), by SES.

    Alpha is 0.2 unless another one erred less by 5 % so far, one week ahead: a few weeks tell
    little.
    """
    open_weeks = history[:, history.sum(axis=0) > 0]
    series = np.arange(len(history))
    if open_weeks.shape[1] == 0:
        return np.zeros(len(history))
    levels = np.array([_paths(open_weeks, alpha) for alpha in AGGREGATE_ALPHAS])
    gaps = levels[:, :, AGGREGATE_WARM_UP - 1 : -1] - open_weeks[:, AGGREGATE_WARM_UP:]
    errors = np.abs(gaps).sum(axis=2)
    best = errors.argmin(axis=0)
    best = np.where(errors[best, series] < errors[0] * AGGREGATE_MARGIN, best, 0)
    forecast: Floats = levels[best, series, -1]
    return forecast


def _paths(history: Floats, alpha: float) -> Floats:
    levels = np.empty_like(history)
    level: Floats = np.zeros(len(history))
    for week in range(history.shape[1]):
        level = level + max(alpha, 1 / (week + 1)) * (history[:, week] - level)
        levels[:, week] = level
    return levels


def _memberships(weeks: WeeklyUnits, who: Bools) -> list[tuple[Level, Floats]]:
    """Matrices (a, n) of ones that add SKUs up."""
    members = int(who.sum())
    shop: tuple[Level, Floats] = ("shop_week", np.ones((1, members)))
    if weeks.category is None:
        return [shop]
    codes = weeks.category[who]
    present = np.unique(codes)
    return [("category_week", (present[:, None] == codes[None, :]).astype(np.float64)), shop]


def _line(level: Level, method: MethodName, pairs: list[tuple[Floats, Floats]]) -> AccuracyLine:
    actual = np.concatenate([pair[0] for pair in pairs])
    sums = ErrorSums.of(actual, np.concatenate([pair[1] for pair in pairs]))
    return AccuracyLine(
        level=level,
        method=method,
        wape=float(sums.wape),
        bias=float(sums.bias),
        rmse=float(sums.rmse),
        buckets=len(actual),
        units=float(sums.actual),
    )
