"""What moved the paid amount between two periods, store by store: an arithmetical contribution, never a cause. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from analytics.measures import Measures
from analytics.metric_tree import added_up, leaf_contributions, to_cents

NOTHING = Measures()


def headline(now: Mapping[str, Measures], before: Mapping[str, Measures], *, against: str) -> dict[str, Any]:
    """GMV = known buyers x paid amount per buyer in each store + orders of unknown buyers, and what each moved."""
    gmv, gmv_before = (sum((one.paid_amount for one in side.values()), Decimal(0)) for side in (now, before))
    branches: dict[str, dict[str, float]] = leaf_contributions(_factors(before), _factors(now))
    for code in {*now, *before}:
        guests = _guest_amount(now.get(code, NOTHING)) - _guest_amount(before.get(code, NOTHING))
        branches.setdefault(code, {})["guests"] = float(guests)
    by_store = {code: sum(parts.values()) for code, parts in branches.items()}
    change = gmv - gmv_before
    return {
        "against": against,
        "gmv": str(gmv),
        "gmv_before": str(gmv_before),
        "contributions": _texts(to_cents(added_up(branches), total=change)),
        "by_store": _texts(to_cents(by_store, total=change)),
    }


def _texts(parts: Mapping[str, Decimal]) -> dict[str, str]:
    return {name: str(value) for name, value in sorted(parts.items())}


def _factors(stores: Mapping[str, Measures]) -> dict[str, dict[str, float]]:
    return {
        code: {"buyers": float(one.buyers), "per_buyer": float(one.known_amount) / one.buyers}
        for code, one in stores.items()
        if one.buyers
    }


def _guest_amount(measures: Measures) -> Decimal:
    """What unknown buyers paid; of a store without known buyers everything."""
    return measures.paid_amount - (measures.known_amount if measures.buyers else Decimal(0))
