"""What a forecast hands back, ready to be stored."""

from dataclasses import dataclass

import numpy as np

from fulfillment.forecasting.arrays import Bools, Codes, Floats, Ints, Names
from fulfillment.forecasting.metrics import ErrorSums
from fulfillment.forecasting.selection import HorizonKind

QUANTILE_LEVELS = (0.5, 0.8, 0.9, 0.95, 0.975, 0.98, 0.99, 0.995)


@dataclass(frozen=True, slots=True, eq=False)
class BacktestTable:
    """The back-test of one method over one horizon: one element per series, all (n,).

    `windows` is 0 where the method was no candidate. The sums are over windows, of the demand of
    the whole horizon; add them up to reach a category or a shop. `mase` and `rmsse` are measured on
    days.
    """

    method: str
    horizon: HorizonKind
    chosen: Bools
    windows: Ints
    actual_sum: Floats
    error_sum: Floats
    abs_error_sum: Floats
    squared_error_sum: Floats
    mase: Floats
    rmsse: Floats

    @property
    def sums(self) -> ErrorSums:
        return ErrorSums(
            count=self.windows.astype(np.float64),
            actual=self.actual_sum,
            error=self.error_sum,
            abs_error=self.abs_error_sum,
            squared_error=self.squared_error_sum,
        )

    @property
    def wape(self) -> Floats:
        return self.sums.wape

    @property
    def bias(self) -> Floats:
        return self.sums.bias

    @property
    def rmse(self) -> Floats:
        return self.sums.rmse


@dataclass(frozen=True, slots=True, eq=False)
class ForecastBatch:
    """Forecasts of n series over h days; see `forecast_demand` for the meaning of the fields.

    `method`, `params`, `pattern`, `adi`, `cv2` say how; `daily` (n, h) is units per day from
    tomorrow on. `daily_std` is the scatter of an ordinary day. `interval_mean` is the sum over the
    protection interval and `interval_rmse` the error that this sum had over `windows` overlapping
    past windows (nan without); `pooled_rmse` is what series of this size and pattern have.
    `error_quantiles` (n, q) are the quantiles at `quantile_levels` of actual minus forecast, nan
    below 60 windows. `lost_sales` is the forecast of the censored days.
    """

    method: Names
    params: tuple[dict[str, float], ...]
    pattern: Codes
    adi: Floats
    cv2: Floats
    daily: Floats
    daily_std: Floats
    interval_mean: Floats
    interval_rmse: Floats
    windows: Ints
    pooled_rmse: Floats
    quantile_levels: tuple[float, ...]
    error_quantiles: Floats
    lost_sales: Floats
    backtest: tuple[BacktestTable, ...]
