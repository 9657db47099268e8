"""Rolling-origin back-tests: would this method have forecast the days that followed?"""

from dataclasses import dataclass

import numpy as np

from fulfillment.forecasting.arrays import Bools, Floats, Ints, divide
from fulfillment.forecasting.candidates import ForecastPath
from fulfillment.forecasting.metrics import ErrorSums
from fulfillment.forecasting.prepare import PreparedDemand

WARM_UP_DAYS = 14


@dataclass(frozen=True, slots=True, eq=False)
class BacktestScores:
    """Errors of one method, per series: of the horizon's sum, and of its days with their two scales."""

    sums: ErrorSums
    days: ErrorSums
    mase: Floats
    rmsse: Floats


@dataclass(frozen=True, slots=True, eq=False)
class ErrorScales:
    """In-sample errors of the naive forecasts, from the first sale: the units of MASE and RMSSE."""

    seasonal_mae: Floats
    naive_mse: Floats


def error_scales(demand: PreparedDemand, *, upto: int) -> ErrorScales:
    """MAE of the seasonal naive (7) and mean squared error of the naive (1), (n,), before day `upto`."""
    units, seen = demand.units[:upto], demand.on_sale[:upto]
    return ErrorScales(
        seasonal_mae=_lagged(units, seen, lag=7, power=1),
        naive_mse=_lagged(units, seen, lag=1, power=2),
    )


def cutoff_days(days: int, *, horizon: int, cutoffs: int, step: int) -> Ints:
    """The last known day of each cut-off, latest first; only those with some history before them."""
    last = days - 1 - horizon - step * np.arange(cutoffs)
    return last[last >= WARM_UP_DAYS].astype(np.int64)


def score_path(
    path: ForecastPath,
    demand: PreparedDemand,
    *,
    origins: Ints,
    interval: Ints,
    scales: ErrorScales,
) -> BacktestScores:
    """Score a method at several origins, each series over its own `interval` (n,) of days.

    Censored days are left out of the forecast as well as of the actual, and an origin counts for a
    series that has been on sale for two weeks and was in stock for half of the days that followed.
    """
    shape = (len(origins), demand.x.shape[1])
    actual, forecast, seen_days = (np.zeros(shape) for _ in range(3))
    begun = origins[:, None] - demand.first[None, :] >= WARM_UP_DAYS
    day_sums = ErrorSums(*(np.zeros(shape[1]) for _ in range(5)))
    for ahead in range(1, int(interval.max(initial=0)) + 1):
        day = np.minimum(origins + ahead, len(demand.units) - 1)
        inside = (ahead <= interval)[None, :] & (origins + ahead < len(demand.units))[:, None]
        counted = (inside & begun & demand.on_sale[day]).astype(np.float64)
        expected = path.ahead(origins, step=ahead) * demand.factors[day]
        day_sums = _add(day_sums, ErrorSums.of(demand.units[day], expected, counted=counted))
        actual += demand.units[day] * counted
        forecast += expected * counted
        seen_days += counted
    whole = (seen_days * 2 >= interval[None, :]) & begun & (seen_days > 0)
    return BacktestScores(
        sums=ErrorSums.of(actual, forecast, counted=whole.astype(np.float64)),
        days=day_sums,
        mase=divide(day_sums.mae, scales.seasonal_mae),
        rmsse=np.sqrt(divide(divide(day_sums.squared_error, day_sums.count), scales.naive_mse)),
    )


def window_errors(path: ForecastPath, demand: PreparedDemand, *, origins: Ints, interval: Ints) -> Floats:
    """Actual minus forecast of the interval's sum from each day `origins` (o, n); nan where not
    measurable.

    Windows overlap. One counts when it lies in the known past, after two weeks on sale, and wholly
    in stock.
    """
    ends = origins[:, None] + interval[None, :]
    known = (ends < len(demand.units)) & (origins[:, None] - demand.first[None, :] >= WARM_UP_DAYS)
    ends = np.minimum(ends, len(demand.units) - 1)
    missed = np.cumsum(~demand.on_sale, axis=0, dtype=np.float64)
    stocked = _between(missed, origins, ends) == 0
    actual = _between(np.cumsum(demand.units, axis=0), origins, ends)
    forecast = _forecast_sums(path, demand, origins, interval, ends)
    return np.where(known & stocked, actual - forecast, np.nan)


def _forecast_sums(path: ForecastPath, demand: PreparedDemand, origins: Ints, interval: Ints, ends: Ints) -> Floats:
    if path.is_flat:
        return path.level[origins] * _between(np.cumsum(demand.factors, axis=0), origins, ends)
    total = np.zeros((len(origins), demand.x.shape[1]))
    for ahead in range(1, int(interval.max(initial=0)) + 1):
        factor = demand.factors[np.minimum(origins + ahead, len(demand.factors) - 1)]
        total += np.where(ahead <= interval, path.ahead(origins, step=ahead) * factor, 0.0)
    return total


def _between(running: Floats, origins: Ints, ends: Ints) -> Floats:
    """Sum over the days after each origin up to each end, from a running total (t, n)."""
    return np.take_along_axis(running, ends, axis=0) - running[origins]


def _lagged(units: Floats, seen: Bools, *, lag: int, power: int) -> Floats:
    both = seen[lag:] & seen[:-lag]
    gaps = np.where(both, np.abs(units[lag:] - units[:-lag]) ** power, 0.0)
    return divide(gaps.sum(axis=0), both.sum(axis=0).astype(np.float64))


def _add(left: ErrorSums, right: ErrorSums) -> ErrorSums:
    return ErrorSums(
        count=left.count + right.count,
        actual=left.actual + right.actual,
        error=left.error + right.error,
        abs_error=left.abs_error + right.abs_error,
        squared_error=left.squared_error + right.squared_error,
    )
