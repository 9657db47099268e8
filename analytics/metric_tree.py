"""What moved a product of factors, and by how much: LMDI-I (Ang 2004), exact and symmetric. Pure.

For V = x1 · x2 · …: w = (V1 − V0) / ln(V1 / V0), w = V0 when both are equal; the contribution of factor i is w · ln(xi1 / xi0). The
contributions add up to V1 − V0. Where a factor is zero on a side the logarithm does not exist; Shapley values of the at most
four factors take its place, which add up as well. It is arithmetic, not cause.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import permutations

MOST_SHAPLEY_FACTORS = 4
NEARLY_EQUAL = 1e-9


def product(values: Sequence[float]) -> float:
    """x1 · x2 · …"""
    return math.prod(values)


def contributions(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """How much each factor contributes to the change of the product; both mappings hold the same factors."""
    names = list(before)
    if set(names) != set(after):
        raise ValueError("both sides need the same factors")
    old, new = product(list(before.values())), product([after[name] for name in names])
    # A product of tiny factors may be zero although none of them is.
    if old > 0 and new > 0:
        growth = math.log(new / old)
        # Near equality the quotient loses its digits, and both ends of the logarithmic mean are the same.
        weight = (new - old) / growth if abs(growth) > NEARLY_EQUAL else (old + new) / 2
        return {name: weight * math.log(after[name] / before[name]) for name in names}
    return _shapley(names, before, after)


def _shapley(names: Sequence[str], before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    if len(names) > MOST_SHAPLEY_FACTORS:
        raise ValueError("too many factors for a zero among them")
    shares = dict.fromkeys(names, 0.0)
    orders = list(permutations(names))
    for order in orders:
        values = dict(before)
        for name in order:
            old = product(list(values.values()))
            values[name] = after[name]
            shares[name] += (product(list(values.values())) - old) / len(orders)
    return shares


def leaf_contributions(
    before: Mapping[str, Mapping[str, float]], after: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, float]]:
    """The same for a sum of products, branch by branch (by store, by channel); a branch missing on a side is all zeros."""
    factors = next(iter([*before.values(), *after.values()]), {})
    nothing = dict.fromkeys(factors, 0.0)
    return {
        branch: contributions(before.get(branch, nothing), after.get(branch, nothing))
        for branch in sorted({*before, *after})
    }
