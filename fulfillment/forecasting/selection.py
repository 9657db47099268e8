"""The choice of a method per series: by its back-test among the candidates of its pattern."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from fulfillment.forecasting.arrays import Bools, Floats, Ints
from fulfillment.forecasting.backtest import BacktestScores, Examination
from fulfillment.forecasting.candidates import CANDIDATES, SEASONAL_NAIVE, SLOW_PATTERNS, Candidate, ForecastPath
from fulfillment.forecasting.panel import ForecastSettings
from fulfillment.forecasting.patterns import Pattern
from fulfillment.forecasting.prepare import PreparedDemand
from fulfillment.forecasting.smoothing import History

HorizonKind = Literal["interval", "long"]
SLOW_DAILY_MEAN = 0.69


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One candidate with the path it left and its scores over both horizons."""

    candidate: Candidate
    path: ForecastPath
    scores: dict[HorizonKind, BacktestScores]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """All trials of one pattern, their ranking figures (c, m), lower is better, and the winner (m,)."""

    trials: tuple[Trial, ...]
    ranking: Floats
    winner: Ints


def choose_methods(demand: PreparedDemand, *, pattern: Pattern, interval: Ints, settings: ForecastSettings) -> Choice:
    """Back-test every candidate of `pattern` on the series of `demand` and pick the best for each."""
    lengths: dict[HorizonKind, Ints] = {"interval": interval, "long": np.full_like(interval, settings.long_horizon)}
    exams = {
        kind: Examination.of(demand, interval=length, cutoffs=settings.cutoffs, step=settings.cutoff_step)
        for kind, length in lengths.items()
    }
    history = History(demand.x, observed=demand.observed)
    trials = tuple(_try(candidate, candidate.path(history), exams) for candidate in CANDIDATES[pattern])
    slow = _is_slow(demand, pattern)
    ranking = np.array([_rank(trial, slow, pattern) for trial in trials])
    return Choice(trials=trials, ranking=ranking, winner=_pick(ranking, settings.switch_margin))


def _try(candidate: Candidate, path: ForecastPath, exams: dict[HorizonKind, Examination]) -> Trial:
    return Trial(candidate, path, {kind: exam.score(path) for kind, exam in exams.items()})


def _is_slow(demand: PreparedDemand, pattern: Pattern) -> Bools:
    """Slow series are ranked by squared errors: the absolute error of a mean below 0.69 is least at 0."""
    days = np.maximum(demand.observed.sum(axis=0), 1)
    mean = np.where(demand.observed, demand.x, 0.0).sum(axis=0) / days
    slow: Bools = (mean <= SLOW_DAILY_MEAN) | (pattern in SLOW_PATTERNS)
    return slow


def _rank(trial: Trial, slow: Bools, pattern: Pattern) -> Floats:
    scores = trial.scores["interval"]
    if trial.candidate is SEASONAL_NAIVE and pattern in SLOW_PATTERNS:
        return np.full(slow.shape, np.inf)
    ranked = np.where(slow, scores.rmsse, scores.sums.wape + np.abs(scores.sums.bias))
    return np.where(np.isnan(ranked), np.inf, ranked)


def _pick(ranking: Floats, margin: float) -> Ints:
    """The best, but the first candidate unless it is beaten by `margin`: a tie must not flip methods."""
    best = ranking.argmin(axis=0)
    series = np.arange(ranking.shape[1])
    with np.errstate(invalid="ignore"):
        better = ranking[best, series] < ranking[0] * (1 - margin)
    return np.where(better, best, 0).astype(np.int64)
