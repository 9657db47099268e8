"""The worked example of the metric tree, and sums that must hold for any tree."""

import math
import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metric_tree import (
    Segment,
    added_up,
    contributions,
    leaf_contributions,
    mix_and_rate,
    shapley,
    to_cents,
)

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


def test_a_branch_that_is_new_or_gone_is_told_apart():
    before = {"old": {"buyers": 10.0, "per_buyer": 5.0}, "stays": {"buyers": 2.0, "per_buyer": 3.0}}
    after = {"new": {"buyers": 4.0, "per_buyer": 5.0}, "stays": {"buyers": 2.0, "per_buyer": 3.0}}
    assert leaf_contributions(before, after) == {
        "new": {"entered": 20.0},
        "old": {"left": -50.0},
        "stays": {"buyers": 0.0, "per_buyer": 0.0},
    }


def test_the_worked_example_by_shapley():
    assert shapley(BASE, NOW) == {
        "uv": pytest.approx(11_266.67, abs=0.005),
        "cvr": pytest.approx(-11_283.33, abs=0.005),
        "per_buyer": pytest.approx(3_016.67, abs=0.005),
    }


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (("uv", "cvr", "per_buyer"), (12_000, -12_000, 3_000)),
        (("per_buyer", "cvr", "uv"), (10_500, -10_500, 3_000)),
    ],
)
def test_one_factor_at_a_time_depends_on_the_order_and_is_therefore_not_used(order, expected):
    values, parts = dict(BASE), {}
    for name in order:
        old = math.prod(values.values())
        values[name] = NOW[name]
        parts[name] = math.prod(values.values()) - old
    assert tuple(round(parts[name]) for name in ("uv", "cvr", "per_buyer")) == expected


def test_the_change_of_a_ratio_splits_into_mix_and_rate():
    before = {"search": Segment(0.6, 0.04), "ads": Segment(0.4, 0.015)}
    after = {"search": Segment(0.5, 0.04), "ads": Segment(0.5, 0.01)}
    parts = mix_and_rate(before, after)
    assert (round(parts["ads"].rate, 5), round(parts["search"].rate, 5)) == (-0.00225, 0)
    assert (round(parts["search"].mix, 5), round(parts["ads"].mix, 5)) == (-0.00125, -0.0015)
    assert round(sum(part.mix + part.rate for part in parts.values()), 10) == -0.005


def a_tree(source):
    def factor():
        return source.choice([0.0, source.uniform(-5, 5)]) if source.random() < 0.2 else source.uniform(0.01, 99)

    return {f"store {number}": {name: factor() for name in "abc"} for number in range(source.randint(1, 5))}


def test_contributions_add_up_to_the_change_for_a_thousand_random_trees_with_zeros():
    source = random.Random(20_261_123)
    for _ in range(1_000):
        before, after = a_tree(source), a_tree(source)
        old, new = (sum(math.prod(branch.values()) for branch in side.values()) for side in (before, after))
        found = sum(added_up(leaf_contributions(before, after)).values())
        assert found == pytest.approx(new - old, abs=1e-6, rel=1e-9)


def test_mix_and_rate_add_up_to_the_change_also_where_segments_come_and_go():
    source = random.Random(7)
    for _ in range(300):
        sides = []
        for _side in range(2):
            weights = {name: source.choice([0.0, source.random()]) for name in "abcd"} | {"e": 0.1}
            total = sum(weights.values())
            sides.append({name: Segment(one / total, source.random()) for name, one in weights.items() if one})
        old, new = (sum(part.share * part.ratio for part in side.values()) for side in sides)
        parts = mix_and_rate(*sides)
        assert sum(part.mix + part.rate for part in parts.values()) == pytest.approx(new - old, abs=1e-12)


def test_a_zero_factor_is_shared_out_over_all_orders():
    parts = contributions({"buyers": 0.0, "per_buyer": 8.0}, {"buyers": 5.0, "per_buyer": 10.0})
    assert parts == {"buyers": 45.0, "per_buyer": 5.0}


def test_rounded_parts_still_add_up_to_the_cent():
    parts = to_cents({"a": 3.333333, "b": 3.333333, "c": 3.333334}, total=Decimal("10.00"))
    assert parts == {"a": Decimal("3.33"), "b": Decimal("3.33"), "c": Decimal("3.34")}


def test_different_factors_and_too_many_of_them_are_refused():
    with pytest.raises(ValueError, match="same factors"):
        contributions({"a": 1.0}, {"b": 1.0})
    with pytest.raises(ValueError, match="at most 4"):
        contributions(dict.fromkeys("abcde", 0.0), dict.fromkeys("abcde", 1.0))


numbers = st.just(0.0) | st.floats(min_value=1e-3, max_value=1e6)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=4))
def test_contributions_add_up_to_the_change_for_any_factors(pairs):
    before = {str(place): old for place, (old, _new) in enumerate(pairs)}
    after = {str(place): new for place, (_old, new) in enumerate(pairs)}
    change = math.prod(after.values()) - math.prod(before.values())
    # The largest product on the way from one side to the other sets how exact floats can be.
    scale = max(math.prod(max(pair) for pair in pairs), 1.0)
    assert sum(contributions(before, after).values()) == pytest.approx(change, abs=1e-9 * scale)
