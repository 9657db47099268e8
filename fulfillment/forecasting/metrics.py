"""Measures of forecast error, kept as sums so that series can be added up to categories and
shops."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from fulfillment.forecasting.arrays import Floats, divide


@dataclass(frozen=True, slots=True, eq=False)
class ErrorSums:
    """Sums over the buckets of a back-test, one element per series (or a single one)."""

    count: Floats
    actual: Floats
    error: Floats
    abs_error: Floats
    squared_error: Floats

    @classmethod
    def of(cls, actual: Floats, forecast: Floats, *, counted: Floats | None = None, axis: int = 0) -> Self:
        """Sum the errors along `axis`, broadcasting; `counted` (0 or 1) leaves buckets out."""
        error = forecast - actual
        weight = np.ones(error.shape) if counted is None else counted
        error = error * weight
        return cls(
            count=weight.sum(axis=axis),
            actual=(actual * weight).sum(axis=axis),
            error=error.sum(axis=axis),
            abs_error=np.abs(error).sum(axis=axis),
            squared_error=(error**2).sum(axis=axis),
        )

    def total(self) -> Self:
        """Added up along the first axis."""
        return type(self)(*(getattr(self, each.name).sum(axis=0) for each in fields(self)))

    @property
    def wape(self) -> Floats:
        """Sum of absolute errors over the sum of actuals; nan without actual demand."""
        return divide(self.abs_error, self.actual)

    @property
    def bias(self) -> Floats:
        """Sum of (forecast - actual) over the sum of actuals: above 0 is too much."""
        return divide(self.error, self.actual)

    @property
    def mae(self) -> Floats:
        return divide(self.abs_error, self.count)

    @property
    def rmse(self) -> Floats:
        return np.sqrt(divide(self.squared_error, self.count))


def accuracy_rate(wape: float) -> float:
    """1 - WAPE, never below 0. Always say with it the level, the bucket and the horizon."""
    return max(0.0, 1.0 - wape)


def pinball_loss(actual: Floats, quantile_forecast: Floats, *, level: float) -> float:
    """Mean pinball loss of a forecast of the `level` quantile, in units."""
    short = actual - quantile_forecast
    return float(np.mean(np.maximum(level * short, (level - 1) * short)))


def coverage(actual: Floats, quantile_forecast: Floats) -> float:
    """Share of actuals at or below the forecast quantile; should equal its level."""
    return float(np.mean(actual <= quantile_forecast))
