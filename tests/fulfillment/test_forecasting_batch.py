"""The daily forecast as a whole: choice, masks, uplift, errors, and independence of the chunks."""

import json

import numpy as np
import pytest

from fulfillment.forecasting import (
    DemandPanel,
    DemandPools,
    ErrorSums,
    ForecastSettings,
    Pattern,
    coverage,
    forecast_demand,
    learn_pools,
    pinball_loss,
)
from fulfillment.forecasting.quantiles import column_quantiles

WEEK = np.array([0.5, 0.8, 1.0, 1.0, 1.2, 1.5, 1.0])


def demand(kind, *, days=300, seed=7):
    """A series of one kind, always the same."""
    draw = np.random.default_rng(seed)
    if kind == "fast":
        return draw.poisson(np.resize(WEEK, days) * 40).astype(float)
    if kind == "rare":
        return np.where(draw.random(days) < 0.2, 2.0, 0.0)
    if kind == "lumpy":
        return np.where(draw.random(days) < 0.2, draw.geometric(0.1, days), 0).astype(float)
    if kind == "new":
        return np.concatenate([np.zeros(days - 10), draw.poisson(6, 10) + 1.0])
    return np.zeros(days)


KINDS = ("fast", "rare", "lumpy", "new", "none")


def mixed_panel(copies=3, **extra):
    rows = [demand(kind, seed=seed) for seed in range(copies) for kind in KINDS]
    return DemandPanel.of(np.array(rows), first_weekday=0, **extra)


def test_each_kind_of_demand_gets_a_method_of_its_class_and_its_own_level():
    batch = forecast_demand(mixed_panel(), interval_days=8)

    assert [Pattern(code).label for code in batch.pattern[:5]] == [
        "smooth",
        "intermittent",
        "lumpy",
        "new",
        "no_demand",
    ]
    assert batch.method[0] in {"ses", "damped_holt", "seasonal_naive_7"}
    assert batch.method[1] in {"tsb", "sba"}
    assert batch.method[2] in {"tsb", "weekly_tsb"}
    assert batch.method[3:5].tolist() == ["launch_analog", "zero"]
    assert batch.daily[0].mean() == pytest.approx(40, rel=0.1)
    assert batch.daily[1].mean() == pytest.approx(0.4, rel=0.5)
    assert batch.daily[3, :7].mean() == pytest.approx(7, rel=0.5)
    assert not batch.daily[4].any()


def test_the_forecast_has_the_shape_of_the_week():
    batch = forecast_demand(mixed_panel(), interval_days=8)

    week = batch.daily[0, :7]
    coming = (300 + np.arange(7)) % 7
    assert week / week.sum() * 7 == pytest.approx(WEEK[coming], abs=0.15)


def test_an_interval_is_the_sum_of_its_days():
    batch = forecast_demand(mixed_panel(), interval_days=np.arange(1, 16))

    for row in range(15):
        assert batch.interval_mean[row] == pytest.approx(batch.daily[row, : row + 1].sum())


def test_days_out_of_stock_do_not_pull_the_forecast_down_and_are_counted_as_lost():
    units, in_stock = demand("fast"), np.ones(300, dtype=bool)
    in_stock[-20:] = False
    sold_out = np.where(in_stock, units, 0.0)

    known = forecast_demand(DemandPanel.of([sold_out], first_weekday=0, in_stock=[in_stock]), interval_days=8)
    unknown = forecast_demand(DemandPanel.of([sold_out], first_weekday=0), interval_days=8)

    assert known.daily.mean() == pytest.approx(40, rel=0.1)
    assert unknown.daily.mean() < 15
    assert known.lost_sales[0] == pytest.approx(20 * 40, rel=0.15)
    assert unknown.lost_sales[0] == 0.0


def test_a_known_promotion_neither_raises_the_base_nor_is_missing_from_the_future():
    uplift = np.ones(300)
    uplift[280:290] = 5.0
    units = np.rint(demand("fast") * uplift)
    future = np.ones(90)
    future[3] = 4.0

    batch = forecast_demand(
        DemandPanel.of([units], first_weekday=0, uplift=uplift),
        interval_days=8,
        future_uplift=future,
    )
    plain = forecast_demand(DemandPanel.of([units], first_weekday=0, uplift=uplift), interval_days=8)

    assert plain.daily.mean() == pytest.approx(40, rel=0.1)
    assert batch.daily[0, 3] == pytest.approx(4 * plain.daily[0, 3])
    assert np.delete(batch.daily[0], 3) == pytest.approx(np.delete(plain.daily[0], 3))
    assert plain.daily_std[0] < 15


def test_the_error_of_the_interval_is_measured_on_overlapping_windows():
    steady = forecast_demand(DemandPanel.of([demand("fast", days=400)], first_weekday=0), interval_days=8)

    assert steady.windows[0] == 180
    assert np.sqrt(8 * 40) * 0.7 < steady.interval_rmse[0] < np.sqrt(8 * 40) * 1.5
    assert np.all(np.diff(steady.error_quantiles[0]) >= 0)
    assert steady.error_quantiles[0][3] == pytest.approx(1.645 * steady.interval_rmse[0], rel=0.4)


