"""The weekly forecast and the accuracy protocol on small, made-up shops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fulfillment.forecasting import (
    WeeklyForecaster,
    WeeklyUnits,
    forecast_next_week,
    weekly_accuracy,
)
from fulfillment.forecasting.weekly import recent_quantile


def shop(*, skus=300, weeks=50, growth=1.0, seed=3, size=2.0):
    """Negative binomial weeks around a level of its own per SKU."""
    draw = np.random.default_rng(seed)
    level = draw.lognormal(1.5, 1.0, (skus, 1)) * growth ** np.arange(weeks)
    return draw.negative_binomial(size, size / (size + level)).astype(float)


def first_weeks(units):
    sold = units > 0
    return np.where(sold.any(axis=1), sold.argmax(axis=1), units.shape[1])


def measure(units, **extra):
    return weekly_accuracy(WeeklyUnits(units=units, first_sale_week=first_weeks(units), **extra))


@pytest.mark.parametrize("growth", [0.97, 1.0, 1.02, 1.05])
def test_our_forecast_is_no_worse_than_smoothing_in_other_shops(growth):
    report = measure(shop(growth=growth))

    ours, ses = (report.line(level="sku_week", method=name) for name in ("ours", "ses"))
    assert ours.wape < ses.wape


def test_a_bulk_order_hardly_moves_the_ordinary_week():
    units = shop(skus=300, size=5.0)
    bulky = units.copy()
    bulky[0, 47] = 2000.0

    plain, moved = (forecast_next_week(each, first_sale_week=first_weeks(each)) for each in (units, bulky))

    assert moved.chosen.name == "typical"
    assert plain.units[0] <= moved.units[0] < units[0].max()


def test_the_forecast_of_a_week_uses_only_the_weeks_before_it():
    units = shop(skus=40)
    changed = units.copy()
    changed[:, 30:] += 100.0

    before, after = (
        WeeklyForecaster(each, first_sale_week=first_weeks(units)).forecast(30) for each in (units, changed)
    )

    assert np.array_equal(before.units, after.units)
    assert before.chosen == after.chosen


def test_a_sku_is_judged_after_eight_weeks_and_while_it_still_sells():
    units = np.zeros((4, 60))
    units[0, 10:] = 3.0
    units[1, 33:] = 3.0
    units[2, 5:14] = 3.0
    forecaster = WeeklyForecaster(units, first_sale_week=first_weeks(units))

    assert forecaster.eligible(40).tolist() == [True, False, False, False]
    assert forecaster.eligible(41).tolist() == [True, True, False, False]
    assert forecaster.eligible(39).tolist() == [True, False, True, False]


def test_a_closed_week_is_skipped_but_a_zero_week_of_one_sku_counts():
    units = np.full((5, 20), 8.0)
    closed, idle = units.copy(), units.copy()
    closed[:, 15] = 0.0
    idle[0, 12:] = 0.0

    steady, zeroes = (forecast_next_week(each, first_sale_week=np.zeros(5)).units for each in (closed, idle))

    assert steady == pytest.approx(np.full(5, 8.0))
    assert zeroes[0] < 4.0


def test_categories_and_the_shop_are_judged_beside_the_skus():
    units = shop(skus=60)

    report = measure(units, category=np.arange(60) % 4)

    lines = {(line.level, line.method): line.buckets for line in report.lines}
    assert len(lines) == 9
    assert lines["category_week", "ours"] == 4 * 16
    assert lines["shop_week", "naive"] == 16
    shop_week = report.line(level="shop_week", method="ours")
    assert shop_week.wape < report.line(level="sku_week", method="ours").wape
    assert shop_week.accuracy == pytest.approx(1 - shop_week.wape)
    with pytest.raises(KeyError):
        measure(units).line(level="category_week", method="ours")


def test_a_shop_without_a_past_is_measured_without_an_error():
    report = measure(np.zeros((3, 4)))

    assert report.origins == (1, 2, 3)
    assert all(np.isnan(line.wape) for line in report.lines)


def test_the_quantile_of_equal_weights_lies_between_the_middle_values():
    weeks = np.array([[4.0, 1.0, 3.0, 2.0]])
    seen = np.ones((1, 4), dtype=bool)

    assert recent_quantile(weeks, observed=seen, quantile=0.5, decay=0.0)[0] == pytest.approx(2.5)
    assert recent_quantile(weeks, observed=seen, quantile=0.99, decay=0.0)[0] == 4.0


@settings(max_examples=80, deadline=None)
@given(
    values=st.lists(st.integers(0, 50), min_size=1, max_size=12),
    seen=st.lists(st.booleans(), min_size=12, max_size=12),
    decay=st.sampled_from([0.0, 0.1, 0.3]),
)
def test_a_quantile_rises_with_its_level_and_stays_among_the_weeks_seen(values, seen, decay):
    weeks = np.array([values], dtype=float)
    mask = np.array([seen[: len(values)]])
    levels = [
        recent_quantile(weeks, observed=mask, quantile=level, decay=decay)[0] for level in (0.1, 0.4, 0.5, 0.6, 0.9)
    ]

    assert levels == sorted(levels)
    inside = weeks[mask]
    assert (levels[0] >= inside.min() and levels[-1] <= inside.max()) if inside.size else levels[-1] == 0
