"""Smoothing recursions over many series at once.

Arrays are time-major, (t, n): one step of time touches one contiguous row, and the only loops run
over time. `observed` is False on days to skip: the state then stays as it was. Every gain starts as
a running mean, max(gain, 1 / observations so far), so that no method depends on a chosen first
value.
"""

import numpy as np

from fulfillment.forecasting.arrays import Bools, Floats, Ints

WEEK = 7


def ses_levels(x: Floats, *, observed: Bools, alpha: float) -> Floats:
    """Simple exponential smoothing: level after each day, (t, n). `l += alpha * (x - l)`."""
    gains = _gains(np.cumsum(observed, axis=0, dtype=np.int64), observed, alpha)
    return _follow(x, gains)


def damped_holt_states(x: Floats, *, observed: Bools, alpha: float, beta: float, phi: float) -> tuple[Floats, Floats]:
    """Holt's linear trend, damped (Gardner and McKenzie 1985): level and trend after each day.

    The forecast h days on is level + trend * (phi + ... + phi**h). The trend starts after two
    weeks.
    """
    counts: Ints = np.cumsum(observed, axis=0, dtype=np.int64)
    gains = _gains(counts, observed, alpha)
    trend_gains = np.where(counts > 2 * WEEK, gains * beta, 0.0)
    levels, trends = np.empty_like(x), np.empty_like(x)
    level: Floats = np.zeros(x.shape[1])
    trend: Floats = np.zeros(x.shape[1])
    for day in range(len(x)):
        carried = phi * trend
        surprise = x[day] - level - carried
        seen = observed[day]
        level = np.where(seen, level + carried + gains[day] * surprise, level)
        trend = np.where(seen, carried + trend_gains[day] * surprise, trend)
        levels[day], trends[day] = level, trend
    return levels, trends


def sba_levels(x: Floats, *, observed: Bools, alpha: float) -> Floats:
    """Syntetos-Boylan approximation, mean per day after each day: (1 - alpha/2) * size / interval.

    The interval counts observed days only. Before the second demand it is the days observed so far.
    """
    demanded = observed & (x > 0)
    counts = np.cumsum(demanded, axis=0, dtype=np.int64)
    sizes = _follow(x, _gains(counts, demanded, alpha))
    between = _follow(_days_since_demand(demanded, observed), _gains(counts - 1, demanded, alpha))
    intervals = np.where(counts > 1, between, np.cumsum(observed, axis=0, dtype=np.int64))
    rates = np.zeros_like(x)
    np.divide(sizes, intervals, out=rates, where=intervals > 0)
    return rates * (1 - alpha / 2)


def tsb_levels(x: Floats, *, observed: Bools, alpha: float, beta: float) -> Floats:
    """Teunter, Syntetos and Babai (2011): chance of demand times size, after each day, (t, n).

    `p += beta * ([x > 0] - p)` on every observed day, `z += alpha * (x - z)` on days with demand.
    """
    demanded = observed & (x > 0)
    sizes = _follow(x, _gains(np.cumsum(demanded, axis=0, dtype=np.int64), demanded, alpha))
    chance = _follow(
        demanded.astype(np.float64),
        _gains(np.cumsum(observed, axis=0, dtype=np.int64), observed, beta),
    )
    return sizes * chance


def tsb_last_level(units: Floats, *, alpha: float, beta: float, in_stock: Bools | None = None) -> Floats:
    """The last TSB forecast per day of each series (n,) from units (n, t), keeping no path.

    Equal to the last row of `tsb_levels` with days before the first sale skipped.
    """
    x = np.ascontiguousarray(units.T)
    stocked = None if in_stock is None else np.ascontiguousarray(in_stock.T)
    size, chance, days, sales = (np.zeros(x.shape[1]) for _ in range(4))
    begun = np.zeros(x.shape[1], dtype=np.bool_)
    for day in range(len(x)):
        sold = x[day] > 0
        begun |= sold
        seen = begun if stocked is None else begun & stocked[day]
        sold &= seen
        days += seen
        sales += sold
        chance += seen * np.maximum(beta, 1 / np.maximum(days, 1)) * (sold - chance)
        size += sold * np.maximum(alpha, 1 / np.maximum(sales, 1)) * (x[day] - size)
    return size * chance


def weekly_tsb_levels(x: Floats, *, observed: Bools, alpha: float, beta: float) -> Floats:
    """TSB on weekly totals, split evenly over the days (ADIDA, Nikolopoulos and others 2011), (t,
    n).

    Weeks are counted back from the last day. A week seen in part is scaled up; one seen on fewer
    than three days is skipped. Inside a week the level of the last whole week holds.
    """
    lead = len(x) % WEEK
    shape = (len(x) // WEEK, WEEK, x.shape[1])
    seen_days = observed[lead:].reshape(shape).sum(axis=1)
    totals = np.where(observed, x, 0.0)[lead:].reshape(shape).sum(axis=1)
    weekly = totals * WEEK / np.maximum(seen_days, 1)
    rates = tsb_levels(weekly, observed=seen_days >= 3, alpha=alpha, beta=beta) / WEEK
    levels = np.zeros_like(x)
    levels[lead + WEEK - 1 :] = np.repeat(rates, WEEK, axis=0)[: len(x) - lead - WEEK + 1]
    return levels


def weekday_carry(x: Floats, *, observed: Bools) -> Floats:
    """Last observed value of the same weekday, as known on each day (t, n): seasonal naive of 7 days."""
    carried = np.where(observed, x, 0.0)
    for day in range(WEEK, len(x)):
        carried[day] = np.where(observed[day], x[day], carried[day - WEEK])
    return carried


def _gains(counts: Ints, moved: Bools, gain: float) -> Floats:
    return np.where(moved, np.maximum(gain, 1.0 / np.maximum(counts, 1)), 0.0)


def _follow(x: Floats, gains: Floats) -> Floats:
    levels = np.empty_like(gains)
    level = np.zeros(x.shape[1])
    step = np.empty_like(level)
    for day in range(len(x)):
        np.subtract(x[day], level, out=step)
        step *= gains[day]
        level += step
        levels[day] = level
    return levels


def _days_since_demand(demanded: Bools, observed: Bools) -> Floats:
    """On each day the count of observed days since the last demand, that day included."""
    clock = np.cumsum(observed, axis=0, dtype=np.int64)
    at_demand = np.where(demanded, clock, 0)
    last: Ints = np.maximum.accumulate(at_demand, axis=0)
    before = np.vstack([np.zeros((1, clock.shape[1]), dtype=np.int64), last[:-1]])
    waited: Floats = (clock - before).astype(np.float64)
    return waited
