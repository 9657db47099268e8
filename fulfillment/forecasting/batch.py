"""The daily forecast of many series: classify, back-test, choose, forecast, measure the error."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from fulfillment.forecasting.arrays import Bools, Codes, Floats, Ints, Names
from fulfillment.forecasting.backtest import BacktestScores, window_errors
from fulfillment.forecasting.candidates import CANDIDATES, Candidate, ForecastPath
from fulfillment.forecasting.launch import launch_curves, launch_forecast
from fulfillment.forecasting.panel import DemandPanel, ForecastSettings
from fulfillment.forecasting.patterns import Pattern, classify_demand
from fulfillment.forecasting.pooling import PooledErrors, pool_errors
from fulfillment.forecasting.pools import DemandPools
from fulfillment.forecasting.prepare import PreparedDemand, pool_seasons, prepare_demand
from fulfillment.forecasting.quantiles import column_quantiles
from fulfillment.forecasting.results import QUANTILE_LEVELS, BacktestTable, ForecastBatch
from fulfillment.forecasting.selection import Choice, HorizonKind, choose_methods
from fulfillment.forecasting.smoothing import History

MIN_TRAINING_DAYS = 56
HORIZONS: tuple[HorizonKind, ...] = ("interval", "long")
METHODS = tuple(dict.fromkeys(each.method for candidates in CANDIDATES.values() for each in candidates))
BACKTESTS = tuple((method, kind) for method in METHODS for kind in HORIZONS)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Some of the series, prepared twice: with the profiles of the tested past and with today's.

    `rows` (m,) are their rows in the result, `interval` (m,) their protection intervals.
    """

    tested: PreparedDemand
    current: PreparedDemand
    rows: Ints
    interval: Ints

    def take(self, place: Ints) -> "_Part":
        # numpy adds a single column up in another order than several: a lonely series is done twice, so that the last
        # digits do not depend on its neighbours.
        place = np.repeat(place, 2) if len(place) == 1 else place
        if len(place) == len(self.rows) and np.array_equal(place, np.arange(len(place))):
            return self
        return _Part(
            tested=self.tested.take(place),
            current=self.current.take(place),
            rows=self.rows[place],
            interval=self.interval[place],
        )


@dataclass(slots=True, eq=False)
class _Sheet:
    """The result being filled in; one row per series."""

    method: Names
    params: list[dict[str, float]]
    pattern: Codes
    adi: Floats
    cv2: Floats
    daily: Floats
    daily_std: Floats
    interval_rmse: Floats
    windows: Ints
    error_quantiles: Floats
    lost_sales: Floats
    backtest: dict[tuple[str, HorizonKind], BacktestTable] = field(default_factory=dict)

    @classmethod
    def blank(cls, series: int, *, horizon_days: int) -> "_Sheet":
        return cls(
            method=np.full(series, "zero", dtype="<U24"),
            params=[{} for _ in range(series)],
            pattern=np.full(series, Pattern.NO_DEMAND, dtype=np.int8),
            adi=np.full(series, np.nan),
            cv2=np.full(series, np.nan),
            daily=np.zeros((series, horizon_days)),
            daily_std=np.zeros(series),
            interval_rmse=np.full(series, np.nan),
            windows=np.zeros(series, dtype=np.int64),
            error_quantiles=np.full((series, len(QUANTILE_LEVELS)), np.nan),
            lost_sales=np.zeros(series),
        )


def forecast_demand(
    panel: DemandPanel,
    *,
    interval_days: ArrayLike,
    future_uplift: ArrayLike = 1.0,
    settings: ForecastSettings | None = None,
    pools: DemandPools | None = None,
) -> ForecastBatch:
    """Forecast each series per day and measure the error over its protection interval.

    `interval_days`, L + R, is (n,) or one number, 1 to `settings.horizon_days`. `future_uplift` is
    (n, h), (h,) or one number. A method is chosen per series by rolling-origin back-test among the
    candidates of its pattern: regular demand by WAPE plus absolute bias of the interval's sum, slow
    demand by RMSSE. Profiles used in the back-test are learned on the days before it where at least
    eight weeks remain. With `pools`, learned once by `learn_pools`, a series' result does not depend
    on what else is in the panel, whose groups are then the pools'; without, the panel is its own
    pool. Raises ValueError for an interval outside the horizon.
    """
    rules = settings or ForecastSettings()
    interval = _intervals(panel, interval_days, rules)
    if pools is None:
        pools = learn_pools(panel, interval_days=interval, settings=rules, with_errors=False)
    uplift = np.broadcast_to(np.asarray(future_uplift, dtype=np.float64), (len(panel), rules.horizon_days))
    sheet = _Sheet.blank(len(panel), horizon_days=rules.horizon_days)
    _fill(sheet, panel, interval=interval, uplift=uplift, pools=pools, settings=rules)
    return _finish(sheet, interval, pools.errors)


