"""One restock suggestion, or a hundred thousand: the same arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from fulfillment.forecasting.arrays import Bools, Floats
from fulfillment.replenishment.batch import RestockBatch
from fulfillment.replenishment.inputs import RestockInputs
from fulfillment.replenishment.levels import (
    BOUNDS,
    DISTRIBUTIONS,
    SMALLEST_MEAN,
    VARIANCE_SOURCES,
    Bound,
    Distribution,
    StockLevels,
    VarianceSource,
    stock_levels,
)
from fulfillment.replenishment.lots import (
    FLAGS,
    REASONS,
    STEPS,
    Flag,
    Reason,
    RoundedLots,
    Step,
    round_lots,
)
from fulfillment.replenishment.plain import to_plain


@dataclass(frozen=True, slots=True)
class TrailStep:
    """The quantity after one rounding step."""

    step: Step
    quantity: int


@dataclass(frozen=True, slots=True)
class RestockResult:
    """A suggestion with its arithmetic; see `StockLevels` and `RoundedLots` for the terms.

    `days_of_stock` is the cover of position plus quantity, None without demand. `eoq` is a hint
    only. `expedite` asks to chase an overdue purchase order, apart from whether more is to be
    ordered.
    """

    quantity: int
    reason: Reason
    reorder_point: int
    order_up_to: int
    safety_stock: float
    safety_stock_unclamped: float
    bound: Bound
    policy_conflict: bool
    predicted_fill: float
    predicted_cycle: float
    variance: float
    variance_source: VarianceSource
    own_weight: float
    distribution: Distribution
    days_of_stock: float | None
    eoq: float | None
    expedite: bool
    flags: tuple[Flag, ...]
    trail: tuple[TrailStep, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain dicts, lists, numbers and text."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        nested = {
            "flags": tuple(data["flags"]),
            "trail": tuple(TrailStep(**step) for step in data["trail"]),
        }
        return cls(**{**data, **nested})


@dataclass(frozen=True, slots=True, eq=False)
class RestockColumns:
    """The results of a batch as columns, one element per row of it."""

    levels: StockLevels
    lots: RoundedLots
    days_of_stock: Floats
    eoq: Floats
    expedite: Bools

    def __len__(self) -> int:
        return len(self.days_of_stock)

    def row(self, index: int) -> RestockResult:
        """One result as plain values."""
        levels, lots = self.levels, self.lots
        return RestockResult(
            quantity=int(lots.quantity[index]),
            reason=REASONS[lots.reason[index]],
            reorder_point=int(levels.reorder_point[index]),
            order_up_to=int(levels.order_up_to[index]),
            safety_stock=float(levels.safety_stock[index]),
            safety_stock_unclamped=float(levels.safety_stock_unclamped[index]),
            bound=BOUNDS[levels.bound[index]],
            policy_conflict=bool(levels.policy_conflict[index]),
            predicted_fill=float(levels.predicted_fill[index]),
            predicted_cycle=float(levels.predicted_cycle[index]),
            variance=float(levels.variance[index]),
            variance_source=VARIANCE_SOURCES[levels.variance_source[index]],
            own_weight=float(levels.own_weight[index]),
            distribution=DISTRIBUTIONS[levels.distribution[index]],
            days_of_stock=_or_none(self.days_of_stock[index]),
            eoq=_or_none(self.eoq[index]),
            expedite=bool(self.expedite[index]),
            flags=tuple(flag for flag, is_set in zip(FLAGS, lots.flags[index], strict=True) if is_set),
            trail=tuple(
                TrailStep(step, int(quantity)) for step, quantity in zip(STEPS, lots.trail[:, index], strict=True)
            ),
        )


def suggest_restock(inputs: RestockInputs) -> RestockResult:
    """Work out one suggestion: how much to order now, and every figure on the way there."""
    return suggest_restock_batch(RestockBatch.of([inputs])).row(0)


def suggest_many(inputs: Sequence[RestockInputs]) -> list[RestockResult]:
    """Work out many suggestions at once, in the order given."""
    if not inputs:
        return []
    columns = suggest_restock_batch(RestockBatch.of(inputs))
    return [columns.row(index) for index in range(len(inputs))]


def suggest_restock_batch(batch: RestockBatch) -> RestockColumns:
    """The arithmetic behind both, on columns. A row's result does not depend on its neighbours."""
    levels = stock_levels(batch)
    lots = round_lots(batch, levels)
    after = (batch.position + lots.quantity).astype(np.float64)
    moving = batch.interval_mean >= SMALLEST_MEAN
    daily = np.where(moving & (batch.daily_mean > 0), batch.daily_mean, np.nan)
    return RestockColumns(
        levels=levels,
        lots=lots,
        days_of_stock=after / daily,
        eoq=np.sqrt(2 * batch.order_cost * batch.daily_mean * 365 / batch.holding_cost),
        expedite=(batch.overdue_on_order > 0) & (batch.available <= levels.reorder_point),
    )


def economic_order_quantity(*, yearly_units: float, order_cost: float, holding_cost: float) -> float:
    """EOQ = sqrt(2 * K * D / h) units. A hint: 40 % too much costs 6 % more, 40 % too little 13 %.

    Raises ValueError unless the holding cost per unit and year is positive.
    """
    if holding_cost <= 0:
        raise ValueError("holding_cost must be positive")
    return float(np.sqrt(2 * order_cost * yearly_units / holding_cost))


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
