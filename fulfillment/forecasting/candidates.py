"""The methods that may try each demand pattern, and the path of states each one leaves.

A path can be asked for the forecast of any later day from any day: that is what a back-test needs.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from fulfillment.forecasting import smoothing
from fulfillment.forecasting.arrays import Floats, Ints
from fulfillment.forecasting.patterns import Pattern
from fulfillment.forecasting.smoothing import History


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
        """Forecast, calendar factors apart, for `step` days after each origin day: (o, n).

        `origins` are days of all series (o,), or each series' own (o, n).
        """
        if self.carried is not None:
            place = origins - smoothing.WEEK + 1 + (step - 1) % smoothing.WEEK
            return _on_days(self.carried, np.maximum(place, 0))
        if self.trend is None:
            return _on_days(self.level, origins)
        reach = sum(self.phi**power for power in range(1, step + 1))
        return np.maximum(_on_days(self.level, origins) + reach * _on_days(self.trend, origins), 0.0)

    def take(self, place: Ints) -> "ForecastPath":
        """The path of some of the series."""
        return ForecastPath(
            level=np.take(self.level, place, axis=1),
            trend=None if self.trend is None else np.take(self.trend, place, axis=1),
            phi=self.phi,
            carried=None if self.carried is None else np.take(self.carried, place, axis=1),
        )


def _on_days(values: Floats, days: Ints) -> Floats:
    """Values (t, n) on days (o,) of all series or (o, n) of each: (o, n)."""
    found: Floats = values[days] if days.ndim == 1 else np.take_along_axis(values, days, axis=0)
    return found


PathBuilder = Callable[[History, dict[str, float]], ForecastPath]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A method with its parameters."""

    method: str
    build: PathBuilder
    params: dict[str, float] = field(default_factory=dict)

    def path(self, history: History) -> ForecastPath:
        """The states that the method goes through."""
        return self.build(history, self.params)


def _ses(history: History, params: dict[str, float]) -> ForecastPath:
    return ForecastPath(history.ses(params["alpha"]))


def _holt(history: History, params: dict[str, float]) -> ForecastPath:
    level, trend = history.damped_holt(alpha=params["alpha"], beta=params["beta"], phi=params["phi"])
    return ForecastPath(level, trend=trend, phi=params["phi"])


def _seasonal_naive(history: History, params: dict[str, float]) -> ForecastPath:
    carried = history.weekday_carry()
    return ForecastPath(carried, carried=carried)


def _sba(history: History, params: dict[str, float]) -> ForecastPath:
    return ForecastPath(history.sba(params["alpha"]))


def _tsb(history: History, params: dict[str, float]) -> ForecastPath:
    return ForecastPath(history.tsb(alpha=params["alpha"], beta=params["beta"]))


def _weekly_tsb(history: History, params: dict[str, float]) -> ForecastPath:
    return ForecastPath(history.weekly_tsb(alpha=params["alpha"], beta=params["beta"]))


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
