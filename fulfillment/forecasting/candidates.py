"""The methods that may try each demand pattern, and the path of states each one leaves.

A path can be asked for the forecast of any later day from any day: that is what a back-test needs.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from fulfillment.forecasting import smoothing
from fulfillment.forecasting.arrays import Bools, Floats, Ints
from fulfillment.forecasting.patterns import Pattern


@dataclass(frozen=True, slots=True, eq=False)
class ForecastPath:
    """States after each day, time-major (t, n): a level, and a damped trend or a weekday memory."""

    level: Floats
    trend: Floats | None = None
    phi: float = 1.0
    carried: Floats | None = None

    @property
    def is_flat(self) -> bool:
        """Whether the forecast is the same for every later day, before the calendar factors."""
        return self.trend is None and self.carried is None

    def ahead(self, origins: Ints, *, step: int) -> Floats:
        """Forecast, calendar factors apart, for `step` days after each origin day: (o, n)."""
        if self.carried is not None:
            place = origins - smoothing.WEEK + 1 + (step - 1) % smoothing.WEEK
            remembered: Floats = self.carried[np.maximum(place, 0)]
            return remembered
        if self.trend is None:
            level: Floats = self.level[origins]
            return level
        reach = sum(self.phi**power for power in range(1, step + 1))
        return np.maximum(self.level[origins] + reach * self.trend[origins], 0.0)


PathBuilder = Callable[[Floats, Bools, dict[str, float]], ForecastPath]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A method with its parameters."""

    method: str
    build: PathBuilder
    params: dict[str, float] = field(default_factory=dict)

    def path(self, x: Floats, *, observed: Bools) -> ForecastPath:
        return self.build(x, observed, self.params)


def _ses(x: Floats, observed: Bools, params: dict[str, float]) -> ForecastPath:
    return ForecastPath(smoothing.ses_levels(x, observed=observed, alpha=params["alpha"]))


def _holt(x: Floats, observed: Bools, params: dict[str, float]) -> ForecastPath:
    level, trend = smoothing.damped_holt_states(
        x, observed=observed, alpha=params["alpha"], beta=params["beta"], phi=params["phi"]
    )
    return ForecastPath(level, trend=trend, phi=params["phi"])


def _seasonal_naive(x: Floats, observed: Bools, params: dict[str, float]) -> ForecastPath:
    carried = smoothing.weekday_carry(x, observed=observed)
    return ForecastPath(carried, carried=carried)


def _sba(x: Floats, observed: Bools, params: dict[str, float]) -> ForecastPath:
    return ForecastPath(smoothing.sba_levels(x, observed=observed, alpha=params["alpha"]))


def _tsb(x: Floats, observed: Bools, params: dict[str, float]) -> ForecastPath:
    return ForecastPath(smoothing.tsb_levels(x, observed=observed, alpha=params["alpha"], beta=params["beta"]))


def _weekly_tsb(x: Floats, observed: Bools, params: dict[str, float]) -> ForecastPath:
    return ForecastPath(smoothing.weekly_tsb_levels(x, observed=observed, alpha=params["alpha"], beta=params["beta"]))


SEASONAL_NAIVE = Candidate("seasonal_naive_7", _seasonal_naive)
_REGULAR = (
    Candidate("ses", _ses, {"alpha": 0.1}),
    Candidate("ses", _ses, {"alpha": 0.05}),
    Candidate("ses", _ses, {"alpha": 0.2}),
    Candidate("ses", _ses, {"alpha": 0.3}),
    Candidate("damped_holt", _holt, {"alpha": 0.1, "beta": 0.1, "phi": 0.95}),
    Candidate("damped_holt", _holt, {"alpha": 0.2, "beta": 0.1, "phi": 0.9}),
    SEASONAL_NAIVE,
)
_TSB = (
    Candidate("tsb", _tsb, {"alpha": 0.1, "beta": 0.05}),
    Candidate("tsb", _tsb, {"alpha": 0.1, "beta": 0.02}),
    Candidate("tsb", _tsb, {"alpha": 0.2, "beta": 0.1}),
)
_SBA = (
    Candidate("sba", _sba, {"alpha": 0.1}),
    Candidate("sba", _sba, {"alpha": 0.05}),
    Candidate("sba", _sba, {"alpha": 0.2}),
)
_WEEKLY = (
    Candidate("weekly_tsb", _weekly_tsb, {"alpha": 0.1, "beta": 0.1}),
    Candidate("weekly_tsb", _weekly_tsb, {"alpha": 0.2, "beta": 0.2}),
)

# The first of each list is what a series gets when its back-test cannot tell the candidates apart.
# The seasonal naive is tried everywhere as the measure of added value, and may win only for regular
# demand.
CANDIDATES: dict[Pattern, tuple[Candidate, ...]] = {
    Pattern.SMOOTH: _REGULAR,
    Pattern.ERRATIC: _REGULAR,
    Pattern.INTERMITTENT: (*_TSB, *_SBA, SEASONAL_NAIVE),
    Pattern.LUMPY: (*_TSB, *_WEEKLY, SEASONAL_NAIVE),
}
SLOW_PATTERNS = (Pattern.INTERMITTENT, Pattern.LUMPY)
