"""Everything a restock suggestion is worked out from. It is stored with the suggestion."""

from dataclasses import dataclass
from decimal import Decimal
from math import isnan
from typing import Any, Literal, Self

import numpy as np

from fulfillment.forecasting import ForecastBatch
from fulfillment.forecasting.arrays import Ints
from fulfillment.replenishment.plain import optional_decimal, to_plain
from fulfillment.replenishment.position import InventoryPosition

Measure = Literal["cycle", "fill"]
MoqOverCover = Literal["buy", "hold"]


@dataclass(frozen=True, slots=True)
class DemandOutlook:
    """Demand over the protection interval H = L + R and its uncertainty, in units.

    `interval_mean` and `lead_mean` sum the forecast over H and over the next lead time,
    `daily_mean` is per day. `daily_std` is the scatter of an ordinary day over `history_days`.
    `forecast_rmse` is the error of the H-day sum over `windows` past windows and `pooled_rmse` that
    of its class. `error_quantiles` are pairs (level, actual minus forecast of the H-day sum),
    rising.
    """

    interval_mean: float
    lead_mean: float
    daily_mean: float
    daily_std: float
    forecast_rmse: float | None = None
    windows: int = 0
    pooled_rmse: float | None = None
    history_days: int = 0
    error_quantiles: tuple[tuple[float, float], ...] = ()

    @classmethod
    def from_forecast(
        cls,
        batch: ForecastBatch,
        *,
        index: int,
        lead_days: int,
        interval_days: int,
        history_days: int = 0,
    ) -> Self:
        """Take series `index` of a forecast; days are whole and lie within its horizon."""
        daily = batch.daily[index]
        mean, lead = float(daily[:interval_days].sum()), float(daily[:lead_days].sum())
        return cls._of(batch, index, mean, lead, float(daily[:interval_days].mean()), history_days)

    @classmethod
    def all_from_forecast(
        cls, batch: ForecastBatch, *, lead_days: Ints, interval_days: Ints, history_days: int
    ) -> list[Self]:
        """The same for every series of a forecast; the days are (n,). Sums are taken by the days they have in common."""
        mean, lead, daily_mean = (np.zeros(len(interval_days)) for _ in range(3))
        for days in np.unique(interval_days):
            rows = np.flatnonzero(interval_days == days)
            ahead = batch.daily[rows, :days]
            mean[rows], daily_mean[rows] = ahead.sum(axis=1), ahead.mean(axis=1)
        for days in np.unique(lead_days):
            rows = np.flatnonzero(lead_days == days)
            lead[rows] = batch.daily[rows, :days].sum(axis=1)
        figures = zip(mean.tolist(), lead.tolist(), daily_mean.tolist(), strict=True)
        return [cls._of(batch, index, *three, history_days) for index, three in enumerate(figures)]

    @classmethod
    def _of(
        cls, batch: ForecastBatch, index: int, interval_mean: float, lead_mean: float, daily_mean: float, history: int
    ) -> Self:
        quantiles = batch.error_quantiles[index].tolist()
        pairs = zip(batch.quantile_levels, quantiles, strict=True)
        return cls(
            interval_mean=interval_mean,
            lead_mean=lead_mean,
            daily_mean=daily_mean,
            daily_std=float(batch.daily_std[index]),
            forecast_rmse=_known(batch.interval_rmse[index]),
            windows=int(batch.windows[index]),
            pooled_rmse=_known(batch.pooled_rmse[index]),
            history_days=history,
            error_quantiles=() if any(map(isnan, quantiles)) else tuple(pairs),
        )


@dataclass(frozen=True, slots=True)
class LeadTime:
    """Supplier lead time and review period, in days. `std_days` is the scatter of past lead times."""

    mean_days: float
    std_days: float
    review_days: float

    @property
    def interval_days(self) -> float:
        """H, the days that an order placed now has to protect."""
        return self.mean_days + self.review_days


@dataclass(frozen=True, slots=True)
class ServicePolicy:
    """What a class of SKUs is entitled to; a row of the policy table.

    `measure` says what `level` means: "cycle", the chance of no stock-out between two arrivals, or
    "fill", the share of demand met from stock. Safety stock is held within
    `cover_min_days`..`cover_max_days` of demand, an order within `max_cover_days`.
    `pack_tolerance_rate` is the rest of a pack that is rounded down. `moq_over_cover` says whether
    a minimum lot above the maximum cover is bought or held back. `shrink_k` windows of own history
    weigh as much as the class.
    """

    measure: Measure
    level: float
    cover_min_days: float
    cover_max_days: float
    max_cover_days: float
    min_days_between_orders: float = 0.0
    pack_tolerance_rate: float = 0.10
    moq_over_cover: MoqOverCover = "buy"
    shrink_k: float = 30.0

    def __post_init__(self) -> None:
        if not 0 < self.level < 1:
            raise ValueError("level must lie between 0 and 1")
        if not 0 <= self.cover_min_days <= self.cover_max_days:
            raise ValueError("cover days must satisfy 0 <= min <= max")


SERVICE_DEFAULTS: dict[str, ServicePolicy] = {
    "fast": ServicePolicy("cycle", 0.98, 3, 7, max_cover_days=30),
    "mid": ServicePolicy("cycle", 0.95, 2, 5, max_cover_days=45),
    "long_tail": ServicePolicy("cycle", 0.90, 0, 3, max_cover_days=90, moq_over_cover="hold"),
}


@dataclass(frozen=True, slots=True)
class LotRules:
    """How much may be ordered at a time, in units. None means no such limit.

    `arriving_before_review` is the incoming stock due before the next review. `budget_units` is
    what open to buy leaves. `order_cost` per order and `holding_cost` per unit and year only serve
    the EOQ hint.
    """

    moq: int = 1
    pack: int = 1
    shelf_days: int | None = None
    min_remaining_days: int = 0
    arriving_before_review: int = 0
    budget_units: int | None = None
    order_cost: Decimal | None = None
    holding_cost: Decimal | None = None

    def __post_init__(self) -> None:
        if self.moq < 1 or self.pack < 1:
            raise ValueError("moq and pack are at least 1")


@dataclass(frozen=True, slots=True)
class RestockInputs:
    """The inputs of one suggestion; `from_json(to_json())` gives an equal value."""

    position: InventoryPosition
    demand: DemandOutlook
    lead_time: LeadTime
    policy: ServicePolicy
    lot: LotRules

    def to_json(self) -> dict[str, Any]:
        """Plain dicts, lists, numbers and text."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        demand, lot = dict(data["demand"]), dict(data["lot"])
        demand["error_quantiles"] = tuple((pair[0], pair[1]) for pair in demand["error_quantiles"])
        for cost in ("order_cost", "holding_cost"):
            lot[cost] = optional_decimal(lot[cost])
        return cls(
            position=InventoryPosition.from_json(data["position"]),
            demand=DemandOutlook(**demand),
            lead_time=LeadTime(**data["lead_time"]),
            policy=ServicePolicy(**data["policy"]),
            lot=LotRules(**lot),
        )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
