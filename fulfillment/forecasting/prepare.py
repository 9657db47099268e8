"""From a panel to the series a recursion may learn from: uplift, spikes and calendar taken out."""

from dataclasses import dataclass

import numpy as np

from fulfillment.forecasting.arrays import Bools, Floats, Ints
from fulfillment.forecasting.panel import DemandPanel, ForecastSettings
from fulfillment.forecasting.season import (
    WEEKDAYS,
    pooled_weekday_profile,
    weekday_profile,
    year_profile,
    year_weeks,
)
from fulfillment.forecasting.spikes import winsorise_spikes

CLOSED_FACTOR = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class PooledSeasons:
    """Profiles of the categories, learned from the first `upto` days: weekday (g, 7), year (g, 53)."""

    weekday: Floats
    year: Floats
    upto: int


@dataclass(frozen=True, slots=True, eq=False)
class PreparedDemand:
    """Time-major demand of one chunk.

    `x` (t, n) is free of uplift, spikes and calendar; `observed` (t, n) marks the days to learn
    from and `on_sale` (t, n) those to be judged on, closed weekdays among them; `units` (t, n) is
    demand as it was; `factors` (t + h, n) is calendar times uplift of past and future.
    """

    x: Floats
    observed: Bools
    on_sale: Bools
    units: Floats
    factors: Floats
    promo: Bools
    first: Ints

    def take(self, place: Ints) -> "PreparedDemand":
        """The same for some of the series."""
        return PreparedDemand(
            x=np.take(self.x, place, axis=1),
            observed=np.take(self.observed, place, axis=1),
            on_sale=np.take(self.on_sale, place, axis=1),
            units=np.take(self.units, place, axis=1),
            factors=np.take(self.factors, place, axis=1),
            promo=np.take(self.promo, place, axis=1),
            first=self.first[place],
        )


def pool_seasons(panel: DemandPanel, *, upto: int, settings: ForecastSettings) -> PooledSeasons:
    """Learn the category profiles from the first `upto` days of the panel."""
    return PooledSeasons(
        weekday=pooled_weekday_profile(panel, upto=upto, chunk=settings.chunk),
        year=year_profile(panel, upto=upto if settings.year_profile else 0, chunk=settings.chunk),
        upto=upto,
    )


def prepare_demand(
    panel: DemandPanel, *, seasons: PooledSeasons, future_uplift: Floats, settings: ForecastSettings
) -> PreparedDemand:
    """Take known effects out of the demand of one chunk. `future_uplift` is (n, h).

    A weekday on which the shop all but never sells teaches nothing and is skipped.
    """
    on_sale = panel.observed()
    x = panel.units / panel.uplift
    calendar = _calendar(panel, x, on_sale, seasons, days=panel.days + future_uplift.shape[1])
    past = calendar[:, : panel.days]
    observed = on_sale & (past >= CLOSED_FACTOR)
    x = winsorise_spikes(
        np.where(observed, x / np.maximum(past, CLOSED_FACTOR), 0.0),
        observed=observed,
        promo=panel.promo,
        mads=settings.spike_mads,
    )
    factors = calendar * np.concatenate([panel.uplift, future_uplift], axis=1)
    return PreparedDemand(
        x=np.ascontiguousarray(x.T),
        observed=np.ascontiguousarray(observed.T),
        on_sale=np.ascontiguousarray(on_sale.T),
        units=np.ascontiguousarray(panel.units.T),
        factors=np.ascontiguousarray(factors.T),
        promo=np.ascontiguousarray(panel.promo.T),
        first=panel.first_sale(),
    )


def _calendar(panel: DemandPanel, x: Floats, observed: Bools, seasons: PooledSeasons, days: int) -> Floats:
    """Weekday times year factor of each of `days` days, (n, days)."""
    profile = weekday_profile(
        x,
        observed=observed,
        first_weekday=panel.first_weekday,
        pooled=seasons.weekday[panel.group],
        upto=seasons.upto,
    )
    factor: Floats = profile[:, (panel.first_weekday + np.arange(days)) % WEEKDAYS]
    if np.all(seasons.year == 1.0):
        return factor
    weeks = year_weeks(days, first_day_of_year=panel.first_day_of_year)
    return factor * seasons.year[panel.group][:, weeks]
