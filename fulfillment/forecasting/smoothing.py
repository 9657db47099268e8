"""Smoothing recursions over many series at once.

Arrays are time-major, (t, n): one step of time touches one contiguous row, and the only loops run
over time. `observed` is False on days to skip: the state then stays as it was. Every gain starts as
a running mean, max(gain, 1 / observations so far), so that no method depends on a chosen first
value.
"""

from functools import cached_property

import numpy as np

from fulfillment.forecasting.arrays import Bools, Floats

WEEK = 7


class History:
    """What the recursions learn from. What several methods or gains need is worked out once and kept."""

    def __init__(self, x: Floats, *, observed: Bools) -> None:
        self.x = x
        self.observed = observed
        self._sizes: dict[float, Floats] = {}
        self._chances: dict[float, Floats] = {}

    @cached_property
    def sold(self) -> Bools:
        """Observed days with demand."""
        sold: Bools = self.observed & (self.x > 0)
        return sold

    @cached_property
    def days(self) -> Floats:
        """How many days were observed so far."""
        return _running_count(self.observed)

    @cached_property
    def sales(self) -> Floats:
        """How many days with demand there were so far."""
        return _running_count(self.sold)

    @cached_property
    def day_share(self) -> Floats:
        """One over the days so far: the gain of a running mean."""
        return 1.0 / np.maximum(self.days, 1.0)

    @cached_property
    def sale_share(self) -> Floats:
        """One over the days with demand so far."""
        return 1.0 / np.maximum(self.sales, 1.0)

    @cached_property
    def pause_share(self) -> Floats:
        """One over the pauses between demands so far."""
        return 1.0 / np.maximum(self.sales - 1.0, 1.0)

    def sizes(self, alpha: float) -> Floats:
        """Smoothed size of a demand after each day."""
        if alpha not in self._sizes:
            self._sizes[alpha] = _follow(self.x, _gains(self.sale_share, self.sold, alpha))
        return self._sizes[alpha]

    def chances(self, beta: float) -> Floats:
        """Smoothed chance of a demand after each day."""
        if beta not in self._chances:
            gains = _gains(self.day_share, self.observed, beta)
            self._chances[beta] = _follow(self.sold.astype(np.float64), gains)
        return self._chances[beta]

    @cached_property
    def pauses(self) -> Floats:
        """On each day the count of observed days since the last demand, that day included."""
        waited, last = np.empty_like(self.x), np.zeros(self.x.shape[1])
        for day, clock in enumerate(self.days):
            np.subtract(clock, last, out=waited[day])
            np.copyto(last, clock, where=self.sold[day])
        return waited

    def ses(self, alpha: float) -> Floats:
        """See `ses_levels`."""
        return _follow(self.x, _gains(self.day_share, self.observed, alpha))

    def damped_holt(self, *, alpha: float, beta: float, phi: float) -> tuple[Floats, Floats]:
        """See `damped_holt_states`."""
        x = self.x
        gains = _gains(self.day_share, self.observed, alpha)
        trend_gains = np.where(self.days > 2 * WEEK, gains * beta, 0.0)
        levels, trends = np.empty_like(x), np.empty_like(x)
        level, trend = np.zeros(x.shape[1]), np.zeros(x.shape[1])
        carried, expected, surprise = (np.empty_like(level) for _ in range(3))
        for day, seen in enumerate(self.observed):
            np.multiply(trend, phi, out=carried)
            np.subtract(x[day], level, out=surprise)
            surprise -= carried
            np.add(level, carried, out=expected)
            expected += gains[day] * surprise
            surprise *= trend_gains[day]
            carried += surprise
            np.copyto(level, expected, where=seen)
            np.copyto(trend, carried, where=seen)
            levels[day], trends[day] = level, trend
        return levels, trends

    def sba(self, alpha: float) -> Floats:
        """See `sba_levels`."""
        between = _follow(self.pauses, _gains(self.pause_share, self.sold, alpha))
        intervals = np.where(self.sales > 1, between, self.days)
        rates = np.zeros_like(self.x)
        np.divide(self.sizes(alpha), intervals, out=rates, where=intervals > 0)
        rates *= 1 - alpha / 2
        return rates

    def tsb(self, *, alpha: float, beta: float) -> Floats:
        """See `tsb_levels`."""
        return self.sizes(alpha) * self.chances(beta)

    @cached_property
    def weeks(self) -> "History":
        """Weekly totals, weeks counted back from the last day; those seen on fewer than three days are not observed."""
        x, observed = self.x, self.observed
        lead = len(x) % WEEK
        shape = (len(x) // WEEK, WEEK, x.shape[1])
        seen_days = observed[lead:].reshape(shape).sum(axis=1)
        totals = np.where(observed, x, 0.0)[lead:].reshape(shape).sum(axis=1)
        return History(totals * WEEK / np.maximum(seen_days, 1), observed=seen_days >= 3)

    def weekly_tsb(self, *, alpha: float, beta: float) -> Floats:
        """See `weekly_tsb_levels`."""
        lead = len(self.x) % WEEK
        rates = self.weeks.tsb(alpha=alpha, beta=beta) / WEEK
        levels = np.zeros_like(self.x)
        levels[lead + WEEK - 1 :] = np.repeat(rates, WEEK, axis=0)[: len(self.x) - lead - WEEK + 1]
        return levels

    def weekday_carry(self) -> Floats:
        """See `weekday_carry`."""
        carried = np.where(self.observed, self.x, 0.0)
        for day in range(WEEK, len(self.x)):
            carried[day] = np.where(self.observed[day], self.x[day], carried[day - WEEK])
        return carried


def ses_levels(x: Floats, *, observed: Bools, alpha: float) -> Floats:
    """Simple exponential smoothing: level after each day, (t, n). `l += alpha * (x - l)`."""
    return History(x, observed=observed).ses(alpha)


def damped_holt_states(x: Floats, *, observed: Bools, alpha: float, beta: float, phi: float) -> tuple[Floats, Floats]:
    """Holt's linear trend, damped (Gardner and McKenzie 1985): level and trend after each day.

    The forecast h days on is level + trend * (phi + ... + phi**h). The trend starts after two
    weeks.
    """
    return History(x, observed=observed).damped_holt(alpha=alpha, beta=beta, phi=phi)


def sba_levels(x: Floats, *, observed: Bools, alpha: float) -> Floats:
    """Syntetos-Boylan approximation, mean per day after each day: (1 - alpha/2) * size / interval.

    The interval counts observed days only. Before the second demand it is the days observed so far.
    """
    return History(x, observed=observed).sba(alpha)


def tsb_levels(x: Floats, *, observed: Bools, alpha: float, beta: float) -> Floats:
    """Teunter, Syntetos and Babai (2011): chance of demand times size, after each day, (t, n).

    `p += beta * ([x > 0] - p)` on every observed day, `z += alpha * (x - z)` on days with demand.
    """
    return History(x, observed=observed).tsb(alpha=alpha, beta=beta)


def tsb_last_level(units: Floats, *, alpha: float, beta: float, in_stock: Bools | None = None) -> Floats:
    """The last TSB forecast per day of each series (n,) from units (n, t), keeping no path.

    Equal to the last row of `tsb_levels` with days before the first sale skipped.
    """
    x = np.ascontiguousarray(units.T, dtype=np.float64)
    stocked = None if in_stock is None else np.ascontiguousarray(in_stock.T, dtype=np.float64)
    # Marks are numbers and every step writes into place: three times as fast as the plain expressions.
    size, chance, days, sales, sold, begun, gain, step = (np.zeros(x.shape[1]) for _ in range(8))
    for day, demand in enumerate(x):
        np.sign(demand, out=sold)
        np.maximum(begun, sold, out=begun)
        seen = begun if stocked is None else begun * stocked[day]
        sold *= seen
        for count, moved, least, target, level in (
            (days, seen, beta, sold, chance),
            (sales, sold, alpha, demand, size),
        ):
            np.add(count, moved, out=count)
            np.maximum(count, 1.0, out=gain)
            np.divide(1.0, gain, out=gain)
            np.maximum(gain, least, out=gain)
            gain *= moved
            np.subtract(target, level, out=step)
            step *= gain
            np.add(level, step, out=level)
    return size * chance


def weekly_tsb_levels(x: Floats, *, observed: Bools, alpha: float, beta: float) -> Floats:
    """TSB on weekly totals, split evenly over the days (ADIDA, Nikolopoulos and others 2011), (t,
    n).

    Weeks are counted back from the last day. A week seen in part is scaled up; one seen on fewer
    than three days is skipped. Inside a week the level of the last whole week holds.
    """
    return History(x, observed=observed).weekly_tsb(alpha=alpha, beta=beta)


def weekday_carry(x: Floats, *, observed: Bools) -> Floats:
    """Last observed value of the same weekday, as known on each day (t, n): seasonal naive of 7 days."""
    return History(x, observed=observed).weekday_carry()


def _running_count(marks: Bools) -> Floats:
    """How many marks there were up to and with each day. Day by day: numpy's own sum along the first axis is slower."""
    counts = np.empty(marks.shape)
    count = np.zeros(marks.shape[1])
    for day, marked in enumerate(marks):
        count = np.add(count, marked, out=counts[day])
    return counts


def _gains(share: Floats, moved: Bools, gain: float) -> Floats:
    gains: Floats = np.maximum(share, gain)
    gains *= moved
    return gains


def _follow(x: Floats, gains: Floats) -> Floats:
    levels = np.empty_like(gains)
    level = np.zeros(x.shape[1])
    step = np.empty_like(level)
    for day, gain in enumerate(gains):
        np.subtract(x[day], level, out=step)
        step *= gain
        level = np.add(level, step, out=levels[day])
    return levels
