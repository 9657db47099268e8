"""The recursions against step-by-step versions for a single series."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fulfillment.forecasting import smoothing

PANELS = arrays(np.float64, (30, 3), elements=st.integers(0, 9).map(float))
MASKS = arrays(np.bool_, (30, 3))


def ses_by_hand(x, seen, alpha):
    level, count, path = 0.0, 0, []
    for value, is_seen in zip(x, seen, strict=True):
        if is_seen:
            count += 1
            level += max(alpha, 1 / count) * (value - level)
        path.append(level)
    return path


def tsb_by_hand(x, seen, alpha, beta):
    size = chance = 0.0
    days = sales = 0
    path = []
    for value, is_seen in zip(x, seen, strict=True):
        if is_seen:
            days += 1
            chance += max(beta, 1 / days) * ((value > 0) - chance)
            if value > 0:
                sales += 1
                size += max(alpha, 1 / sales) * (value - size)
        path.append(size * chance)
    return path


def sba_by_hand(x, seen, alpha):
    size = interval = 0.0
    days = sales = waited = 0
    path = []
    for value, is_seen in zip(x, seen, strict=True):
        if is_seen:
            days += 1
            waited += 1
            if value > 0:
                sales += 1
                size += max(alpha, 1 / sales) * (value - size)
                if sales == 1:
                    interval = waited
                else:
                    interval += max(alpha, 1 / (sales - 1)) * (waited - interval)
                waited = 0
        divisor = interval if sales > 1 else days
        path.append((1 - alpha / 2) * size / divisor if sales else 0.0)
    return path


@settings(max_examples=60, deadline=None)
@given(x=PANELS, seen=MASKS)
def test_every_column_of_a_recursion_is_what_the_hand_calculation_gives(x, seen):
    ses = smoothing.ses_levels(x, observed=seen, alpha=0.2)
    tsb = smoothing.tsb_levels(x, observed=seen, alpha=0.2, beta=0.1)
    sba = smoothing.sba_levels(x, observed=seen, alpha=0.1)

    for column in range(3):
        series, mask = x[:, column], seen[:, column]
        assert ses[:, column] == pytest.approx(ses_by_hand(series, mask, 0.2))
        assert tsb[:, column] == pytest.approx(tsb_by_hand(series, mask, 0.2, 0.1))
        assert sba[:, column] == pytest.approx(sba_by_hand(series, mask, 0.1))


@settings(max_examples=60, deadline=None)
@given(x=PANELS, stocked=MASKS)
def test_the_lean_tsb_equals_the_last_step_of_the_full_one(x, stocked):
    begun = np.cumsum(x > 0, axis=0) > 0
    full = smoothing.tsb_levels(x, observed=stocked & begun, alpha=0.1, beta=0.05)[-1]

    lean = smoothing.tsb_last_level(x.T, alpha=0.1, beta=0.05, in_stock=stocked.T)

    assert lean == pytest.approx(full)


def test_tsb_falls_towards_zero_when_sales_stop_and_sba_does_not():
    x = np.concatenate([np.tile([0.0, 0.0, 4.0], 20), np.zeros(200)])[:, None]
    seen = np.ones_like(x, dtype=bool)

    tsb = smoothing.tsb_levels(x, observed=seen, alpha=0.1, beta=0.05)[:, 0]
    sba = smoothing.sba_levels(x, observed=seen, alpha=0.1)[:, 0]

    assert tsb[59] == pytest.approx(4 / 3, rel=0.15)
    assert tsb[-1] < 0.001
    assert sba[-1] == sba[59] == pytest.approx(0.95 * 4 / 3)


def test_a_censored_day_leaves_every_state_as_it_was():
    x = np.array([5.0, 6.0, 0.0, 0.0, 7.0])[:, None]
    seen = np.array([True, True, False, False, True])[:, None]

    levels = smoothing.ses_levels(x, observed=seen, alpha=0.2)[:, 0]

    assert levels.tolist() == pytest.approx([5.0, 5.5, 5.5, 5.5, 6.0])


def test_damped_holt_follows_a_trend_and_flattens_out():
    x = np.arange(1.0, 121.0)[:, None]
    seen = np.ones_like(x, dtype=bool)

    level, trend = smoothing.damped_holt_states(x, observed=seen, alpha=0.2, beta=0.2, phi=0.95)

    assert level[-1, 0] == pytest.approx(120, abs=4)
    assert 0.5 < trend[-1, 0] < 1.1


def test_the_weekly_aggregate_spreads_a_week_evenly_and_scales_up_a_part_of_one():
    x = np.array([7.0, 0, 0, 0, 0, 0, 0] * 4)[:, None]
    seen = np.ones_like(x, dtype=bool)
    seen[-3:] = False

    levels = smoothing.weekly_tsb_levels(x, observed=seen, alpha=0.5, beta=0.5)[:, 0]

    assert levels[20] == pytest.approx(1.0)
    assert levels[27] == pytest.approx(0.5 * 1.0 + 0.5 * 7 / 4)


def test_the_weekday_memory_keeps_the_last_value_seen_on_each_weekday():
    x = np.arange(1.0, 22.0)[:, None]
    seen = np.ones_like(x, dtype=bool)
    seen[14] = False

    carried = smoothing.weekday_carry(x, observed=seen)[:, 0]

    assert carried[14] == 8.0
    assert carried[15] == 16.0
