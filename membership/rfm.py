"""RFM segmentation: recency, frequency and monetary value, scored 1 to 5, and the segments made of the scores. Pure.

Rank mode gives 1 + floor(5 · (rank − 1) / n), where rank is the least rank of equal values: equal values get equal scores and the
lowest value always scores 1. Threshold mode gives 1 + the number of cuts strictly below the value; recency in days counts the
other way round.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
SCORES = 5
SCALE = range(1, SCORES + 1)
FEWEST_FOR_RANKS = 50
CROWDED_SHARE = 0.20
# Low recency, as far as dormant goes.
DORMANT_SCORE = 2

# Segment of (R score, FM score), the first rule that fits; FM is (F + M) / 2 rounded half up. Total and disjoint.
SEGMENT_OF: dict[tuple[int, int], str] = {
    **{(5, fm): "champions" for fm in (4, 5)},
    (4, 5): "champions",
    (4, 4): "loyal",
    (3, 4): "loyal",
    (3, 5): "loyal",
    **{(r, fm): "potential_loyalist" for r in (4, 5) for fm in (2, 3)},
    (5, 1): "new",
    (4, 1): "promising",
    (3, 3): "need_attention",
    (3, 1): "about_to_sleep",
    (3, 2): "about_to_sleep",
    (1, 5): "cannot_lose",
    **{(r, fm): "at_risk" for r in (1, 2) for fm in (3, 4)},
    (2, 5): "at_risk",
    (2, 1): "hibernating",
    (2, 2): "hibernating",
    (1, 1): "lost",
    (1, 2): "lost",
}
# Value segment of (R high, F high, M high).
VALUE_SEGMENT_OF: dict[tuple[bool, bool, bool], str] = {
    (True, True, True): "key_value",
    (True, False, True): "key_develop",
    (False, True, True): "key_keep",
    (False, False, True): "key_win_back",
    (True, True, False): "plain_value",
    (True, False, False): "plain_develop",
    (False, True, False): "plain_keep",
    (False, False, False): "plain_win_back",
}
HIGH_VALUE_DORMANT = ("key_keep", "key_win_back")


@dataclass(frozen=True)
class RfmRules:
    """How to score: mode, thresholds, the cut of the eight segments and what dormant means."""

    mode: str = "rank"
    recency_days: tuple[int, ...] = (30, 60, 120, 240)
    purchase_counts: tuple[float, ...] = (1, 2, 3, 5)
    spent: tuple[float, ...] = (100, 300, 1000, 3000)
    value_cut: str = "mean"
    fixed_cuts: Mapping[str, float] = field(default_factory=dict)
    dormant_days: int = 90
    fewest_for_ranks: int = FEWEST_FOR_RANKS


@dataclass(frozen=True)
class RfmCuts:
    """Everything that scores one customer without the others; stored with each run.

    A score is 1 and one more for each cut that is reached: days at most, purchases at least, cents at least. None stands for
    a score that nobody reaches.
    """

    mode: str
    recency_at_most: tuple[int | None, ...]
    frequency_at_least: tuple[int | None, ...]
    cents_at_least: tuple[int | None, ...]
    value: Mapping[str, float]
    dormant_days: int

    def to_json(self) -> dict[str, Any]:
        """Plain lists and numbers."""
        return {
            "mode": self.mode,
            "recency_at_most": list(self.recency_at_most),
            "frequency_at_least": list(self.frequency_at_least),
            "cents_at_least": list(self.cents_at_least),
            "value": dict(self.value),
            "dormant_days": self.dormant_days,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "RfmCuts":
        """The cuts of a stored run."""
        return cls(
            mode=data["mode"],
            recency_at_most=tuple(data["recency_at_most"]),
            frequency_at_least=tuple(data["frequency_at_least"]),
            cents_at_least=tuple(data["cents_at_least"]),
            value=data["value"],
            dormant_days=data["dormant_days"],
        )


@dataclass(frozen=True)
class RfmScores:
    """Scores and segments of n customers, in the order they came."""

    recency: Ints
    frequency: Ints
    monetary: Ints
    segment: tuple[str, ...]
    value_segment: tuple[str, ...]
    is_dormant: NDArray[np.bool_]


def rank_scores(values: NDArray[Any]) -> Ints:
    """1 + floor(5 · (rank − 1) / n) with the least rank of ties; higher values score higher."""
    if not values.size:
        return np.zeros(0, dtype=np.int64)
    below = np.searchsorted(np.sort(values), values, side="left")
    return 1 + (SCORES * below) // values.size


def rank_cuts(values: NDArray[Any]) -> tuple[int | None, ...]:
    """The least value that reaches each of the scores 2 to 5 by rank; None where no value does."""
    scores = rank_scores(values)
    reached = (values[scores >= score] for score in range(2, SCORES + 1))
    return tuple(int(group.min()) if group.size else None for group in reached)


def find_cuts(
    *, recency_days: Ints, frequency: Ints, cents: Ints, rules: RfmRules
) -> tuple[RfmCuts, tuple[dict[str, Any], ...]]:
    """The cuts that score these n customers, and what a reader should be warned of.

    Money comes in cents of one currency, so that equal amounts are equal. With fewer customers than ranks need, thresholds
    are used and a warning says so.
    """
    warnings: list[dict[str, Any]] = []
    mode = rules.mode
    if mode == "rank" and recency_days.size < rules.fewest_for_ranks:
        mode = "thresholds"
        warnings.append({"code": "too_few_for_ranks", "customers": int(recency_days.size)})
    value = value_cuts(recency_days=recency_days, frequency=frequency, cents=cents, rules=rules)
    if mode == "thresholds":
        return _threshold_cuts(rules, value), tuple(warnings)
    warnings += _crowding(recency_days=recency_days, frequency=frequency, monetary=cents)
    cuts = RfmCuts(
        mode=mode,
        recency_at_most=tuple(None if cut is None else -cut for cut in rank_cuts(-recency_days)),
        frequency_at_least=rank_cuts(frequency),
        cents_at_least=rank_cuts(cents),
        value=value,
        dormant_days=rules.dormant_days,
    )
    return cuts, tuple(warnings)


def _threshold_cuts(rules: RfmRules, value: Mapping[str, float]) -> RfmCuts:
    """Strictly above a cut is, in whole purchases and cents, at least the next whole number."""
    return RfmCuts(
        mode="thresholds",
        recency_at_most=tuple(reversed(rules.recency_days)),
        frequency_at_least=tuple(math.floor(cut) + 1 for cut in rules.purchase_counts),
        cents_at_least=tuple(math.floor(round(cut * 100, 4)) + 1 for cut in rules.spent),
        value=value,
        dormant_days=rules.dormant_days,
    )


def apply_cuts(cuts: RfmCuts, *, recency_days: Ints, frequency: Ints, cents: Ints) -> RfmScores:
    """Score n customers by stored cuts."""
    r = _reached(-recency_days, [None if cut is None else -cut for cut in cuts.recency_at_most])
    f = _reached(frequency, cuts.frequency_at_least)
    m = _reached(cents, cuts.cents_at_least)
    return RfmScores(
        recency=r,
        frequency=f,
        monetary=m,
        segment=segments_of(r, f, m),
        value_segment=value_segments_of(recency_days=recency_days, frequency=frequency, cents=cents, cuts=cuts.value),
        is_dormant=(r <= DORMANT_SCORE) & (recency_days >= cuts.dormant_days),
    )


def _reached(values: Ints, cuts: Sequence[int | None]) -> Ints:
    scores = np.ones(values.size, dtype=np.int64)
    for cut in cuts:
        if cut is not None:
            scores += values >= cut
    return scores


def segments_of(r: Ints, f: Ints, m: Ints) -> tuple[str, ...]:
    """The named segment of each customer."""
    # Half up in whole numbers: (F + M + 1) // 2.
    fm = (f + m + 1) // 2
    names = np.array([[SEGMENT_OF[one, other] for other in SCALE] for one in SCALE], dtype=object)
    return tuple(names[r - 1, fm - 1].tolist())


def value_cuts(*, recency_days: Ints, frequency: Ints, cents: Ints, rules: RfmRules) -> dict[str, float]:
    """The three cuts of the eight-segment model: mean, median, or fixed values (money in units of the currency)."""
    if rules.value_cut == "fixed":
        return {
            "recency_days": float(rules.fixed_cuts.get("recency_days", 90)),
            "frequency": float(rules.fixed_cuts.get("frequency", 2)),
            # Rounded, so that 1.10 is 110 cents and not a hair above.
            "cents": round(float(rules.fixed_cuts.get("monetary", 300)) * 100, 4),
        }
    if not recency_days.size:
        return {"recency_days": 0.0, "frequency": 0.0, "cents": 0.0}
    middle = np.median if rules.value_cut == "median" else np.mean
    return {
        "recency_days": float(middle(recency_days)),
        "frequency": float(middle(frequency)),
        "cents": float(middle(cents)),
    }


def value_segments_of(
    *, recency_days: Ints, frequency: Ints, cents: Ints, cuts: Mapping[str, float]
) -> tuple[str, ...]:
    """The value segment of each customer: F and M are high from the cut on, R is high when at most as many days ago."""
    r = recency_days <= cuts["recency_days"]
    f = frequency >= cuts["frequency"]
    m = cents >= cuts["cents"]
    names = np.array([VALUE_SEGMENT_OF[a, b, c] for a, b, c in product((False, True), repeat=3)], dtype=object)
    return tuple(names[4 * r + 2 * f + m].tolist())


def _crowding(**axes: Ints) -> list[dict[str, Any]]:
    """A warning for each axis on which one value holds more than a fifth of the customers."""
    found = []
    for name, values in axes.items():
        if not values.size:
            continue
        _distinct, counts = np.unique(values, return_counts=True)
        share = float(counts.max() / values.size)
        if share > CROWDED_SHARE:
            levels = int(np.unique(rank_scores(-values if name == "recency_days" else values)).size)
            found.append({"code": "one_value_holds_many", "axis": name, "share": round(share, 4), "levels": levels})
    return found
