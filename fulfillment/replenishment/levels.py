"""Safety stock, reorder point and order-up-to level, with the cover days of the policy."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from fulfillment.forecasting.arrays import Bools, Codes, Floats, Ints
from fulfillment.replenishment import distributions as dist
from fulfillment.replenishment.batch import RestockBatch

Distribution = Literal["normal", "negative_binomial", "poisson", "empirical"]
Bound = Literal["none", "min", "max"]
VarianceSource = Literal["forecast_error", "daily_scatter"]
DISTRIBUTIONS: tuple[Distribution, ...] = get_args(Distribution)
BOUNDS: tuple[Bound, ...] = get_args(Bound)
VARIANCE_SOURCES: tuple[VarianceSource, ...] = get_args(VarianceSource)
NORMAL, NEGATIVE_BINOMIAL, POISSON, EMPIRICAL = range(4)

MIN_WINDOWS = 20
EMPIRICAL_WINDOWS = 60
NORMAL_MEAN = 30.0
NORMAL_VARIATION = 0.25
OVERDISPERSION = 1.01
# Less than one unit in ten thousand intervals is no demand; below it the formulas lose their digits.
SMALLEST_MEAN = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class StockLevels:
    """Result columns (n,). Codes point into DISTRIBUTIONS, BOUNDS and VARIANCE_SOURCES."""

    variance: Floats
    variance_source: Codes
    own_weight: Floats
    distribution: Codes
    safety_stock_unclamped: Floats
    safety_stock: Floats
    bound: Codes
    reorder_point: Ints
    order_up_to: Ints
    predicted_fill: Floats
    predicted_cycle: Floats
    policy_conflict: Bools


def stock_levels(batch: RestockBatch) -> StockLevels:
    """Work out the levels of each row.

    S = ceil(M + SS) over the protection interval L + R; s = ceil(forecast over the next lead time +
    SS). The safety stock is the statistical one held within the cover days of the policy; a
    conflict is a maximum that binds while the fill rate predicted at it stays below the level asked
    for.
    """
    variance, source, weight = interval_variance(batch)
    shape = choose_distribution(batch, variance)
    wanted = safety_stock(batch, variance=variance, distribution=shape)
    low, high = batch.cover_min_days * batch.daily_mean, batch.cover_max_days * batch.daily_mean
    held = np.clip(wanted, low, high)
    bound = np.where(wanted > high, BOUNDS.index("max"), np.where(wanted < low, BOUNDS.index("min"), 0))
    up_to = whole_up(batch.interval_mean + held)
    fill, cycle = predicted_service(batch, stock=up_to, variance=variance, distribution=shape)
    return StockLevels(
        variance=variance,
        variance_source=source,
        own_weight=weight,
        distribution=shape,
        safety_stock_unclamped=wanted,
        safety_stock=held,
        bound=bound.astype(np.int8),
        reorder_point=whole_up(batch.lead_mean + held),
        order_up_to=up_to,
        predicted_fill=fill,
        predicted_cycle=cycle,
        policy_conflict=(bound == BOUNDS.index("max")) & (fill < batch.level),
    )


def whole_up(units: Floats) -> Ints:
    """The next whole unit, forgiving the last digits of floating point."""
    return np.ceil(np.round(units, 9)).astype(np.int64)


def interval_variance(batch: RestockBatch) -> tuple[Floats, Codes, Floats]:
    """V = own variance over H + d**2 * s_L**2, its source code, and the weight of the own variance.

    The own variance is the squared forecast error of the H-day sum from 20 windows on, else H *
    s_d**2. It is shrunk towards the class with w = n / (n + k), n the windows or the days of
    history.
    """
    by_error = (batch.windows >= MIN_WINDOWS) & ~np.isnan(batch.forecast_rmse)
    own = np.where(by_error, batch.forecast_rmse**2, batch.interval_days * batch.daily_std**2)
    count = np.where(by_error, batch.windows, batch.history_days)
    pooled_known = ~np.isnan(batch.pooled_rmse)
    weight = np.where(pooled_known, count / np.maximum(count + batch.shrink_k, 1e-9), 1.0)
    shrunk = np.where(pooled_known, weight * own + (1 - weight) * batch.pooled_rmse**2, own)
    lead = batch.daily_mean**2 * batch.lead_std_days**2
    source = np.where(by_error, 0, 1).astype(np.int8)
    return shrunk + lead, source, weight


def choose_distribution(batch: RestockBatch, variance: Floats) -> Codes:
    """Empirical from 60 windows on (cycle level only); normal for large even demand; else NB or
    Poisson.

    Normal needs a mean of 30 and a variation of at most a quarter, where its lower tail does no
    harm. Poisson is taken only where the variance does not exceed the mean by 1 %: elsewhere it is
    unsafe.
    """
    mean = batch.interval_mean
    reach = np.full((len(batch), 1), np.nan)
    levels = np.concatenate([batch.quantile_levels, reach], axis=1)
    inside = (np.nanmin(np.nan_to_num(levels, nan=np.inf), axis=1) <= batch.level) & (
        np.nanmax(np.nan_to_num(levels, nan=-np.inf), axis=1) >= batch.level
    )
    empirical = (batch.windows >= EMPIRICAL_WINDOWS) & inside & ~batch.is_fill
    even = (mean >= NORMAL_MEAN) & (np.sqrt(variance) <= NORMAL_VARIATION * mean)
    discrete = np.where(is_scattered(mean, variance), NEGATIVE_BINOMIAL, POISSON)
    return np.where(empirical, EMPIRICAL, np.where(even, NORMAL, discrete)).astype(np.int8)


def is_scattered(mean: Floats, variance: Floats) -> Bools:
    """Whether demand varies more than Poisson's."""
    scattered: Bools = (variance > OVERDISPERSION * mean) & (mean >= SMALLEST_MEAN)
    return scattered


