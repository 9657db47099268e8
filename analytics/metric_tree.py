"""What moved a figure and by how much: an arithmetical contribution, never a cause. Pure.

LMDI-I (Ang 2004): for V = x1 · x2 · … the factor i contributes w · ln(xi1 / xi0), w = (V1 − V0) / ln(V1 / V0), or V0 when
both are equal. The contributions add up to V1 − V0 whatever the order of the factors, and again over the branches of a
sum. Where the logarithm does not exist, Shapley values of at most four factors take its place, which add up as well; a
branch that is new or gone is told apart as entered or left.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import permutations

MOST_SHAPLEY_FACTORS = 4
NEARLY_EQUAL = 1e-9
ENTERED, LEFT = "entered", "left"
CENT = Decimal("0.01")
Factors = Mapping[str, float]


def contributions(before: Factors, after: Factors) -> dict[str, float]:
    """How much each factor contributes to the change of the product; both sides name the same factors.

    Raises ValueError for different factors, and for more than four of them where one is not positive.
    """
    names = _same_factors(before, after)
    old, new = (math.prod(side[name] for name in names) for side in (before, after))
    positive = all(side[name] > 0 for side in (before, after) for name in names)
    # A product of tiny factors may be zero although none of them is.
    if not positive or not old or not new:
        return shapley(before, after)
    growth = math.log(new / old)
    # Near equality the quotient loses its digits, and both ends of the logarithmic mean are the same.
    weight = (new - old) / growth if abs(growth) > NEARLY_EQUAL else (old + new) / 2
    return {name: weight * math.log(after[name] / before[name]) for name in names}


def shapley(before: Factors, after: Factors) -> dict[str, float]:
    """The mean contribution of each factor over all orders in which the factors could have changed."""
    names = _same_factors(before, after)
    if len(names) > MOST_SHAPLEY_FACTORS:
        raise ValueError(f"at most {MOST_SHAPLEY_FACTORS} factors can be taken in every order")
    shares = dict.fromkeys(names, 0.0)
    orders = list(permutations(names))
    for order in orders:
        values = dict(before)
        for name in order:
            old = math.prod(values.values())
            values[name] = after[name]
            shares[name] += (math.prod(values.values()) - old) / len(orders)
    return shares


def _same_factors(before: Factors, after: Factors) -> list[str]:
    if set(before) != set(after):
        raise ValueError("both sides need the same factors")
    return list(before)


def leaf_contributions(before: Mapping[str, Factors], after: Mapping[str, Factors]) -> dict[str, dict[str, float]]:
    """The contributions within a sum of products, branch by branch: by store, by channel.

    A branch that was nothing before has one contribution `entered`, one that is nothing now has one `left`.
    """
    return {branch: _leaf(before.get(branch, {}), after.get(branch, {})) for branch in sorted({*before, *after})}


def _leaf(before: Factors, after: Factors) -> dict[str, float]:
    old = math.prod(before.values()) if before else 0.0
    new = math.prod(after.values()) if after else 0.0
    if old and new:
        return contributions(before, after)
    if new:
        return {ENTERED: new}
    return {LEFT: -old} if old else {}


def added_up(branches: Mapping[str, Factors]) -> dict[str, float]:
    """The contributions of all branches by factor."""
    totals: dict[str, float] = {}
    for parts in branches.values():
        for name, value in parts.items():
            totals[name] = totals.get(name, 0.0) + value
    return totals


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment's share of the denominator and its ratio; the shares of all segments add up to 1."""

    share: float
    ratio: float


@dataclass(frozen=True, slots=True)
class MixAndRate:
    """What a segment adds to the change of the whole ratio by its weight, and by its own ratio."""

    mix: float
    rate: float


def mix_and_rate(before: Mapping[str, Segment], after: Mapping[str, Segment]) -> dict[str, MixAndRate]:
    """Split the change of a ratio into shifts between segments and changes within them; all parts add up to R1 − R0."""
    nothing = Segment(0.0, 0.0)
    whole = sum(part.share * part.ratio for side in (before, after) for part in side.values()) / 2
    parts = {}
    for name in sorted({*before, *after}):
        old, new = before.get(name, nothing), after.get(name, nothing)
        # A segment that was not there had no ratio of its own: what it brings is all mix.
        old_ratio = old.ratio if old.share else new.ratio
        new_ratio = new.ratio if new.share else old.ratio
        parts[name] = MixAndRate(
            mix=(new.share - old.share) * ((old_ratio + new_ratio) / 2 - whole),
            rate=(old.share + new.share) / 2 * (new_ratio - old_ratio),
        )
    return parts


def to_cents(parts: Factors, *, total: Decimal) -> dict[str, Decimal]:
    """The parts rounded to cents so that they add up to the total exactly; the largest takes the rest."""
    rounded = {name: Decimal(repr(value)).quantize(CENT, rounding=ROUND_HALF_UP) for name, value in parts.items()}
    if rounded:
        largest = max(rounded, key=lambda name: (abs(rounded[name]), name))
        rounded[largest] += total - sum(rounded.values(), Decimal(0))
    return rounded
