"""Forecast error of a whole pattern, for series whose own past says too little."""

from dataclasses import dataclass

import numpy as np

from fulfillment.forecasting.arrays import Bools, Codes, Floats, Ints
from fulfillment.forecasting.patterns import Pattern

MIN_WINDOWS = 20
MIN_SERIES = 30
POWER_RANGE = (0.5, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class PooledErrors:
    """The power law `rmse = scale * mean**power` of each pattern, by its code: both (patterns,), nan for unknown."""

    scale: Floats
    power: Floats

    def expected(self, *, mean: Floats, pattern: Codes) -> Floats:
        """RMSE of the interval's sum expected of each series (n,) from its pattern and its mean."""
        expected: Floats = self.scale[pattern] * np.maximum(mean, 0.0) ** self.power[pattern]
        return expected


def pool_errors(rmse: Floats, *, mean: Floats, windows: Ints, pattern: Codes) -> PooledErrors:
    """Fit the power law (Taylor 1961) over the series of each pattern with at least 20 windows, b held in 0.5..1.

    With fewer than 30 such series a pattern takes the fit of all together, and so do new items; nan when nobody has
    windows.
    """
    usable = (windows >= MIN_WINDOWS) & (rmse > 0) & (mean > 0)
    fits = []
    for code in Pattern:
        known = usable & (pattern == code)
        fits.append(_fit(rmse, mean, known if known.sum() >= MIN_SERIES else usable))
    scales, powers = zip(*fits, strict=True)
    return PooledErrors(scale=np.array(scales), power=np.array(powers))


def _fit(rmse: Floats, mean: Floats, known: Bools) -> tuple[float, float]:
    if not known.any():
        return float("nan"), 1.0
    logs, sizes = np.log(rmse[known]), np.log(mean[known])
    centred = sizes - sizes.mean()
    spread = float((centred**2).sum())
    slope = float((centred * logs).sum()) / spread if spread > 0 else POWER_RANGE[0]
    power = float(np.clip(slope, *POWER_RANGE))
    return float(np.exp(logs.mean() - power * sizes.mean())), power
