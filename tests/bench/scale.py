"""How large the made data is: `ZG_BENCH_SCALE=0.01 make bench ONLY=rfm` makes a hundredth of it, and the figures say so."""

import math
import os
from collections.abc import Sequence

SCALE = float(os.environ.get("ZG_BENCH_SCALE", "1"))


def scaled(count: int, *, least: int = 1) -> int:
    """A full count at this run's scale."""
    return max(least, round(count * SCALE))


def shrunk(text: str) -> str:
    """A remark, which says so when the data is smaller than the target's."""
    return text if SCALE == 1 else f"{text}; at {SCALE:g} of the full size"


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """The power p of value ~ size^p: the least-squares slope of the logarithms. 1 is linear, below it there is a fixed part."""
    xs, ys = [math.log(size) for size in sizes], [math.log(max(value, 1e-9)) for value in values]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    above = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - middle_x) ** 2 for x in xs)
