"""Quantiles and losses of demand over an interval, element by element.

scipy is imported inside the functions: importing this module must stay cheap for the web process.
"""

from collections.abc import Callable

import numpy as np

from fulfillment.forecasting.arrays import Bools, Floats

NEWTON_STEPS = 60
TALLEST = 2.0**50


def normal_quantile(level: Floats) -> Floats:
    """z of a level, such as 1.6449 for 0.95."""
    from scipy.special import ndtri

    quantile: Floats = ndtri(level)
    return quantile


def normal_cdf(k: Floats) -> Floats:
    """The standard normal distribution function of each value."""
    from scipy.special import ndtr

    chance: Floats = ndtr(k)
    return chance


def normal_loss(k: Floats) -> Floats:
    """Standard normal loss G(k) = phi(k) - k * (1 - Phi(k)): mean shortage in deviations."""
    density = np.exp(-(k**2) / 2) / np.sqrt(2 * np.pi)
    loss: Floats = density - k * normal_cdf(-k)
    return loss


def inverse_normal_loss(loss: Floats) -> Floats:
    """The k with G(k) = loss, for loss > 0, by Newton's method.

    G is convex and falling and G(-loss) > loss, so that every step from there stays left of the
    answer.
    """
    target = np.maximum(loss, 1e-15)
    k = -target
    settled = np.zeros(k.shape, dtype=np.bool_)
    for _ in range(NEWTON_STEPS):
        step = (normal_loss(k) - target) / np.maximum(normal_cdf(-k), 1e-300)
        # A settled element rests, or the last digits of one would depend on how long others take.
        k = np.where(settled, k, k + step)
        settled |= np.abs(step) <= 1e-12 * np.maximum(1.0, np.abs(k))
        if settled.all():
            break
    return k


def poisson_cdf(count: Floats, *, mean: Floats) -> Floats:
    """P(X <= count) for whole counts; 0 below zero."""
    from scipy.special import gammaincc

    safe = np.maximum(count, 0.0)
    return np.where(count < 0, 0.0, np.where(mean > 0, gammaincc(safe + 1, np.maximum(mean, 1e-300)), 1.0))


def poisson_loss(count: Floats, *, mean: Floats) -> Floats:
    """E[(X - count)+] = mean * P(X >= count) - count * P(X > count)."""
    above = 1 - poisson_cdf(count, mean=mean)
    reached = 1 - poisson_cdf(count - 1, mean=mean)
    loss: Floats = np.maximum(mean * reached - count * above, 0.0)
    return loss


def negative_binomial_cdf(count: Floats, *, mean: Floats, variance: Floats) -> Floats:
    """P(X <= count) with r = mean**2 / (variance - mean) and p = mean / variance; needs variance > mean > 0."""
    from scipy.special import betainc

    size, chance = _negative_binomial(mean, variance)
    safe = np.maximum(count, 0.0)
    below: Floats = np.where(count < 0, 0.0, betainc(size, safe + 1, chance))
    return below


def negative_binomial_loss(count: Floats, *, mean: Floats, variance: Floats) -> Floats:
    """E[(X - count)+] = mean * P(Y >= count) - count * P(X > count), Y with r + 1 and the same p."""
    from scipy.special import betaincc

    size, chance = _negative_binomial(mean, variance)
    above = betaincc(size, np.maximum(count, 0.0) + 1, chance)
    reached = np.where(count < 1, 1.0, betaincc(size + 1, np.maximum(count, 1.0), chance))
    loss: Floats = np.maximum(mean * reached - count * above, 0.0)
    return loss


def smallest_count(is_enough: Callable[[Floats], Bools], *, start: Floats) -> Floats:
    """Smallest whole count >= 0 per element for which `is_enough`, a rising condition, holds.

    `start` is any first guess of an upper end; it is doubled until it holds, then halved in.
    """
    low: Floats = np.full(start.shape, -1.0)
    high: Floats = np.maximum(np.ceil(start), 1.0)
    enough = is_enough(high)
    while not np.all(enough | (high >= TALLEST)):
        low, high = np.where(enough, low, high), np.where(enough, high, high * 2)
        enough = is_enough(high)
    while np.any(high - low > 1):
        middle = np.floor((low + high) / 2)
        enough = is_enough(middle) & (middle >= 0)
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high


def _negative_binomial(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    size: Floats = mean**2 / (variance - mean)
    chance: Floats = mean / variance
    return size, chance
