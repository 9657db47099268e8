"""How much a promotion lifts demand, learned from past ones."""

import numpy as np
from numpy.typing import ArrayLike

from fulfillment.forecasting.arrays import Floats, Ints, divide

LOWEST_BASELINE = 0.5


def estimate_uplift(
    actual: ArrayLike, baseline: ArrayLike, *, group: ArrayLike, prior_weight: float = 3.0
) -> tuple[Floats, Floats]:
    """Uplift of each past promotion (m,) and the mean of each category (g,), both as factors.

    `actual` and `baseline` are units over the promotion's days, the baseline forecast without it.
    The log ratio is shrunk to its category with the weight of `prior_weight` promotions, and a
    category to the overall mean, so that one lucky promotion does not set the next order (empirical
    Bayes).
    """
    sold, usual = np.asarray(actual, np.float64), np.asarray(baseline, np.float64)
    codes = np.asarray(group, np.int64)
    if sold.size == 0:
        return np.empty(0), np.empty(0)
    logs = np.log(np.maximum(sold, LOWEST_BASELINE) / np.maximum(usual, LOWEST_BASELINE))
    means = _group_means(logs, codes, prior_weight)
    own = (logs + prior_weight * means[codes]) / (1 + prior_weight)
    return np.exp(own), np.exp(means)


def _group_means(logs: Floats, codes: Ints, prior_weight: float) -> Floats:
    sums = np.bincount(codes, weights=logs)
    counts = np.bincount(codes).astype(np.float64)
    return divide(sums + prior_weight * logs.mean(), counts + prior_weight)
