"""Quantiles of many columns at once."""

from collections.abc import Sequence

import numpy as np

from fulfillment.forecasting.arrays import Floats


def column_quantiles(values: Floats, levels: Sequence[float]) -> Floats:
    """Quantiles (q, n) of the numbers in each column of (w, n), nan left out; every column must have one.

    What `np.nanquantile` gives (Hyndman and Fan's seventh definition), which takes one column after the other.
    """
    ordered = np.sort(values, axis=0)
    count = np.isfinite(ordered).sum(axis=0)
    place = np.asarray(levels)[:, None] * (count - 1)[None, :]
    low = np.floor(place).astype(np.int64)
    share = place - low
    lower = np.take_along_axis(ordered, low, axis=0)
    upper = np.take_along_axis(ordered, np.minimum(low + 1, count - 1), axis=0)
    gap = upper - lower
    # From whichever end is nearer, as numpy does, so that equal neighbours give themselves.
    return np.where(share >= 0.5, upper - gap * (1 - share), lower + gap * share)
