"""ABC by value, XYZ by regularity, and the patience to change a class."""

import numpy as np

from fulfillment.forecasting.arrays import Floats, Names, divide

ABC_CUTS = (0.80, 0.95)
XYZ_CUTS = (0.5, 1.0)


def abc_classes(value: Floats, *, cuts: tuple[float, float] = ABC_CUTS) -> Names:
    """Class of each SKU (n,) from its value, margin or revenue over 90 days.

    Sorted by falling value (equal values in the order given), a SKU is A while the share reached
    before it is below the first cut, B below the second, else C. No positive value is C.
    """
    order = np.argsort(-value, kind="stable")
    positive = np.maximum(value[order], 0.0)
    total = positive.sum()
    before = (np.cumsum(positive) - positive) / total if total > 0 else np.ones(len(value))
    ranked = np.where(before < cuts[0], "A", np.where(before < cuts[1], "B", "C"))
    classes = np.full(len(value), "C", dtype="<U1")
    classes[order] = np.where(positive > 0, ranked, "C")
    return classes


def xyz_classes(weekly: Floats, *, season: Floats | None = None, cuts: tuple[float, float] = XYZ_CUTS) -> Names:
    """Class of each SKU (n,) from the variation of its weekly demand (n, w): X < 0.5, Y < 1, Z
    above.

    `season` (w,) or (n, w) is divided out first. A SKU without demand is Z.
    """
    level = weekly if season is None else weekly / season
    variation = divide(level.std(axis=1), level.mean(axis=1))
    return np.where(variation < cuts[0], "X", np.where(variation < cuts[1], "Y", "Z"))


def settle_class(*, current: str | None, candidate: str, previous_candidate: str | None) -> str:
    """The class from now on: it changes only when two months running ask for the same new one."""
    if current is None or candidate == previous_candidate:
        return candidate
    return current