def learn_pools(
    panel: DemandPanel,
    *,
    interval_days: ArrayLike,
    future_uplift: ArrayLike = 1.0,
    settings: ForecastSettings | None = None,
    with_errors: bool = True,
) -> DemandPools:
    """What a series takes from the others: seasons and launches of its category, and the errors of its pattern.

    The days before the back-test are those before the longest of `interval_days` (n,) or one number. Learning the errors
    means forecasting the panel; without them a forecast takes those of its own panel.
    """
    rules = settings or ForecastSettings()
    interval = _intervals(panel, interval_days, rules)
    tested = rules.cutoff_step * (rules.cutoffs - 1) + max(rules.long_horizon, int(interval.max(initial=1)))
    upto = panel.days - tested if panel.days - tested >= MIN_TRAINING_DAYS else panel.days
    pools = DemandPools(
        tested=pool_seasons(panel, upto=upto, settings=rules),
        current=pool_seasons(panel, upto=panel.days, settings=rules),
        curves=launch_curves(panel, settings=rules),
    )
    if not with_errors:
        return pools
    batch = forecast_demand(panel, interval_days=interval, future_uplift=future_uplift, settings=rules, pools=pools)
    return replace(pools, errors=_errors_of(batch))


def _errors_of(batch: ForecastBatch) -> PooledErrors:
    return pool_errors(batch.interval_rmse, mean=batch.interval_mean, windows=batch.windows, pattern=batch.pattern)


def _intervals(panel: DemandPanel, interval_days: ArrayLike, rules: ForecastSettings) -> Ints:
    interval = np.broadcast_to(np.asarray(interval_days, dtype=np.int64), (len(panel),))
    if len(panel) and (interval.min() < 1 or interval.max() > rules.horizon_days):
        raise ValueError("interval_days must lie within 1..horizon_days")
    return interval


def _fill(
    sheet: _Sheet,
    panel: DemandPanel,
    *,
    interval: Ints,
    uplift: Floats,
    pools: DemandPools,
    settings: ForecastSettings,
) -> None:
    """Classify all series, then do those of each pattern together, in chunks."""
    for place, some in panel.chunks(settings.chunk):
        classes = classify_demand(some, new_item_days=settings.new_item_days)
        sheet.pattern[place], sheet.adi[place], sheet.cv2[place] = classes.pattern, classes.adi, classes.cv2
    for pattern in (*CANDIDATES, Pattern.NEW):
        members = np.flatnonzero(sheet.pattern == pattern)
        for start in range(0, len(members), settings.chunk):
            rows = members[start : start + settings.chunk]
            # See _Part.take: a single series is done twice.
            rows = np.repeat(rows, 2) if len(rows) == 1 else rows
            some = panel.take(rows)
            tested, current = (
                prepare_demand(some, seasons=seasons, future_uplift=uplift[rows], settings=settings)
                for seasons in (pools.tested, pools.current)
            )
            part = _Part(tested=tested, current=current, rows=rows, interval=interval[rows])
            _measure_scatter(sheet, part)
            if pattern == Pattern.NEW:
                _forecast_new(sheet, part, curves=pools.curves[some.group])
            else:
                _forecast_pattern(sheet, part, pattern=pattern, settings=settings)


def _forecast_pattern(sheet: _Sheet, part: _Part, *, pattern: Pattern, settings: ForecastSettings) -> None:
    """Choose per series; then fit each winner again on today's profiles to forecast, and on the
    tested ones to measure its error."""
    choice = choose_methods(part.tested, pattern=pattern, interval=part.interval, settings=settings)
    _note_backtest(sheet, choice, place=part.rows)
    for index in np.unique(choice.winner):
        trial = choice.trials[index]
        place = np.flatnonzero(choice.winner == index)
        place = np.repeat(place, 2) if len(place) == 1 else place
        won = part.take(place)
        _forecast(sheet, trial.candidate, part=won)
        _measure_windows(sheet, trial.path.take(place), part=won, settings=settings)


def _measure_scatter(sheet: _Sheet, part: _Part) -> None:
    demand = part.current
    ordinary = demand.observed & ~demand.promo
    count = np.maximum(ordinary.sum(axis=0), 1)
    mean = np.where(ordinary, demand.x, 0.0).sum(axis=0) / count
    spread = np.where(ordinary, demand.x - mean, 0.0)
    sheet.daily_std[part.rows] = np.sqrt((spread**2).sum(axis=0) / np.maximum(count - 1, 1))


def _forecast(sheet: _Sheet, candidate: Candidate, *, part: _Part) -> None:
    demand = part.current
    path = candidate.path(History(demand.x, observed=demand.observed))
    last = np.array([len(demand.x) - 1])
    for step in range(1, sheet.daily.shape[1] + 1):
        expected = path.ahead(last, step=step)[0] * demand.factors[last[0] + step]
        sheet.daily[part.rows, step - 1] = expected
    sheet.method[part.rows] = candidate.method
    for row in part.rows:
        sheet.params[row] = dict(candidate.params)
    sheet.lost_sales[part.rows] = _lost_sales(path, demand)


