"""Names for the kinds of arrays that the forecast passes around."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Codes = NDArray[np.int8]
Names = NDArray[np.str_]


def divide(numerator: Floats, denominator: Floats) -> Floats:
    """Divide element by element; nan where the denominator is zero or not a number."""
    top, bottom = np.broadcast_arrays(numerator, denominator)
    result = np.full(top.shape, np.nan)
    np.divide(top, bottom, out=result, where=bottom > 0)
    return result
