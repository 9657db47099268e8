"""Weekday and year profiles, pooled by category and shrunk."""

import numpy as np

from fulfillment.forecasting.arrays import Bools, Floats, Ints, divide
from fulfillment.forecasting.panel import DemandPanel

WEEKDAYS = 7
YEAR_WEEKS = 53
YEAR_DAYS = 365
OWN_SALE_DAYS = 60.0
YEAR_SMOOTHING = 5
YEAR_RANGE = (1 / 3, 3.0)


def pooled_weekday_profile(panel: DemandPanel, *, upto: int, chunk: int = 2048) -> Floats:
    """Weekday profile of each category (g, 7), Monday first, sum 7, from the first `upto` days."""
    sums = np.zeros((_groups(panel), WEEKDAYS))
    counts = np.zeros_like(sums)
    for _, part in panel.chunks(chunk):
        units, days = weekday_sums(
            part.units / part.uplift,
            observed=part.observed(),
            first_weekday=panel.first_weekday,
            upto=upto,
        )
        np.add.at(sums, part.group, units)
        np.add.at(counts, part.group, days)
    return _to_profile(np.nan_to_num(divide(sums, counts)))


def weekday_profile(x: Floats, *, observed: Bools, first_weekday: int, pooled: Floats, upto: int) -> Floats:
    """Profile per series (n, 7), Monday first, sum 7: its own means shrunk towards `pooled` (n, 7).

    The own share is s / (s + 60) for s days with sales, so that slow items take the pooled profile.
    """
    units, days = weekday_sums(x, observed=observed, first_weekday=first_weekday, upto=upto)
    own = _to_profile(np.nan_to_num(divide(units, days)))
    sale_days = (observed[:, :upto] & (x[:, :upto] > 0)).sum(axis=1)
    share = (sale_days / (sale_days + OWN_SALE_DAYS))[:, None]
    return _to_profile(share * own + (1 - share) * pooled)


def weekday_sums(x: Floats, *, observed: Bools, first_weekday: int, upto: int) -> tuple[Floats, Floats]:
    """Units and observed days by weekday, each (n, 7), Monday first."""
    units, days = np.zeros((len(x), WEEKDAYS)), np.zeros((len(x), WEEKDAYS))
    for weekday in range(WEEKDAYS):
        columns = slice((weekday - first_weekday) % WEEKDAYS, upto, WEEKDAYS)
        seen = observed[:, columns]
        units[:, weekday] = np.where(seen, x[:, columns], 0.0).sum(axis=1)
        days[:, weekday] = seen.sum(axis=1)
    return units, days


def year_profile(panel: DemandPanel, *, upto: int, chunk: int = 2048) -> Floats:
    """Seasonal factor of each week of the year by category (g, 53), mean 1; all 1 below one year.

    One item has too little data, so only categories get one. Means are smoothed over five weeks and
    damped by years / (years + 1), since one year cannot tell season from growth.
    """
    profile = np.ones((_groups(panel), YEAR_WEEKS))
    if upto < YEAR_DAYS:
        return profile
    sums, counts = np.zeros_like(profile), np.zeros_like(profile)
    weeks = year_weeks(upto, first_day_of_year=panel.first_day_of_year)
    for _, part in panel.chunks(chunk):
        seen = part.observed()[:, :upto]
        demand = np.where(seen, (part.units / part.uplift)[:, :upto], 0.0)
        for week in range(YEAR_WEEKS):
            columns = weeks == week
            np.add.at(sums[:, week], part.group, demand[:, columns].sum(axis=1))
            np.add.at(counts[:, week], part.group, seen[:, columns].sum(axis=1).astype(np.float64))
    return _damp(divide(sums, counts), years=upto / YEAR_DAYS)


def year_weeks(days: int, *, first_day_of_year: int) -> Ints:
    """Week-of-year bin of each of `days` days (days,), 0..52; a leap day shifts it by one day only."""
    return ((first_day_of_year + np.arange(days)) % YEAR_DAYS) // WEEKDAYS


def _damp(means: Floats, *, years: float) -> Floats:
    overall = np.nanmean(np.where(np.isnan(means).all(axis=1, keepdims=True), 1.0, means), axis=1)
    ratio = np.nan_to_num(divide(means, overall[:, None]), nan=1.0)
    half = YEAR_SMOOTHING // 2
    smooth = np.mean([np.roll(ratio, shift, axis=1) for shift in range(-half, half + 1)], axis=0)
    damped: Floats = np.clip(smooth, *YEAR_RANGE) ** (years / (years + 1))
    balanced: Floats = damped / damped.mean(axis=1, keepdims=True)
    return balanced


def _to_profile(means: Floats) -> Floats:
    total = means.sum(axis=1, keepdims=True)
    return np.where(total > 0, means * WEEKDAYS / np.where(total > 0, total, 1.0), 1.0)


def _groups(panel: DemandPanel) -> int:
    return int(panel.group.max(initial=0)) + 1
