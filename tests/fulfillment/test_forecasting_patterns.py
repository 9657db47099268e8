"""Demand patterns, profiles and one-off orders."""

import numpy as np
import pytest

from fulfillment.forecasting import DemandPanel, Pattern, classify_demand, estimate_uplift
from fulfillment.forecasting.season import pooled_weekday_profile, weekday_profile, year_profile
from fulfillment.forecasting.spikes import winsorise_spikes


def panel(units, **extra):
    return DemandPanel.of(np.atleast_2d(np.asarray(units, float)), first_weekday=0, **extra)


def every(days, *, size=5.0, length=132):
    units = np.zeros(length)
    units[::days] = size
    return units


@pytest.mark.parametrize(
    ("units", "pattern"),
    [
        (np.full(100, 5.0), Pattern.SMOOTH),
        (every(2), Pattern.INTERMITTENT),
        (np.tile([1.0, 1.0, 1.0, 20.0], 25), Pattern.ERRATIC),
        (np.tile([1.0, 0, 0, 1.0, 0, 0, 30.0, 0, 0], 12), Pattern.LUMPY),
        (np.concatenate([np.zeros(80), np.full(27, 5.0)]), Pattern.NEW),
        (np.concatenate([np.zeros(80), np.full(28, 5.0)]), Pattern.SMOOTH),
        (np.zeros(100), Pattern.NO_DEMAND),
    ],
)
def test_demand_is_classified_by_interval_and_scatter(units, pattern):
    assert classify_demand(panel(units)).pattern.tolist() == [pattern]


def test_a_value_on_a_cut_belongs_to_the_higher_class():
    days = np.zeros(132)
    days[np.concatenate([np.arange(68), np.arange(68, 132, 2)])] = 3.0
    on_the_interval_cut = classify_demand(panel(days))
    scatter = classify_demand(panel(np.tile([3.0, 17.0], 50)))

    assert on_the_interval_cut.adi[0] == pytest.approx(1.32)
    assert on_the_interval_cut.pattern[0] == Pattern.INTERMITTENT
    assert scatter.cv2[0] == pytest.approx(0.49)
    assert scatter.pattern[0] == Pattern.ERRATIC


def test_the_interval_counts_from_the_first_sale_and_over_in_stock_days_only():
    units = np.concatenate([np.zeros(50), every(2, length=60), np.zeros(40)])
    in_stock = np.ones(150, dtype=bool)
    in_stock[110:] = False

    result = classify_demand(panel(units, in_stock=in_stock))

    assert result.adi[0] == pytest.approx(2.0)


def test_a_promotion_of_known_strength_does_not_make_demand_erratic():
    uplift = np.ones(100)
    uplift[::10] = 8.0

    assert classify_demand(panel(5.0 * uplift, uplift=uplift)).cv2[0] == pytest.approx(0.0)


def test_a_weekday_profile_sums_to_seven_and_slow_items_take_the_pooled_one():
    week = np.array([1.0, 1, 1, 1, 1, 2, 7])
    fast = np.tile(np.roll(week, 3) * 10, 60)
    others = np.tile(week * 50, (5, 60))
    slow = np.zeros(420)
    slow[3] = 1.0
    units = panel(np.vstack([fast, slow, others]))
    observed = units.observed()

    pooled = pooled_weekday_profile(units, upto=420)
    own = weekday_profile(
        units.units,
        observed=observed,
        first_weekday=0,
        pooled=np.repeat(pooled, 7, axis=0),
        upto=420,
    )

    assert own.sum(axis=1) == pytest.approx(np.full(7, 7.0))
    assert own[0].argmax() == 2
    assert own[1].argmax() == 6


def test_a_year_profile_needs_a_year_and_then_finds_the_season():
    day = np.arange(800)
    seasonal = 100 + 60 * np.cos(2 * np.pi * (day % 365) / 365)
    units = panel(np.tile(seasonal, (3, 1)))

    assert np.all(year_profile(units, upto=364) == 1.0)
    profile = year_profile(units, upto=800)[0]
    assert profile.mean() == pytest.approx(1.0)
    assert profile[0] > 1.2 and profile[26] < 0.8


def test_a_one_off_order_is_cut_but_a_promotion_and_ordinary_days_are_not():
    x = np.full((1, 40), 10.0)
    x[0, [5, 6, 30]] = [19.0, 900.0, 900.0]
    promo = np.zeros((1, 40), dtype=bool)
    promo[0, 30] = True

    cut = winsorise_spikes(x, observed=np.ones_like(promo), promo=promo)

    assert cut[0, 5] == 19.0
    assert 19.0 < cut[0, 6] < 25.0
    assert cut[0, 30] == 900.0


def test_a_single_promotion_is_pulled_towards_its_category():
    lifted, means = estimate_uplift([300, 200, 200, 200], [100] * 4, group=[0, 0, 0, 0])

    assert means[0] == pytest.approx((3 * 2 * 2 * 2) ** 0.25)
    assert means[0] < lifted[0] < 3.0
    assert lifted[1] < means[0]
    assert estimate_uplift([], [], group=[])[0].size == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"units": [[1.0, -1.0]]},
        {"units": [1.0, 2.0]},
        {"units": [[1.0, 2.0]], "uplift": [[1.0, 0.0]]},
        {"units": [[1.0, 2.0]], "group": [-1]},
        {"units": [[1.0, 2.0]], "in_stock": [[True] * 3]},
    ],
)
def test_a_panel_with_impossible_values_is_refused(wrong):
    with pytest.raises(ValueError):
        DemandPanel.of(wrong.pop("units"), first_weekday=0, **wrong)
