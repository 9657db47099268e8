"""What the check of a warehouse knows of it as a whole: worked out once, by the plan, and the same for every part.

However the SKUs are cut into parts, each is forecast with the same first day, horizon, event factors, seasons of its
category and errors of its pattern.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

import numpy as np
from constance import config as shop_settings

from fulfillment.forecasting import DemandPools, ForecastSettings, learn_pools
from fulfillment.models import RestockPolicy
from fulfillment.queries.demand import EventFactors, categories_of, event_factors, first_demand_day, load_history
from fulfillment.queries.terms import BuyingTerms, buying_terms, longest_lead_days
from fulfillment.services.policies import policies_of

LONGEST_INTERVAL_DAYS = 180
SHORTEST_HORIZON_DAYS = 28
# Profiles of categories and errors of patterns are learned on so many SKUs at most, so that memory and time of a plan are
# bounded: all of them in most warehouses, and in a larger one as many of each category as there is room for.
POOLED_SKUS = 4000


@dataclass(frozen=True, slots=True, eq=False)
class WarehouseOutlook:
    """Days of history and of forecast, event factors, and what SKUs take from each other; categories by their code."""

    first_day: date
    horizon_days: int
    factors: EventFactors
    categories: tuple[int | None, ...]
    pools: DemandPools

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "first_day": self.first_day.isoformat(),
            "horizon_days": self.horizon_days,
            "history": self.factors.history.tolist(),
            "ahead": self.factors.ahead.tolist(),
            "categories": list(self.categories),
            "pools": self.pools.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The outlook as the plan left it."""
        return cls(
            first_day=date.fromisoformat(data["first_day"]),
            horizon_days=data["horizon_days"],
            factors=EventFactors(history=np.array(data["history"]), ahead=np.array(data["ahead"])),
            categories=tuple(data["categories"]),
            pools=DemandPools.from_json(data["pools"]),
        )

    @property
    def settings(self) -> ForecastSettings:
        """How the forecast is asked for."""
        return ForecastSettings(horizon_days=self.horizon_days)


def first_day_of(warehouse_id: int, *, as_of: date) -> date:
    """The first day of history that is read: that of the first demand within the days that are kept."""
    earliest = as_of - timedelta(days=shop_settings.FORECAST_HISTORY_DAYS - 1)
    return first_demand_day(warehouse_id, earliest=earliest, last=as_of) or as_of - timedelta(days=27)


def interval_days(terms: BuyingTerms, policy: RestockPolicy) -> int:
    """The protection interval L + R of a SKU, in whole days."""
    return _whole_days(terms.lead_days + float(policy.review_days))


def _whole_days(days: float) -> int:
    return min(max(math.ceil(days), 1), LONGEST_INTERVAL_DAYS)


def policy_of(policies: Mapping[str, RestockPolicy], velocity: Mapping[int, str], sku_id: int) -> RestockPolicy:
    """The policy of the SKU's velocity class; a SKU without one is of the long tail."""
    return policies[velocity.get(sku_id, RestockPolicy.VelocityClass.LONG_TAIL)]


def look_at_warehouse(
    warehouse_id: int, *, sku_ids: Sequence[int], first_day: date, as_of: date, velocity: Mapping[int, str]
) -> WarehouseOutlook:
    """Learn from the warehouse's SKUs what each of them is forecast with."""
    policies = policies_of(warehouse_id)
    longest = longest_lead_days() + max(float(policy.review_days) for policy in policies.values())
    horizon = max(SHORTEST_HORIZON_DAYS, _whole_days(longest))
    factors = event_factors(warehouse_id, first=first_day, last=as_of, horizon_days=horizon)
    category_of = _categories(sku_ids)
    learners = spread_over_categories(category_of, most=POOLED_SKUS)
    categories = (None, *sorted({code for sku in learners if (code := category_of[sku]) is not None}))
    terms = buying_terms(learners)
    intervals = [interval_days(terms[sku_id], policy_of(policies, velocity, sku_id)) for sku_id in learners]
    history = load_history(
        warehouse_id, sku_ids=learners, first=first_day, last=as_of, factors=factors, categories=categories
    )
    pools = learn_pools(
        history.panel,
        interval_days=np.array(intervals, dtype=np.int64),
        future_uplift=factors.ahead,
        settings=ForecastSettings(horizon_days=horizon),
    )
    return WarehouseOutlook(
        first_day=first_day, horizon_days=horizon, factors=factors, categories=categories, pools=pools
    )


def _categories(sku_ids: Sequence[int]) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    wanted = set(sku_ids)
    for start in range(0, len(sku_ids), POOLED_SKUS):
        found |= categories_of(sku_ids[start : start + POOLED_SKUS])
    return {sku_id: category for sku_id, category in found.items() if sku_id in wanted}


def spread_over_categories(category_of: Mapping[int, int | None], *, most: int) -> list[int]:
    """At most so many SKUs, by id: the same number of each category where it has them, evenly spaced over its ids."""
    members: dict[int | None, list[int]] = defaultdict(list)
    for sku_id in sorted(category_of):
        members[category_of[sku_id]].append(sku_id)
    left, chosen = most, list[int]()
    # The small ones first: what they leave goes to the others.
    for place, skus in enumerate(sorted(members.values(), key=lambda skus: (len(skus), skus[0]))):
        room = min(left // (len(members) - place), len(skus))
        chosen += [skus[number * len(skus) // room] for number in range(room)]
        left -= room
    return sorted(chosen)
