"""Forecast error of a whole pattern, for series whose own past says too little."""

import numpy as np

from fulfillment.forecasting.arrays import Bools, Codes, Floats, Ints

MIN_WINDOWS = 20
MIN_SERIES = 30
POWER_RANGE = (0.5, 1.0)


def pooled_interval_rmse(rmse: Floats, *, mean: Floats, windows: Ints, pattern: Codes) -> Floats:
    """RMSE of the interval's sum expected of each series (n,) from its pattern and its mean.

    The power law `rmse = a * mean**b` (Taylor 1961) is fitted over the series of a pattern with at
    least 20 windows, b held in 0.5..1; with fewer than 30 such series over all patterns together;
    nan when nobody has windows. New items take the fit of all.
    """
    usable = (windows >= MIN_WINDOWS) & (rmse > 0) & (mean > 0)
    result = np.full(len(rmse), np.nan)
    for code in np.unique(pattern):
        members = pattern == code
        known = usable & members
        scale, power = _fit(rmse, mean, known if known.sum() >= MIN_SERIES else usable)
        result[members] = scale * np.maximum(mean[members], 0.0) ** power
    return result


def _fit(rmse: Floats, mean: Floats, known: Bools) -> tuple[float, float]:
    if not known.any():
        return float("nan"), 1.0
    logs, sizes = np.log(rmse[known]), np.log(mean[known])
    centred = sizes - sizes.mean()
    spread = float((centred**2).sum())
    slope = float((centred * logs).sum()) / spread if spread > 0 else POWER_RANGE[0]
    power = float(np.clip(slope, *POWER_RANGE))
    return float(np.exp(logs.mean() - power * sizes.mean())), power
