"""New items: the launch curve of their category, scaled by the little they have sold so far."""

import numpy as np

from fulfillment.forecasting.arrays import Floats, Ints, divide
from fulfillment.forecasting.panel import DemandPanel, ForecastSettings
from fulfillment.forecasting.prepare import PreparedDemand

CURVE_DAYS = 180
SMOOTHING_DAYS = 7
PRIOR_DAYS = 14.0


def launch_curves(panel: DemandPanel, *, settings: ForecastSettings) -> Floats:
    """Mean demand per day by age since the first sale, per category (g, 180), of items no longer
    new.

    Only items whose first sale lies after the first 28 days of the panel have a known launch. A
    category without any takes the mean of all; without anything at all the curve is nan.
    """
    groups = int(panel.group.max(initial=0)) + 1
    sums, counts = np.zeros((groups, CURVE_DAYS)), np.zeros((groups, CURVE_DAYS))
    for _, part in panel.chunks(settings.chunk):
        _add_launches(part, sums, counts, settings.new_item_days)
    overall = divide(sums.sum(axis=0), counts.sum(axis=0))
    curves = np.where(counts > 0, np.nan_to_num(divide(sums, counts)), overall)
    return np.apply_along_axis(_smooth, 1, _hold_last(curves))


def launch_forecast(demand: PreparedDemand, *, curves: Floats, days: int) -> tuple[Floats, Floats]:
    """Daily forecast (m, days) before calendar factors, and the scale of the curve (m,).

    `curves` (m, 180) is each series' own curve. The scale is (own units + prior) / (curve units +
    prior) with two weeks of the curve as the prior: gamma-Poisson shrinkage. Without a curve, the
    own mean.
    """
    age = np.cumsum(np.arange(len(demand.x))[:, None] >= demand.first[None, :], axis=0) - 1
    place = np.clip(age, 0, CURVE_DAYS - 1)
    expected = np.where(demand.observed, np.take_along_axis(curves.T, place, axis=0), 0.0).sum(axis=0)
    own = np.where(demand.observed, demand.x, 0.0).sum(axis=0)
    prior = PRIOR_DAYS * curves[:, : int(PRIOR_DAYS)].mean(axis=1)
    scale = divide(own + prior, expected + prior)
    ahead = np.minimum(age[-1][:, None] + 1 + np.arange(days), CURVE_DAYS - 1)
    daily = scale[:, None] * np.take_along_axis(curves, ahead, axis=1)
    mean = own / np.maximum(demand.observed.sum(axis=0), 1)
    return np.where(np.isnan(daily), mean[:, None], daily), np.nan_to_num(scale, nan=1.0)


def _add_launches(part: DemandPanel, sums: Floats, counts: Floats, new_item_days: int) -> None:
    first = part.first_sale()
    mature = (first >= new_item_days) & (part.days - first >= new_item_days)
    known = part.take(np.flatnonzero(mature))
    demand, seen = known.units / known.uplift, known.observed()
    for age in range(CURVE_DAYS):
        day = first[mature] + age
        reached = day < part.days
        rows, columns = np.flatnonzero(reached), day[reached]
        counted = seen[rows, columns]
        np.add.at(sums[:, age], known.group[rows], np.where(counted, demand[rows, columns], 0.0))
        np.add.at(counts[:, age], known.group[rows], counted.astype(np.float64))


def _hold_last(curves: Floats) -> Floats:
    """Ages that nobody has reached keep the value of the last known age."""
    known = np.where(np.isnan(curves), 0, np.arange(curves.shape[1]))
    last: Ints = np.maximum.accumulate(known, axis=1)
    return np.take_along_axis(curves, last, axis=1)


def _smooth(curve: Floats) -> Floats:
    half = SMOOTHING_DAYS // 2
    padded = np.pad(curve, half, mode="edge")
    return np.convolve(padded, np.full(SMOOTHING_DAYS, 1 / SMOOTHING_DAYS), mode="valid")
