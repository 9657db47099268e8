"""One-off orders: demand far above what a series has ever been used to, without a promotion."""

import numpy as np

from fulfillment.forecasting.arrays import Bools, Floats, Ints

MAD_TO_SIGMA = 1.4826
MIN_SALE_DAYS = 5
MIN_LOG_SIGMA = float(np.log(2.0)) / 3


def spike_caps(x: Floats, *, observed: Bools, mads: float = 3.0) -> Floats:
    """Highest ordinary demand per series (n,): `mads` deviations above the median of days with
    sales.

    Measured on log(1 + x), because order sizes are skewed and a cap in plain units would cut
    ordinary large days. The deviation is the median absolute one scaled to a normal's, at least
    log(2) / 3, so that with three deviations the double of the usual is never cut. Infinite below
    five days with sales.
    """
    sold = observed & (x > 0)
    count = sold.sum(axis=1)
    logs = np.where(sold, np.log1p(x), np.inf)
    median = _row_median(logs, count)
    deviation = np.where(sold, np.abs(logs - median[:, None]), np.inf)
    sigma = np.maximum(MAD_TO_SIGMA * _row_median(deviation, count), MIN_LOG_SIGMA)
    with np.errstate(over="ignore"):
        return np.where(count >= MIN_SALE_DAYS, np.expm1(median + mads * sigma), np.inf)


def winsorise_spikes(x: Floats, *, observed: Bools, promo: Bools, mads: float = 3.0) -> Floats:
    """Cut one-off orders to the cap of their series; days in a promotion stay as they are. (n, t)."""
    caps = spike_caps(x, observed=observed & ~promo, mads=mads)
    return np.where(promo, x, np.minimum(x, caps[:, None]))


def _row_median(values: Floats, count: Ints) -> Floats:
    """Median of the `count` finite values of each row; the others are infinite and sort last. 0 if none."""
    ordered = np.sort(values, axis=1)
    rows = np.arange(len(values))
    low = ordered[rows, np.maximum(count - 1, 0) // 2]
    high = ordered[rows, np.minimum(count // 2, values.shape[1] - 1)]
    with np.errstate(invalid="ignore"):
        return np.where(count > 0, (low + high) / 2, 0.0)
