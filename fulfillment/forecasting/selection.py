"""The choice of a method per series: by its back-test among the candidates of its pattern."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from fulfillment.forecasting.arrays import Bools, Floats, Ints
from fulfillment.forecasting.backtest import (
    BacktestScores,
    cutoff_days,
    error_scales,
    score_path,
)
from fulfillment.forecasting.candidates import CANDIDATES, SEASONAL_NAIVE, SLOW_PATTERNS, Candidate
from fulfillment.forecasting.panel import ForecastSettings
from fulfillment.forecasting.patterns import Pattern
from fulfillment.forecasting.prepare import PreparedDemand

HorizonKind = Literal["interval", "long"]
SLOW_DAILY_MEAN = 0.69


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One candidate with its scores over both horizons."""

    candidate: Candidate
    scores: dict[HorizonKind, BacktestScores]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """All trials of one pattern, their ranking figures (c, m), lower is better, and the winner (m,)."""

    trials: tuple[Trial, ...]
    ranking: Floats
    winner: Ints


def choose_methods(demand: PreparedDemand, *, pattern: Pattern, interval: Ints, settings: ForecastSettings) -> Choice:
    """Back-test every candidate of `pattern` on the series of `demand` and pick the best for each."""
    trials = tuple(_try(candidate, demand, interval, settings) for candidate in CANDIDATES[pattern])
    slow = _is_slow(demand, pattern)
    ranking = np.array([_rank(trial, slow, pattern) for trial in trials])
    return Choice(trials=trials, ranking=ranking, winner=_pick(ranking, settings.switch_margin))


def _try(candidate: Candidate, demand: PreparedDemand, interval: Ints, settings: ForecastSettings) -> Trial:
    path = candidate.path(demand.x, observed=demand.observed)
    lengths: dict[HorizonKind, Ints] = {
        "interval": interval,
        "long": np.full_like(interval, settings.long_horizon),
    }
    scores: dict[HorizonKind, BacktestScores] = {}
    for kind, length in lengths.items():
        origins = cutoff_days(
            len(demand.x),
            horizon=int(length.max(initial=1)),
            cutoffs=settings.cutoffs,
            step=settings.cutoff_step,
        )
        first_tested = int(origins.min(initial=len(demand.x) - 1)) + 1
        scales = error_scales(demand, upto=first_tested)
        scores[kind] = score_path(path, demand, origins=origins, interval=length, scales=scales)
    return Trial(candidate=candidate, scores=scores)


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
