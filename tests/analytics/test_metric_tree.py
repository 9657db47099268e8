"""The worked example of the metric tree, and sums that must hold for any tree."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metric_tree import contributions, leaf_contributions

BASE = {"uv": 10_000.0, "cvr": 0.03, "per_buyer": 200.0}
NOW = {"uv": 12_000.0, "cvr": 0.025, "per_buyer": 210.0}


def test_the_top_level_of_the_worked_example():
    parts = contributions(BASE, NOW)
    assert parts == {
        "uv": pytest.approx(11_210.55, abs=0.005),
        "cvr": pytest.approx(-11_210.55, abs=0.005),
        "per_buyer": pytest.approx(3_000.0, abs=0.005),
    }


def test_by_channel_most_of_the_collapse_is_mix():
    before = {
        "search": {"uv": 6_000.0, "cvr": 0.04, "per_buyer": 200.0},
        "ads": {"uv": 4_000.0, "cvr": 0.015, "per_buyer": 200.0},
    }
    after = {
        "search": {"uv": 6_000.0, "cvr": 0.04, "per_buyer": 210.0},
        "ads": {"uv": 6_000.0, "cvr": 0.01, "per_buyer": 210.0},
    }
    parts = leaf_contributions(before, after)
    assert parts["search"] == {"uv": 0.0, "cvr": 0.0, "per_buyer": pytest.approx(2_400.0)}
    assert parts["ads"]["uv"] == pytest.approx(4_986.2, abs=0.05)
    assert parts["ads"]["cvr"] == pytest.approx(-4_986.2, abs=0.05)
    assert parts["ads"]["per_buyer"] == pytest.approx(600.0, abs=0.05)


def test_a_new_branch_is_shared_out_by_shapley():
    parts = leaf_contributions({}, {"live": {"uv": 100.0, "cvr": 0.1, "per_buyer": 50.0}})
    assert sum(parts["live"].values()) == pytest.approx(500.0)


numbers = st.just(0.0) | st.floats(min_value=1e-3, max_value=1e6)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=4))
def test_contributions_add_up_to_the_change_for_any_factors(pairs):
    before = {str(place): old for place, (old, _new) in enumerate(pairs)}
    after = {str(place): new for place, (_old, new) in enumerate(pairs)}
    change = math.prod(after.values()) - math.prod(before.values())
    # The largest product on the way from one side to the other sets how exact floats can be.
    scale = max(math.prod(max(pair) for pair in pairs), 1.0)
    assert sum(contributions(before, after).values()) == pytest.approx(change, abs=1e-9 * scale)
