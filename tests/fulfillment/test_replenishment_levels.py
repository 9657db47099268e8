"""Safety stock, reorder point and order-up-to: tables, oracles and achieved service."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from fulfillment.replenishment import (
    SERVICE_DEFAULTS,
    DemandOutlook,
    InventoryPosition,
    LeadTime,
    LotRules,
    RestockInputs,
    ServicePolicy,
    distributions,
    suggest_restock,
)

OPEN_COVER = {"cover_min_days": 0, "cover_max_days": 999, "max_cover_days": 999}


def inputs(*, mean=10.0, deviation=5.0, lead=7.0, scatter=0.0, review=1.0, on_hand=0, **changes):
    """An ordinary case: daily mean and deviation, seven days of lead time, daily review."""
    demand = {
        "interval_mean": mean * (lead + review),
        "lead_mean": mean * lead,
        "daily_mean": mean,
        "daily_std": deviation,
        **changes.pop("demand", {}),
    }
    policy = {"measure": "cycle", "level": 0.95, **OPEN_COVER, **changes.pop("policy", {})}
    return RestockInputs(
        position=InventoryPosition(on_hand),
        demand=DemandOutlook(**demand),
        lead_time=LeadTime(lead, scatter, review),
        policy=ServicePolicy(**policy),
        lot=LotRules(**changes.pop("lot", {})),
    )


@pytest.mark.parametrize(("level", "z"), [(0.90, 1.2816), (0.95, 1.6449), (0.98, 2.0537), (0.99, 2.3263)])
def test_normal_safety_stock_is_z_times_the_deviation_of_the_interval(level, z):
    result = suggest_restock(inputs(deviation=4.0, policy={"level": level}))

    assert result.distribution == "normal"
    assert result.variance == pytest.approx(8 * 16)
    assert result.safety_stock == pytest.approx(z * math.sqrt(128), rel=1e-4)
    assert result.order_up_to == math.ceil(80 + z * math.sqrt(128))
    assert result.reorder_point == math.ceil(70 + z * math.sqrt(128))


def test_the_variance_adds_demand_over_lead_time_plus_review_and_the_scatter_of_lead_time():
    result = suggest_restock(inputs(mean=10, deviation=5, lead=6, scatter=2, review=3))

    assert result.variance == pytest.approx(9 * 25 + 100 * 4)


def test_the_forecast_error_replaces_the_scatter_from_twenty_windows_on():
    few, enough = (suggest_restock(inputs(demand={"forecast_rmse": 9.0, "windows": count})) for count in (19, 20))

    assert (few.variance_source, few.variance) == ("daily_scatter", pytest.approx(200))
    assert (enough.variance_source, enough.variance) == ("forecast_error", pytest.approx(81))


def test_a_short_history_is_shrunk_towards_its_class():
    result = suggest_restock(inputs(demand={"forecast_rmse": 9.0, "windows": 30, "pooled_rmse": 20.0}))

    assert result.own_weight == pytest.approx(0.5)
    assert result.variance == pytest.approx(0.5 * 81 + 0.5 * 400)


@pytest.mark.parametrize(
    ("mean", "deviation", "windows", "expected"),
    [
        (10.0, 4.0, 0, "normal"),
        (1.0, 2.0, 0, "negative_binomial"),
        (1.0, 1.0, 0, "poisson"),
        (1.0, math.sqrt(1.02), 0, "negative_binomial"),
        (1.0, 2.0, 60, "empirical"),
        (1.0, 2.0, 59, "negative_binomial"),
        (10.0, 8.0, 0, "negative_binomial"),
    ],
)
def test_the_shape_of_demand_decides_the_distribution(mean, deviation, windows, expected):
    quantiles = tuple((level, 3.0) for level in (0.5, 0.9, 0.95, 0.99))
    case = inputs(
        mean=mean,
        deviation=deviation,
        demand={
            "forecast_rmse": deviation * math.sqrt(8),
            "windows": windows,
            "error_quantiles": quantiles,
        },
    )

    assert suggest_restock(case).distribution == expected


def test_the_negative_binomial_is_set_by_mean_and_variance():
    mean, variance = 4.0, 12.0
    r, p = mean**2 / (variance - mean), mean / variance

    case = inputs(mean=0.5, deviation=math.sqrt(12 / 8))

    assert (r, p) == (2.0, pytest.approx(1 / 3))
    assert suggest_restock(case).order_up_to == stats.nbinom.ppf(0.95, r, p)


@settings(max_examples=150, deadline=None)
@given(mean=st.floats(0.05, 60), ratio=st.floats(1.02, 30), level=st.floats(0.5, 0.995))
def test_discrete_quantiles_and_losses_agree_with_scipy_stats(mean, ratio, level):
    variance = mean * ratio
    law = stats.nbinom(mean**2 / (variance - mean), mean / variance)
    moments = {"mean": np.array([mean]), "variance": np.array([variance])}

    stock = distributions.smallest_count(
        lambda count: distributions.negative_binomial_cdf(count, **moments) >= level,
        start=np.array([mean]),
    )
    assume(abs(law.cdf(stock[0]) - level) > 1e-9)

    assert stock[0] == law.ppf(level)
    above = np.arange(stock[0], stock[0] + 30_000)
    short = distributions.negative_binomial_loss(stock, **moments)[0]
    assert short == pytest.approx(((above - stock[0]) * law.pmf(above)).sum(), abs=1e-6)
    poisson = stats.poisson(mean)
    missing = distributions.poisson_loss(stock, mean=moments["mean"])[0]
    counts = np.arange(stock[0], stock[0] + 400)
    assert missing == pytest.approx(((counts - stock[0]) * poisson.pmf(counts)).sum(), abs=1e-9)


@pytest.mark.parametrize("loss", [1e-8, 1e-4, 0.01, 0.0833, 0.3989, 1.0, 5.0])
def test_the_inverse_of_the_loss_function_gives_the_loss_back(loss):
    k = float(distributions.inverse_normal_loss(np.array([loss]))[0])

    normal = NormalDist()
    assert normal.pdf(k) - k * (1 - normal.cdf(k)) == pytest.approx(loss, rel=1e-6, abs=1e-12)


def test_a_fill_rate_is_reached_by_the_stock_that_loses_that_share_of_a_lot():
    case = inputs(
        deviation=4.0,
        review=7.0,
        policy={"measure": "fill", "level": 0.99},
    )

    result = suggest_restock(case)

    sigma, lot = math.sqrt(14 * 16), 70.0
    k = result.safety_stock / sigma
    normal = NormalDist()
    assert (normal.pdf(k) - k * (1 - normal.cdf(k))) * sigma == pytest.approx(0.01 * lot)
    assert result.predicted_fill >= 0.99


def test_for_slow_items_a_cycle_level_is_not_a_fill_rate():
    slow = {"mean": 0.32, "deviation": 2.0}
    cycle = suggest_restock(inputs(**slow))
    fill = suggest_restock(inputs(**slow, policy={"measure": "fill"}))

    assert cycle.predicted_cycle >= 0.95
    assert cycle.predicted_fill < 0.9
    assert fill.predicted_fill >= 0.95
    assert fill.order_up_to > cycle.order_up_to


@pytest.mark.parametrize(
    ("cover_min", "cover_max", "bound", "stock"),
    [(0, 99, "none", 18.6), (3, 7, "min", 30.0), (0, 1, "max", 10.0)],
)
def test_cover_days_hold_the_safety_stock_and_say_which_bound_was_active(cover_min, cover_max, bound, stock):
    policy = {"cover_min_days": cover_min, "cover_max_days": cover_max}
    result = suggest_restock(inputs(deviation=4.0, policy=policy))

    assert result.bound == bound
    assert result.safety_stock == pytest.approx(stock, abs=0.05)
    assert result.safety_stock_unclamped == pytest.approx(18.6, abs=0.05)


def test_a_cap_that_breaks_the_promise_is_a_policy_conflict():
    tight = {"cover_min_days": 0, "cover_max_days": 0.2}
    broken = suggest_restock(inputs(mean=10, deviation=30, lead=30, policy=tight))
    harmless = suggest_restock(inputs(mean=10, deviation=4, lot={"moq": 200}, policy=tight))

    assert (broken.bound, broken.policy_conflict) == ("max", True)
    assert broken.predicted_fill < 0.95
    assert (harmless.bound, harmless.policy_conflict) == ("max", False)


def test_the_course_cover_days_are_the_defaults():
    covers = {name: (rule.cover_min_days, rule.cover_max_days) for name, rule in SERVICE_DEFAULTS.items()}

    assert covers == {"fast": (3, 7), "mid": (2, 5), "long_tail": (0, 3)}


def test_past_errors_give_the_quantile_and_lead_time_scatter_widens_it():
    past = {
        "forecast_rmse": 20.0,
        "windows": 120,
        "error_quantiles": ((0.90, 25.0), (0.95, 35.0), (0.99, 60.0)),
    }
    plain = suggest_restock(inputs(demand=past))
    between = suggest_restock(inputs(demand=past, policy={"level": 0.925}))
    late = suggest_restock(inputs(demand=past, scatter=2.0))

    assert plain.safety_stock == pytest.approx(35.0)
    assert between.safety_stock == pytest.approx(30.0)
    assert late.safety_stock == pytest.approx(35.0 * math.sqrt(2))


@settings(max_examples=100, deadline=None)
@given(
    mean=st.floats(0.01, 50),
    deviation=st.floats(0, 80),
    lower=st.floats(0.5, 0.98),
    step=st.floats(0.001, 0.015),
    measure=st.sampled_from(["cycle", "fill"]),
)
def test_more_service_never_needs_less_stock(mean, deviation, lower, step, measure):
    low, high = (
        suggest_restock(inputs(mean=mean, deviation=deviation, policy={"measure": measure, "level": level}))
        for level in (lower, lower + step)
    )

    assert high.order_up_to >= low.order_up_to
    assert high.reorder_point >= low.reorder_point


def achieved_cycle_level(draws, *, stock, lead):
    """Replay an order-up-to shop reviewed daily, with backorders: share of days ending in stock."""
    series, days = draws.shape
    pipeline = np.zeros((days + lead + 1, series))
    on_hand, on_order = np.full(series, float(stock)), np.zeros(series)
    served = 0
    for day in range(days):
        on_hand += pipeline[day]
        on_order -= pipeline[day]
        order = stock - on_hand - on_order
        pipeline[day + lead] += order
        on_order += order
        on_hand -= draws[:, day]
        served += int((on_hand >= 0).sum())
    return served / (series * days)


@pytest.mark.parametrize(("mean", "ratio", "level"), [(12.0, 1.5, 0.95), (2.0, 3.0, 0.95), (0.3, 4.0, 0.98)])
def test_a_replay_of_the_suggested_levels_reaches_the_service_asked_for(mean, ratio, level):
    draw = np.random.default_rng(11)
    chance = 1 / ratio
    draws = draw.negative_binomial(mean * chance / (1 - chance), chance, (200, 1500))

    result = suggest_restock(inputs(mean=mean, deviation=math.sqrt(mean * ratio), policy={"level": level}))
    achieved = achieved_cycle_level(draws, stock=result.order_up_to, lead=7)

    assert level - 0.01 <= achieved <= level + 0.03
    assert result.predicted_cycle == pytest.approx(achieved, abs=0.01)
