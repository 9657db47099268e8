"""What the forecast reads: many demand series side by side, and how to treat them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from fulfillment.forecasting.arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class ForecastSettings:
    """The few numbers a shop may change; all counted in days unless named otherwise."""

    horizon_days: int = 90
    new_item_days: int = 28
    spike_mads: float = 3.0
    cutoffs: int = 6
    cutoff_step: int = 7
    long_horizon: int = 28
    window_days: int = 180
    quantile_windows: int = 60
    switch_margin: float = 0.02
    year_profile: bool = True
    chunk: int = 512


@dataclass(frozen=True, slots=True, eq=False)
class DemandPanel:
    """Daily demand of n series over the same t days, oldest day first, ending yesterday.

    `units` (n, t) is demand in units. `in_stock` (n, t) is False on a censored day, one on which
    the goods are known to have been out of stock; an unknown day counts as in stock. `uplift` (n,
    t) is the known factor of the promotions and events of a day, 1 on an ordinary day. `promo` (n,
    t) marks days whose sales never count as a one-off order nor as ordinary scatter. `group` (n,)
    is a category code from 0 up. `first_weekday` (Monday = 0) and `first_day_of_year` (from 0) date
    the first column.
    """

    units: Floats
    in_stock: Bools
    uplift: Floats
    promo: Bools
    group: Ints
    first_weekday: int
    first_day_of_year: int = 0

    @classmethod
    def of(
        cls,
        units: ArrayLike,
        *,
        first_weekday: int,
        in_stock: ArrayLike | None = None,
        uplift: ArrayLike | None = None,
        promo: ArrayLike | None = None,
        group: ArrayLike | None = None,
        first_day_of_year: int = 0,
    ) -> Self:
        """Check and complete a panel. `uplift` and `promo` may be one row (t,) for all series.

        Raises ValueError when a shape does not fit, demand is negative or an uplift is not
        positive.
        """
        demand = np.ascontiguousarray(units, dtype=np.float64)
        if demand.ndim != 2 or demand.shape[1] == 0:
            raise ValueError("units must be series x days")
        factor = _spread(1.0 if uplift is None else uplift, np.float64, demand.shape)
        if not np.all(demand >= 0) or not np.all(factor > 0):
            raise ValueError("units must not be negative and uplift must be positive")
        codes = np.zeros(len(demand), dtype=np.int64) if group is None else np.asarray(group, np.int64)
        if codes.shape != demand.shape[:1] or np.any(codes < 0) or not 0 <= first_weekday < 7:
            raise ValueError("group needs a code from 0 per series, first_weekday lies in 0..6")
        return cls(
            units=demand,
            in_stock=_spread(True if in_stock is None else in_stock, np.bool_, demand.shape),
            uplift=factor,
            promo=factor != 1.0 if promo is None else _spread(promo, np.bool_, demand.shape),
            group=codes,
            first_weekday=first_weekday,
            first_day_of_year=first_day_of_year,
        )

    @property
    def days(self) -> int:
        return self.units.shape[1]

    def __len__(self) -> int:
        return len(self.units)

    def chunks(self, size: int) -> Iterator[tuple[slice, Self]]:
        """Cut the panel into pieces of at most `size` series, with the place of each."""
        for start in range(0, len(self), size):
            place = slice(start, min(start + size, len(self)))
            yield place, self.take(place)

    def take(self, place: slice | Ints) -> Self:
        """The panel of some of its series."""
        return replace(
            self,
            units=self.units[place],
            in_stock=_rows(self.in_stock, place),
            uplift=_rows(self.uplift, place),
            promo=_rows(self.promo, place),
            group=self.group[place],
        )

    def first_sale(self) -> Ints:
        """Column of the first day with demand (n,); t for a series without any."""
        sold = self.units > 0
        return np.where(sold.any(axis=1), sold.argmax(axis=1), self.days).astype(np.int64)

    def observed(self) -> Bools:
        """Days that teach something (n, t): in stock, and not before the first sale."""
        since = np.arange(self.days)[None, :] >= self.first_sale()[:, None]
        return self.in_stock & since


def _rows(values: Any, place: slice | Ints) -> Any:
    """Some rows; where all are one and the same row they stay that."""
    if values.strides[0] == 0 and not isinstance(place, slice):
        return np.broadcast_to(values[:1], (len(place), values.shape[1]))
    return values[place]


def _spread(values: ArrayLike, kind: type[Any], shape: tuple[int, ...]) -> Any:
    """Broadcast without copying; a wrong shape is numpy's ValueError."""
    return np.broadcast_to(np.asarray(values, dtype=kind), shape)
