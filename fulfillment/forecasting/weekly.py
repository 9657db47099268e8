"""Next week's units of each SKU: the forecast that planners read and that accuracy is measured on.

It shares the smoothing, the censoring by mask and the rolling-origin choice with the daily
forecast. It differs in what it aims at. A purchase needs the mean, and the daily forecast gives it.
A reader asks what an ordinary week sells, and a few bulk orders must not set that; so this one
follows a recency-weighted quantile, chosen over all SKUs together, as near to the median as a
bounded bias allows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from fulfillment.forecasting.arrays import Bools, Floats, Ints
from fulfillment.forecasting.metrics import ErrorSums
from fulfillment.forecasting.smoothing import ses_levels
from fulfillment.forecasting.spikes import spike_caps

MIN_AGE_WEEKS = 8
ACTIVE_WEEKS = 26
LEARNING_ORIGINS = 12
BIAS_LIMIT = 0.10
QUANTILES = (0.50, 0.525, 0.55, 0.575, 0.60, 0.625, 0.65, 0.675, 0.70, 0.725, 0.75)
DECAYS = (0.08, 0.12, 0.20)
POWER = 0.6
POWER_ALPHA = 0.15
SES_ALPHAS = (0.1, 0.2, 0.3, 0.5)


@dataclass(frozen=True, slots=True)
class WeeklyMethod:
    """One member of the family: "typical" with a quantile and a decay, or "ses" with an alpha."""

    name: str
    alpha: float
    quantile: float = 0.5

    def as_params(self) -> dict[str, float | str]:
        """Plain values, to be stored or printed."""
        if self.name == "ses":
            return {"method": self.name, "alpha": self.alpha}
        return {"method": self.name, "decay": self.alpha, "quantile": self.quantile}


@dataclass(frozen=True, slots=True, eq=False)
class WeeklyForecast:
    """Units expected next week (n,), and the method that the past weeks chose for all SKUs."""

    units: Floats
    chosen: WeeklyMethod


FAMILY = (
    *(WeeklyMethod("typical", decay, quantile) for decay in DECAYS for quantile in QUANTILES),
    *(WeeklyMethod("ses", alpha) for alpha in SES_ALPHAS),
)
YARDSTICK = WeeklyMethod("ses", 0.2)
DEFAULT = WeeklyMethod("typical", 0.12, 0.65)


class WeeklyForecaster:
    """Forecasts at successive weekly origins, each from the weeks before it and from nothing else.

    `units` (n, w) are whole weeks, oldest first; `first_sale_week` (n,) is the column of the first
    sale (negative when it lies before the first column, w or more when there is none yet). A week
    in which nothing at all was sold is taken as a closed shop and skipped.
    """

    def __init__(self, units: ArrayLike, *, first_sale_week: ArrayLike) -> None:
        self.units: Floats = np.asarray(units, dtype=np.float64)
        self.first: Ints = np.asarray(first_sale_week, dtype=np.int64)
        if self.units.ndim != 2 or self.first.shape != self.units.shape[:1]:
            raise ValueError("units must be SKU x weeks with one first_sale_week per SKU")
        self._errors: dict[int, ErrorSums] = {}

    def eligible(self, origin: int) -> Bools:
        """SKUs judged at `origin`: first sold 8 weeks before it or earlier, and sold in the last 26."""
        recent = self.units[:, max(0, origin - ACTIVE_WEEKS) : origin]
        known: Bools = (self.first <= origin - MIN_AGE_WEEKS) & (recent.sum(axis=1) > 0)
        return known

    def forecast(self, origin: int) -> WeeklyForecast:
        """Forecast the week in column `origin` with the method that was best in up to 12 weeks before."""
        chosen = self.choose(origin)
        history = _History(self.units[:, :origin], first=self.first)
        return WeeklyForecast(units=history.forecast(chosen), chosen=chosen)

    def choose(self, origin: int) -> WeeklyMethod:
        """The least WAPE among members whose bias stayed within 10 %, or within that of SES(0.2).

        When the whole shop rises or falls, every smoothing lags; then nobody need lag less than SES.
        """
        start = max(MIN_AGE_WEEKS + 1, origin - LEARNING_ORIGINS)
        errors = [self._past_errors(week) for week in range(start, origin)]
        actual = sum(float(error.actual) for error in errors)
        if actual <= 0:
            return DEFAULT
        wape = np.sum([error.abs_error for error in errors], axis=0) / actual
        bias = np.abs(np.sum([error.error for error in errors], axis=0)) / actual
        fair = bias <= max(BIAS_LIMIT, float(bias[FAMILY.index(YARDSTICK)]))
        ranking = np.where(fair, wape, np.inf)
        return FAMILY[int(ranking.argmin())]

    def _past_errors(self, week: int) -> ErrorSums:
        """Errors of every member of the family (members,) in the past week in column `week`."""
        if week not in self._errors:
            is_open = self.units[:, week].sum() > 0
            who = np.flatnonzero(self.eligible(week) & is_open)
            history = _History(self.units[who, :week], first=self.first[who])
            actual = self.units[who, week]
            sums = [ErrorSums.of(actual, history.forecast(member)) for member in FAMILY]
            self._errors[week] = ErrorSums(
                count=sums[0].count,
                actual=sums[0].actual,
                error=np.array([each.error for each in sums]),
                abs_error=np.array([each.abs_error for each in sums]),
                squared_error=np.array([each.squared_error for each in sums]),
            )
        return self._errors[week]


def forecast_next_week(units: ArrayLike, *, first_sale_week: ArrayLike) -> WeeklyForecast:
    """Forecast the week after the last column of `units` (n, w)."""
    forecaster = WeeklyForecaster(units, first_sale_week=first_sale_week)
    return forecaster.forecast(forecaster.units.shape[1])


def ses_forecast(units: Floats, *, first_sale_week: Ints, alpha: float, warm_up: int = 4) -> Floats:
    """SES started from the mean of the first `warm_up` weeks on sale: the plain yardstick, (n,)."""
    level, age = np.zeros(len(units)), np.zeros(len(units))
    for week in range(units.shape[1]):
        on_sale = week >= first_sale_week
        age += on_sale
        gain = np.where(age <= warm_up, 1 / np.maximum(age, 1), alpha) * on_sale
        level += gain * (units[:, week] - level)
    return level


def recent_quantile(units: Floats, *, observed: Bools, quantile: float, decay: float) -> Floats:
    """Quantile of the observed weeks of each row (n,), a week weighing (1 - decay) of the next one.

    Between two values it is interpolated on the middle of their weights. 0 where nothing was
    observed.
    """
    return _WeightedWeeks(units, observed=observed, decay=decay).quantile(quantile)


class _WeightedWeeks:
    """Recent weeks of each SKU in order of size, with the place of each on the scale of weights."""

    def __init__(self, units: Floats, *, observed: Bools, decay: float) -> None:
        ages = np.arange(units.shape[1])[::-1]
        # An unseen week goes to the far end without weight, so that it is never a neighbour.
        order = np.argsort(np.where(observed, units, np.inf), axis=1, kind="stable")
        weights = np.take_along_axis(np.where(observed, (1 - decay) ** ages, 0.0), order, axis=1)
        self.total: Floats = weights.sum(axis=1)
        self.values: Floats = np.take_along_axis(units, order, axis=1)
        share = weights / np.where(self.total > 0, self.total, 1.0)[:, None]
        self.middle: Floats = np.cumsum(share, axis=1) - share / 2
        self.last: Ints = np.maximum(observed.sum(axis=1) - 1, 0)

    def quantile(self, level: float) -> Floats:
        if self.values.shape[1] == 0:
            return np.zeros(len(self.values))
        rows = np.arange(len(self.values))
        reached = self.middle >= level
        upper = np.minimum(np.where(reached.any(axis=1), reached.argmax(axis=1), self.last), self.last)
        lower = np.maximum(upper - 1, 0)
        gap = self.middle[rows, upper] - self.middle[rows, lower]
        share = np.clip((level - self.middle[rows, lower]) / np.where(gap > 0, gap, 1.0), 0.0, 1.0)
        low, high = self.values[rows, lower], self.values[rows, upper]
        return np.where(self.total > 0, low + share * (high - low), 0.0)


class _History:
    """The weeks before an origin; what several members of the family need is worked out once."""

    def __init__(self, units: Floats, *, first: Ints) -> None:
        self.units = units
        open_weeks = units.sum(axis=0) > 0
        self.observed = (np.arange(units.shape[1])[None, :] >= first[:, None]) & open_weeks[None, :]
        self._weeks: dict[float, _WeightedWeeks] = {}
        self._root: Floats | None = None

    def forecast(self, member: WeeklyMethod) -> Floats:
        if member.name == "ses":
            return self._smooth(self.units, member.alpha)
        if self._root is None:
            caps = spike_caps(self.units, observed=self.observed)
            usual = np.minimum(self.units, caps[:, None])
            self._root = self._smooth(usual**POWER, POWER_ALPHA) ** (1 / POWER)
        if member.alpha not in self._weeks:
            self._weeks[member.alpha] = _WeightedWeeks(
                self.units[:, -ACTIVE_WEEKS:],
                observed=self.observed[:, -ACTIVE_WEEKS:],
                decay=member.alpha,
            )
        return (self._weeks[member.alpha].quantile(member.quantile) + self._root) / 2

    def _smooth(self, values: Floats, alpha: float) -> Floats:
        if values.shape[1] == 0:
            return np.zeros(len(values))
        by_week = np.ascontiguousarray(values.T)
        last: Floats = ses_levels(by_week, observed=self.observed.T, alpha=alpha)[-1]
        return last