def _lost_sales(path: ForecastPath, demand: PreparedDemand) -> Floats:
    days = len(demand.x)
    expected = path.ahead(np.arange(days - 1), step=1) * demand.factors[1:days]
    missed = ~demand.on_sale[1:] & (np.arange(1, days)[:, None] > demand.first[None, :])
    shortfall: Floats = np.maximum(expected - demand.units[1:], 0.0)
    lost: Floats = np.where(missed, shortfall, 0.0).sum(axis=0)
    return lost


def _measure_windows(sheet: _Sheet, path: ForecastPath, *, part: _Part, settings: ForecastSettings) -> None:
    demand, rows = part.tested, part.rows
    windows = min(settings.window_days, len(demand.x))
    errors = window_errors(path, demand, windows=windows, interval=part.interval)
    count = np.isfinite(errors).sum(axis=0)
    known = count > 0
    squares = np.nansum(errors**2, axis=0)
    sheet.windows[rows] = count
    sheet.interval_rmse[rows[known]] = np.sqrt(squares[known] / count[known])
    enough = count >= settings.quantile_windows
    if enough.any():
        sheet.error_quantiles[rows[enough]] = column_quantiles(errors[:, enough], QUANTILE_LEVELS).T


def _forecast_new(sheet: _Sheet, part: _Part, *, curves: Floats) -> None:
    demand = part.current
    level, scale = launch_forecast(demand, curves=curves, days=sheet.daily.shape[1])
    sheet.daily[part.rows] = level * demand.factors[len(demand.x) :].T
    sheet.method[part.rows] = "launch_analog"
    for row, factor in zip(part.rows, scale, strict=True):
        sheet.params[row] = {"scale": float(factor)}


def _note_backtest(sheet: _Sheet, choice: Choice, *, place: Ints) -> None:
    """One table per method and horizon, with the best parameters of that method per series."""
    methods = [trial.candidate.method for trial in choice.trials]
    for method in dict.fromkeys(methods):
        indexes = np.array([index for index, name in enumerate(methods) if name == method])
        best = indexes[choice.ranking[indexes].argmin(axis=0)]
        won = np.isin(choice.winner, indexes)
        best = np.where(won, choice.winner, best)
        for kind in choice.trials[0].scores:
            blank = _blank_table(method, kind, len(sheet.method))
            table = sheet.backtest.setdefault((method, kind), blank)
            table.chosen[place] = won
            for index in np.unique(best):
                picked = best == index
                scores = choice.trials[index].scores[kind]
                _note_scores(table, scores, picked=picked, rows=place[picked])


def _note_scores(table: BacktestTable, scores: BacktestScores, *, picked: Bools, rows: Ints) -> None:
    table.windows[rows] = scores.sums.count[picked]
    table.actual_sum[rows] = scores.sums.actual[picked]
    table.error_sum[rows] = scores.sums.error[picked]
    table.abs_error_sum[rows] = scores.sums.abs_error[picked]
    table.squared_error_sum[rows] = scores.sums.squared_error[picked]
    table.mase[rows] = scores.mase[picked]
    table.rmsse[rows] = scores.rmsse[picked]


def _blank_table(method: str, kind: HorizonKind, series: int) -> BacktestTable:
    return BacktestTable(
        method=method,
        horizon=kind,
        chosen=np.zeros(series, dtype=np.bool_),
        windows=np.zeros(series, dtype=np.int64),
        actual_sum=np.zeros(series),
        error_sum=np.zeros(series),
        abs_error_sum=np.zeros(series),
        squared_error_sum=np.zeros(series),
        mase=np.full(series, np.nan),
        rmsse=np.full(series, np.nan),
    )


def _finish(sheet: _Sheet, interval: Ints, errors: PooledErrors | None) -> ForecastBatch:
    running = np.cumsum(sheet.daily, axis=1)
    mean = np.take_along_axis(running, interval[:, None] - 1, axis=1)[:, 0]
    if errors is None:
        errors = pool_errors(sheet.interval_rmse, mean=mean, windows=sheet.windows, pattern=sheet.pattern)
    return ForecastBatch(
        method=sheet.method,
        params=tuple(sheet.params),
        pattern=sheet.pattern,
        adi=sheet.adi,
        cv2=sheet.cv2,
        daily=sheet.daily,
        daily_std=sheet.daily_std,
        interval_mean=mean,
        interval_rmse=sheet.interval_rmse,
        windows=sheet.windows,
        pooled_rmse=errors.expected(mean=mean, pattern=sheet.pattern),
        quantile_levels=QUANTILE_LEVELS,
        error_quantiles=sheet.error_quantiles,
        lost_sales=sheet.lost_sales,
        # Always in the same order, whatever patterns there were.
        backtest=tuple(sheet.backtest[key] for key in BACKTESTS if key in sheet.backtest),
    )
