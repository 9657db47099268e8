"""Demand patterns: which family of methods may try a series."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from fulfillment.forecasting.arrays import Codes, Floats, divide
from fulfillment.forecasting.panel import DemandPanel

ADI_CUT = 1.32
CV2_CUT = 0.49


class Pattern(IntEnum):
    """Regularity of demand in time crossed with the scatter of its sizes."""

    SMOOTH = 0
    INTERMITTENT = 1
    ERRATIC = 2
    LUMPY = 3
    NEW = 4
    NO_DEMAND = 5

    @property
    def label(self) -> str:
        """The stored word, such as "smooth"."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, eq=False)
class Classification:
    """Pattern code per series (n,) with the two figures behind it; nan where there is no demand."""

    pattern: Codes
    adi: Floats
    cv2: Floats


def classify_demand(panel: DemandPanel, *, new_item_days: int = 28) -> Classification:
    """Classify by mean interval between demands (ADI) and squared variation of their sizes (CV2).

    Counted from the first sale and over in-stock days only, on demand freed from known uplift. Cuts
    1.32 and 0.49: Syntetos, Boylan and Croston (2005). A value on a cut belongs to the higher
    class.
    """
    observed = panel.observed()
    size = panel.units / panel.uplift
    demanded = observed & (panel.units > 0)
    count = demanded.sum(axis=1).astype(np.float64)
    adi = divide(observed.sum(axis=1).astype(np.float64), count)
    mean = divide(np.where(demanded, size, 0.0).sum(axis=1), count)
    spread = np.where(demanded, size - np.nan_to_num(mean)[:, None], 0.0)
    cv2 = divide(divide((spread**2).sum(axis=1), count), mean**2)
    pattern = _cross(adi, cv2)
    age = panel.days - panel.first_sale()
    pattern[age < new_item_days] = Pattern.NEW
    pattern[age == 0] = Pattern.NO_DEMAND
    return Classification(pattern=pattern, adi=adi, cv2=cv2)


def _cross(adi: Floats, cv2: Floats) -> Codes:
    """Demand known only from censored days has no figures and is the least certain class, lumpy."""
    rare = ~(adi < ADI_CUT)
    wild = ~(cv2 < CV2_CUT)
    return (rare.astype(np.int8) * Pattern.INTERMITTENT + wild.astype(np.int8) * Pattern.ERRATIC).astype(np.int8)
