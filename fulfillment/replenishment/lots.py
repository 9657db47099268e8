"""From a need to a quantity that a supplier sells and the shop wants to hold, step by step.

The order of steps is fixed: need, minimum order, pack, useful lot, maximum cover, shelf life, open
to buy. The quantity after each step is kept, and a quantity of zero always carries the reason for
it.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from fulfillment.forecasting.arrays import Bools, Codes, Floats, Ints
from fulfillment.replenishment.batch import RestockBatch
from fulfillment.replenishment.levels import StockLevels, smallest_lot

Step = Literal["need", "moq", "pack", "useful_lot", "max_cover", "shelf_life", "open_to_buy"]
Reason = Literal[
    "order",
    "above_reorder_point",
    "no_need",
    "below_useful_lot",
    "moq_over_cover",
    "shelf_life",
    "no_open_to_buy",
]
Flag = Literal[
    "pack_rounded_down",
    "stockout_before_review",
    "capped_by_max_cover",
    "minimum_lot_over_cover",
    "capped_by_shelf_life",
    "capped_by_budget",
]
STEPS: tuple[Step, ...] = get_args(Step)
REASONS: tuple[Reason, ...] = get_args(Reason)
FLAGS: tuple[Flag, ...] = get_args(Flag)


@dataclass(frozen=True, slots=True, eq=False)
class RoundedLots:
    """Quantity after each step (7, n) in the order of STEPS, reason code and flags (n, f) of FLAGS."""

    trail: Ints
    reason: Codes
    flags: Bools

    @property
    def quantity(self) -> Ints:
        last: Ints = self.trail[-1]
        return last


class _Rounding:
    """The quantities as they stand after the latest step, with why some became zero."""

    def __init__(self, need: Ints, reason: Codes) -> None:
        self.quantity = need
        self.reason = reason
        self.flags = np.zeros((len(need), len(FLAGS)), dtype=np.bool_)
        self.trail = [need]

    def step(self, quantity: Ints) -> None:
        """Record a step; what has become zero stays zero."""
        self.quantity = np.where(self.quantity > 0, quantity, 0)
        self.trail.append(self.quantity)

    def refuse(self, where: Bools, reason: Reason) -> Bools:
        """Give the reason for rows that become zero in the step that follows; returns those rows."""
        hit: Bools = where & (self.quantity > 0)
        self.reason = np.where(hit, REASONS.index(reason), self.reason).astype(np.int8)
        return hit

    def flag(self, where: Bools, flag: Flag) -> None:
        self.flags[:, FLAGS.index(flag)] |= where & (self.quantity > 0)


def round_lots(batch: RestockBatch, levels: StockLevels) -> RoundedLots:
    """Round the need of each row, (n,). A positive quantity is a multiple of the pack, at least the MOQ."""
    rounding = _start(batch, levels)
    rounding.step(np.maximum(rounding.quantity, batch.moq))
    _round_to_pack(rounding, batch)
    _hold_small_lots(rounding, batch)
    _cap_by_cover(rounding, batch)
    _cap_by_shelf_life(rounding, batch)
    _cap_by_budget(rounding, batch)
    return RoundedLots(trail=np.array(rounding.trail), reason=rounding.reason, flags=rounding.flags)


def _start(batch: RestockBatch, levels: StockLevels) -> _Rounding:
    due = batch.position <= levels.reorder_point
    need = np.where(due, np.maximum(levels.order_up_to - batch.position, 0), 0)
    idle = np.where(due, REASONS.index("no_need"), REASONS.index("above_reorder_point"))
    return _Rounding(need, np.where(need > 0, REASONS.index("order"), idle).astype(np.int8))


def _round_to_pack(rounding: _Rounding, batch: RestockBatch) -> None:
    """Up to whole packs, but down when the rest is below the tolerance and the MOQ stays met."""
    rest = rounding.quantity % batch.pack
    down = rounding.quantity - rest
    forgiven = (rest > 0) & (rest < batch.pack_tolerance_rate * batch.pack) & (down >= smallest_lot(batch))
    rounding.flag(forgiven, "pack_rounded_down")
    rounding.step(np.where((rest == 0) | forgiven, down, down + batch.pack))


def _hold_small_lots(rounding: _Rounding, batch: RestockBatch) -> None:
    """Wait for a useful lot, unless the goods would run out before the next review."""
    noise_floor = np.ceil(np.round(batch.daily_mean * batch.min_days_between_orders, 9))
    useful = np.maximum(batch.moq, noise_floor)
    until_review = batch.available + batch.arriving_before_review
    runs_out = until_review < batch.daily_mean * batch.review_days
    small = rounding.quantity < useful
    rounding.flag(small & runs_out, "stockout_before_review")
    held = rounding.refuse(small & ~runs_out, "below_useful_lot")
    rounding.step(np.where(held, 0, rounding.quantity))


def _cap_by_cover(rounding: _Rounding, batch: RestockBatch) -> None:
    """Not above the maximum cover, except by a minimum lot: bought with a flag, or held back."""
    limit = _below(batch.max_cover_days * batch.daily_mean - batch.position)
    capped, lot = _whole_packs(limit, batch), smallest_lot(batch)
    over = rounding.quantity > limit
    forced = over & (capped < lot)
    rounding.flag(over & ~forced, "capped_by_max_cover")
    held = rounding.refuse(forced & batch.holds_moq, "moq_over_cover")
    rounding.flag(forced & ~held, "minimum_lot_over_cover")
    quantity = np.where(over, np.where(forced, lot, capped), rounding.quantity)
    rounding.step(np.where(held, 0, quantity))


def _cap_by_shelf_life(rounding: _Rounding, batch: RestockBatch) -> None:
    """Not more than sells before the goods are too old: (IP + q) / d <= usable days."""
    limited = ~np.isnan(batch.usable_days)
    limit = _below(np.nan_to_num(batch.usable_days) * batch.daily_mean - batch.position)
    over = limited & (rounding.quantity > limit)
    _cap(rounding, batch, over, limit, reason="shelf_life", flag="capped_by_shelf_life")


def _cap_by_budget(rounding: _Rounding, batch: RestockBatch) -> None:
    limited = ~np.isnan(batch.budget_units)
    limit = np.nan_to_num(batch.budget_units).astype(np.int64)
    over = limited & (rounding.quantity > limit)
    _cap(rounding, batch, over, limit, reason="no_open_to_buy", flag="capped_by_budget")


def _cap(
    rounding: _Rounding,
    batch: RestockBatch,
    over: Bools,
    limit: Ints,
    *,
    reason: Reason,
    flag: Flag,
) -> None:
    """Cut to the whole packs below a hard limit; less than the smallest lot is none, with its reason."""
    capped = _whole_packs(limit, batch)
    refused = rounding.refuse(over & (capped < smallest_lot(batch)), reason)
    rounding.flag(over & ~refused, flag)
    rounding.step(np.where(refused, 0, np.where(over, capped, rounding.quantity)))


def _whole_packs(limit: Ints, batch: RestockBatch) -> Ints:
    packs: Ints = np.maximum(limit, 0) // batch.pack * batch.pack
    return packs


def _below(units: Floats) -> Ints:
    """The whole units at or below, forgiving the last digits of floating point."""
    return np.floor(np.round(units, 9)).astype(np.int64)
