"""Rolling-origin back-tests: would this method have forecast the days that followed?"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from fulfillment.forecasting.arrays import Floats, Ints, divide
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


def error_scales(demand: PreparedDemand, *, upto: Ints) -> ErrorScales:
    """MAE of the seasonal naive (7) and mean squared error of the naive (1), (n,), before each series' day `upto` (n,)."""
    return ErrorScales(
        seasonal_mae=_lagged(demand, upto, lag=7, power=1),
        naive_mse=_lagged(demand, upto, lag=1, power=2),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """What every method is examined on: the days after some cut-offs of each series, and what was sold on them.

    `origins` (o, n) are the last known days; `counted` (a, o, n) is 1 on the days after them that are judged, `units` and
    `factors` (a, o, n) belong to those days; `whole` (o, n) is 1 where enough of them are judged.
    """

    origins: Ints
    counted: Floats
    units: Floats
    factors: Floats
    whole: Floats
    scales: ErrorScales

    @classmethod
    def of(cls, demand: PreparedDemand, *, interval: Ints, cutoffs: int, step: int) -> Self:
        """Cut-offs `step` days apart, each series judged over its own `interval` (n,) of days.

        Censored days are left out of the forecast as well as of the actual, and an origin counts for a
        series that has been on sale for two weeks and was in stock for half of the days that followed.
        """
        days = len(demand.units)
        origins = days - 1 - interval[None, :] - step * np.arange(cutoffs)[:, None]
        begun = origins - demand.first[None, :] >= WARM_UP_DAYS
        first_tested = np.where(origins >= WARM_UP_DAYS, origins, days - 1).min(axis=0, initial=days - 1) + 1
        origins = np.maximum(origins, 0)
        ahead = np.arange(1, int(interval.max(initial=0)) + 1)[:, None, None]
        day = np.minimum(origins[None, :, :] + ahead, days - 1)
        series = np.arange(len(interval))[None, None, :]
        counted = ((ahead <= interval) & begun & demand.on_sale[day, series]).astype(np.float64)
        seen_days = counted.sum(axis=0)
        whole = (seen_days * 2 >= interval[None, :]) & begun & (seen_days > 0)
        return cls(
            origins=origins,
            counted=counted,
            units=demand.units[day, series],
            factors=demand.factors[day, series],
            whole=whole.astype(np.float64),
            scales=error_scales(demand, upto=first_tested),
        )

    def score(self, path: ForecastPath) -> BacktestScores:
        """The errors of one method."""
        if path.is_flat:
            expected = path.ahead(self.origins, step=1) * self.factors
        else:
            expected = np.empty_like(self.factors)
            for step, factor in enumerate(self.factors, start=1):
                np.multiply(path.ahead(self.origins, step=step), factor, out=expected[step - 1])
        days = ErrorSums.of(self.units, expected, counted=self.counted, axis=1).total()
        actual, forecast = ((values * self.counted).sum(axis=0) for values in (self.units, expected))
        return BacktestScores(
            sums=ErrorSums.of(actual, forecast, counted=self.whole),
            days=days,
            mase=divide(days.mae, self.scales.seasonal_mae),
            rmsse=np.sqrt(divide(divide(days.squared_error, days.count), self.scales.naive_mse)),
        )


def window_errors(path: ForecastPath, demand: PreparedDemand, *, windows: int, interval: Ints) -> Floats:
    """Actual minus forecast of the interval's sum over each series' last `windows` windows (w, n); nan where not
    measurable.

    Windows overlap. One counts when it lies in the known past, after two weeks on sale, and wholly
    in stock.
    """
    origins = len(demand.units) - 1 - interval[None, :] - np.arange(windows)[::-1, None]
    known = origins - demand.first[None, :] >= WARM_UP_DAYS
    origins = np.maximum(origins, 0)
    ends = origins + interval[None, :]
    missed = np.cumsum(~demand.on_sale, axis=0, dtype=np.float64)
    stocked = _between(missed, origins, ends) == 0
    actual = _between(np.cumsum(demand.units, axis=0), origins, ends)
    forecast = _forecast_sums(path, demand, origins, interval, ends)
    return np.where(known & stocked, actual - forecast, np.nan)


def _forecast_sums(path: ForecastPath, demand: PreparedDemand, origins: Ints, interval: Ints, ends: Ints) -> Floats:
    if path.is_flat:
        return path.ahead(origins, step=1) * _between(np.cumsum(demand.factors, axis=0), origins, ends)
    total = np.zeros(origins.shape)
    for ahead in range(1, int(interval.max(initial=0)) + 1):
        day = np.minimum(origins + ahead, len(demand.factors) - 1)
        factor = np.take_along_axis(demand.factors, day, axis=0)
        total += np.where(ahead <= interval, path.ahead(origins, step=ahead) * factor, 0.0)
    return total


def _between(running: Floats, origins: Ints, ends: Ints) -> Floats:
    """Sum over the days after each origin up to each end, from a running total (t, n)."""
    return np.take_along_axis(running, ends, axis=0) - np.take_along_axis(running, origins, axis=0)


def _lagged(demand: PreparedDemand, upto: Ints, *, lag: int, power: int) -> Floats:
    units, seen = demand.units, demand.on_sale
    both = seen[lag:] & seen[:-lag] & (np.arange(lag, len(units))[:, None] < upto[None, :])
    gaps = units[lag:] - units[:-lag]
    np.abs(gaps, out=gaps)
    if power == 2:
        gaps *= gaps
    gaps *= both
    return divide(gaps.sum(axis=0), both.sum(axis=0).astype(np.float64))
