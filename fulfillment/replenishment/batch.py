"""Inputs and results of many suggestions as columns: the shape in which they are worked out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from fulfillment.forecasting.arrays import Bools, Floats, Ints
from fulfillment.replenishment.inputs import RestockInputs


@dataclass(frozen=True, slots=True, eq=False)
class RestockBatch:
    """One element per suggestion, named as in the inputs; nan stands for None, (n, q) for the quantiles."""

    position: Ints
    available: Ints
    overdue_on_order: Ints
    interval_mean: Floats
    lead_mean: Floats
    daily_mean: Floats
    daily_std: Floats
    forecast_rmse: Floats
    windows: Ints
    pooled_rmse: Floats
    history_days: Ints
    quantile_levels: Floats
    error_quantiles: Floats
    interval_days: Floats
    lead_std_days: Floats
    review_days: Floats
    is_fill: Bools
    level: Floats
    cover_min_days: Floats
    cover_max_days: Floats
    max_cover_days: Floats
    min_days_between_orders: Floats
    pack_tolerance_rate: Floats
    holds_moq: Bools
    shrink_k: Floats
    moq: Ints
    pack: Ints
    usable_days: Floats
    arriving_before_review: Ints
    budget_units: Floats
    order_cost: Floats
    holding_cost: Floats

    def __len__(self) -> int:
        return len(self.position)

    @classmethod
    def of(cls, inputs: Sequence[RestockInputs]) -> Self:
        """Lay rows out as columns."""
        levels, quantiles = _quantile_columns(inputs)
        columns: dict[str, Any] = {
            name: np.array([read(row) for row in inputs], dtype=kind)
            for kind, readers in _READERS.items()
            for name, read in readers.items()
        }
        return cls(**columns, quantile_levels=levels, error_quantiles=quantiles)


def _or_nan(value: object) -> float:
    return float("nan") if value is None else float(value)  # type: ignore[arg-type]


def _usable_days(row: RestockInputs) -> float:
    """Days on which received goods may still be sold."""
    if row.lot.shelf_days is None:
        return float("nan")
    return float(row.lot.shelf_days - row.lot.min_remaining_days)


def _quantile_columns(inputs: Sequence[RestockInputs]) -> tuple[Floats, Floats]:
    """Levels and values (n, q); rows with fewer pairs are filled up with nan."""
    width = max((len(row.demand.error_quantiles) for row in inputs), default=0)
    levels, values = np.full((len(inputs), width), np.nan), np.full((len(inputs), width), np.nan)
    for index, row in enumerate(inputs):
        for column, (level, value) in enumerate(row.demand.error_quantiles):
            levels[index, column], values[index, column] = level, value
    return levels, values


_Readers = dict[str, Callable[[RestockInputs], object]]
_READERS: dict[type, _Readers] = {
    np.int64: {
        "position": lambda row: row.position.total,
        "available": lambda row: row.position.available,
        "overdue_on_order": lambda row: row.position.overdue_on_order,
        "windows": lambda row: row.demand.windows,
        "history_days": lambda row: row.demand.history_days,
        "moq": lambda row: row.lot.moq,
        "pack": lambda row: row.lot.pack,
        "arriving_before_review": lambda row: row.lot.arriving_before_review,
    },
    np.float64: {
        "interval_mean": lambda row: row.demand.interval_mean,
        "lead_mean": lambda row: row.demand.lead_mean,
        "daily_mean": lambda row: row.demand.daily_mean,
        "daily_std": lambda row: row.demand.daily_std,
        "forecast_rmse": lambda row: _or_nan(row.demand.forecast_rmse),
        "pooled_rmse": lambda row: _or_nan(row.demand.pooled_rmse),
        "interval_days": lambda row: row.lead_time.interval_days,
        "lead_std_days": lambda row: row.lead_time.std_days,
        "review_days": lambda row: row.lead_time.review_days,
        "level": lambda row: row.policy.level,
        "cover_min_days": lambda row: row.policy.cover_min_days,
        "cover_max_days": lambda row: row.policy.cover_max_days,
        "max_cover_days": lambda row: row.policy.max_cover_days,
        "min_days_between_orders": lambda row: row.policy.min_days_between_orders,
        "pack_tolerance_rate": lambda row: row.policy.pack_tolerance_rate,
        "shrink_k": lambda row: row.policy.shrink_k,
        "usable_days": _usable_days,
        "budget_units": lambda row: _or_nan(row.lot.budget_units),
        "order_cost": lambda row: _or_nan(row.lot.order_cost),
        "holding_cost": lambda row: _or_nan(row.lot.holding_cost),
    },
    np.bool_: {
        "is_fill": lambda row: row.policy.measure == "fill",
        "holds_moq": lambda row: row.policy.moq_over_cover == "hold",
    },
}