def test_below_sixty_windows_there_are_no_quantiles():
    short = forecast_demand(DemandPanel.of([demand("fast", days=70)], first_weekday=0), interval_days=8)

    assert 0 < short.windows[0] < 60
    assert np.isnan(short.error_quantiles).all()
    assert np.isfinite(short.interval_rmse[0])


def test_the_result_does_not_depend_on_how_the_series_are_cut_into_chunks():
    panel = mixed_panel(copies=4)

    whole = forecast_demand(panel, interval_days=9)
    cut = forecast_demand(panel, interval_days=9, settings=ForecastSettings(chunk=3))

    assert cut.method.tolist() == whole.method.tolist()
    assert cut.params == whole.params
    assert cut.daily == pytest.approx(whole.daily)
    assert cut.interval_rmse == pytest.approx(whole.interval_rmse, nan_ok=True)


def test_the_back_test_keeps_a_row_per_candidate_and_marks_the_one_chosen():
    batch = forecast_demand(mixed_panel(), interval_days=8)

    chosen = np.sum([table.chosen for table in batch.backtest if table.horizon == "long"], axis=0)
    assert chosen.tolist() == [1, 1, 1, 0, 0] * 3
    for table in batch.backtest:
        judged = table.windows > 0
        assert set(table.windows[judged]) == {6}
        if table.chosen.any() and table.horizon == "interval":
            assert batch.method[table.chosen].tolist() == [table.method] * table.chosen.sum()
    ses = next(t for t in batch.backtest if (t.method, t.horizon) == ("ses", "interval"))
    assert ses.wape[0] < 0.15
    assert abs(ses.bias[0]) < 0.1
    assert ses.mase[0] < 1
    assert np.isnan(ses.wape[1])


def test_the_forecast_knows_nothing_of_days_after_the_panel_and_repeats_itself():
    panel = mixed_panel()

    first, second = (forecast_demand(panel, interval_days=8) for _ in range(2))

    assert np.array_equal(first.daily, second.daily)
    assert np.isfinite(first.daily).all()
    assert (first.daily >= 0).all()


def test_a_new_item_follows_the_launches_of_its_category():
    days = 200
    launches = np.zeros((6, days))
    for row, start in enumerate(range(40, 100, 10)):
        launches[row, start : start + 30] = 20.0
        launches[row, start + 30 :] = 4.0
    newcomer = np.zeros((1, days))
    newcomer[0, -20:] = 40.0
    panel = DemandPanel.of(np.vstack([launches, newcomer]), first_weekday=0)

    batch = forecast_demand(panel, interval_days=8)

    assert batch.method[-1] == "launch_analog"
    assert 20 < batch.daily[-1, :5].mean() < 45
    assert batch.daily[-1, 40:].mean() < 12


def test_an_interval_outside_the_horizon_is_refused():
    with pytest.raises(ValueError, match="interval_days"):
        forecast_demand(mixed_panel(copies=1), interval_days=91)


def test_an_empty_panel_gives_an_empty_forecast():
    batch = forecast_demand(DemandPanel.of(np.zeros((0, 50)), first_weekday=0), interval_days=8)

    assert batch.daily.shape == (0, 90)


def test_error_sums_add_up_to_the_published_measures():
    sums = ErrorSums.of(np.array([10.0, 0.0, 5.0]), np.array([8.0, 3.0, 5.0]))

    assert float(sums.wape) == pytest.approx(5 / 15)
    assert float(sums.bias) == pytest.approx(1 / 15)
    assert float(sums.rmse) == pytest.approx(np.sqrt(13 / 3))
    assert np.isnan(ErrorSums.of(np.zeros(3), np.ones(3)).wape)


def test_quantile_forecasts_are_judged_by_pinball_loss_and_coverage():
    actual, quantile = np.array([10.0, 20.0]), np.array([12.0, 12.0])

    assert pinball_loss(actual, quantile, level=0.9) == pytest.approx((0.1 * 2 + 0.9 * 8) / 2)
    assert coverage(actual, quantile) == 0.5


def test_quantiles_of_columns_are_numpys_of_each_column_without_its_gaps():
    draw = np.random.default_rng(5)
    values = np.round(draw.normal(size=(61, 40)), 1)
    values[draw.random(values.shape) < 0.3] = np.nan
    values[0] = 1.0
    levels = (0.0, 0.5, 0.8, 0.975, 1.0)
    assert np.array_equal(column_quantiles(values, levels), np.nanquantile(values, levels, axis=0))


def test_with_pools_a_series_is_forecast_alone_as_among_others():
    panel = mixed_panel(copies=3)
    interval = np.arange(4, 4 + len(panel))
    pools = DemandPools.from_json(json.loads(json.dumps(learn_pools(panel, interval_days=interval).to_json())))
    whole = forecast_demand(panel, interval_days=interval, pools=pools)
    own = forecast_demand(panel, interval_days=interval)
    assert np.array_equal(whole.pooled_rmse, own.pooled_rmse, equal_nan=True)
    for row in range(len(panel)):
        alone = forecast_demand(panel.take(np.array([row])), interval_days=interval[row], pools=pools)
        assert (alone.method[0], alone.params[0]) == (whole.method[row], whole.params[row])
        for name in ("daily", "daily_std", "interval_rmse", "pooled_rmse", "windows", "error_quantiles", "lost_sales"):
            assert np.array_equal(getattr(alone, name)[0], getattr(whole, name)[row], equal_nan=True), name