def safety_stock(batch: RestockBatch, *, variance: Floats, distribution: Codes) -> Floats:
    """Stock above the mean of the interval that the service level asks for, before cover days."""
    result = np.zeros(len(batch))
    for code, by_cycle, by_fill in (
        (NORMAL, _normal_cycle, _normal_fill),
        (NEGATIVE_BINOMIAL, _negative_binomial_cycle, _negative_binomial_fill),
        (POISSON, _poisson_cycle, _poisson_fill),
        (EMPIRICAL, _empirical_cycle, _empirical_cycle),
    ):
        for is_fill, work_out in ((False, by_cycle), (True, by_fill)):
            rows = np.flatnonzero((distribution == code) & (batch.is_fill == is_fill))
            if rows.size:
                result[rows] = work_out(batch, variance[rows], rows)
    return result


def effective_lot(batch: RestockBatch) -> Floats:
    """Q_eff, the demand that one replenishment serves: d * R, or the smallest lot when that is larger."""
    return np.maximum(batch.daily_mean * batch.review_days, smallest_lot(batch).astype(np.float64))


def smallest_lot(batch: RestockBatch) -> Ints:
    """The minimum order quantity in whole packs."""
    return -(-batch.moq // batch.pack) * batch.pack


def predicted_service(
    batch: RestockBatch, *, stock: Ints, variance: Floats, distribution: Codes
) -> tuple[Floats, Floats]:
    """Fill rate and cycle level to be expected with order-up-to `stock` (n,)."""
    mean, level = batch.interval_mean, stock.astype(np.float64)
    loss, cycle = dist.poisson_loss(level, mean=mean), dist.poisson_cdf(level, mean=mean)
    scattered = is_scattered(mean, variance) & (distribution != NORMAL)
    if scattered.any():
        moments = {"mean": mean[scattered], "variance": variance[scattered]}
        loss[scattered] = dist.negative_binomial_loss(level[scattered], **moments)
        cycle[scattered] = dist.negative_binomial_cdf(level[scattered], **moments)
    normal = distribution == NORMAL
    if normal.any():
        sigma = np.maximum(np.sqrt(variance[normal]), 1e-9)
        k = (level[normal] - mean[normal]) / sigma
        loss[normal] = sigma * dist.normal_loss(k)
        cycle[normal] = dist.normal_cdf(k)
    return np.clip(1 - loss / effective_lot(batch), 0.0, 1.0), cycle


def _allowed_loss(batch: RestockBatch, rows: Ints) -> Floats:
    allowed: Floats = ((1 - batch.level) * effective_lot(batch))[rows]
    return allowed


def _normal_cycle(batch: RestockBatch, variance: Floats, rows: Ints) -> Floats:
    stock: Floats = dist.normal_quantile(batch.level[rows]) * np.sqrt(variance)
    return stock


def _normal_fill(batch: RestockBatch, variance: Floats, rows: Ints) -> Floats:
    sigma = np.sqrt(variance)
    k = dist.inverse_normal_loss(_allowed_loss(batch, rows) / np.maximum(sigma, 1e-9))
    return np.where(sigma > 0, k * sigma, 0.0)


def _negative_binomial_cycle(batch: RestockBatch, variance: Floats, rows: Ints) -> Floats:
    mean, level = batch.interval_mean[rows], batch.level[rows]

    def is_enough(count: Floats) -> Bools:
        return dist.negative_binomial_cdf(count, mean=mean, variance=variance) >= level

    return dist.smallest_count(is_enough, start=mean + 3 * np.sqrt(variance)) - mean


def _negative_binomial_fill(batch: RestockBatch, variance: Floats, rows: Ints) -> Floats:
    mean, allowed = batch.interval_mean[rows], _allowed_loss(batch, rows)

    def is_enough(count: Floats) -> Bools:
        return dist.negative_binomial_loss(count, mean=mean, variance=variance) <= allowed

    return dist.smallest_count(is_enough, start=mean + 3 * np.sqrt(variance)) - mean


def _poisson_cycle(batch: RestockBatch, variance: Floats, rows: Ints) -> Floats:
    mean, level = batch.interval_mean[rows], batch.level[rows]

    def is_enough(count: Floats) -> Bools:
        return dist.poisson_cdf(count, mean=mean) >= level

    return dist.smallest_count(is_enough, start=mean + 3 * np.sqrt(mean)) - mean


def _poisson_fill(batch: RestockBatch, variance: Floats, rows: Ints) -> Floats:
    mean, allowed = batch.interval_mean[rows], _allowed_loss(batch, rows)

    def is_enough(count: Floats) -> Bools:
        return dist.poisson_loss(count, mean=mean) <= allowed

    return dist.smallest_count(is_enough, start=mean + 3 * np.sqrt(mean)) - mean


def _empirical_cycle(batch: RestockBatch, variance: Floats, rows: Ints) -> Floats:
    """The quantile of past errors, widened by the scatter of the lead time that they do not contain."""
    levels, values = batch.quantile_levels[rows], batch.error_quantiles[rows]
    target = batch.level[rows]
    last = levels.shape[1] - 1
    upper = np.clip((levels < target[:, None]).sum(axis=1), 0, last)
    lower = np.maximum(upper - 1, 0)
    index = np.arange(len(rows))
    gap = levels[index, upper] - levels[index, lower]
    share = np.clip((target - levels[index, lower]) / np.where(gap > 0, gap, 1.0), 0.0, 1.0)
    low, high = values[index, lower], values[index, upper]
    quantile = np.where(gap > 0, low + share * (high - low), high)
    errors = np.maximum(batch.forecast_rmse[rows] ** 2, 1e-12)
    lead = batch.daily_mean[rows] ** 2 * batch.lead_std_days[rows] ** 2
    widened: Floats = quantile * np.sqrt(1 + lead / errors)
    return widened
