"""The arithmetic of RFM: tables of the specification, and every customer again by an oracle."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.models import Segment, ValueSegment
from membership.rfm import (
    SEGMENT_OF,
    VALUE_SEGMENT_OF,
    RfmCuts,
    RfmRules,
    apply_cuts,
    find_cuts,
    rank_scores,
    segments_of,
    value_segments_of,
)
from tests.membership import rfm_oracle


def arrays(customers):
    days, counts, cents = zip(*customers, strict=True)
    return {
        "recency_days": np.array(days, dtype=np.int64),
        "frequency": np.array(counts, dtype=np.int64),
        "cents": np.array(cents, dtype=np.int64),
    }


def scored(customers, **rules):
    cuts, _warnings = find_cuts(**arrays(customers), rules=RfmRules(**rules))
    # The way that a run goes: cuts are stored as JSON and applied to a part of the customers.
    cuts = RfmCuts.from_json(json.loads(json.dumps(cuts.to_json())))
    rows = []
    for start in range(0, len(customers), 7):
        found = apply_cuts(cuts, **arrays(customers[start : start + 7]))
        axes = (found.recency.tolist(), found.frequency.tolist(), found.monetary.tolist())
        rows += zip(*axes, found.segment, found.value_segment, found.is_dormant.tolist(), strict=True)
    return rows


few_values = st.tuples(st.integers(0, 364), st.integers(1, 9), st.integers(-5_000, 500_000))
tied_values = st.tuples(
    st.sampled_from([0, 30, 31, 90, 240]), st.sampled_from([1, 1, 1, 2, 7]), st.sampled_from([0, 10_000, 10_001])
)


@given(
    st.one_of(st.lists(few_values, min_size=1, max_size=90), st.lists(tied_values, min_size=45, max_size=90)),
    st.sampled_from(["rank", "thresholds"]),
    st.sampled_from(["mean", "median"]),
)
def test_every_customer_scores_as_the_oracle_says(customers, mode, cut):
    assert scored(customers, mode=mode, value_cut=cut) == rfm_oracle.segment(customers, mode=mode, cut=cut)


def test_the_25_cells_are_the_published_map():
    everything = {
        (r, fm): rfm_oracle.NAMES[cell] for r, row in rfm_oracle.CELLS.items() for fm, cell in enumerate(row.split(), 1)
    }
    assert everything == SEGMENT_OF
    assert len(SEGMENT_OF) == 25
    assert set(SEGMENT_OF.values()) == set(Segment.values)
    assert len(Segment.values) == 11


@pytest.mark.parametrize(
    ("r", "f", "m", "segment"),
    [
        (5, 5, 5, "champions"),
        (5, 3, 4, "champions"),  # 3.5 is rounded up to 4
        (4, 5, 4, "champions"),
        (4, 4, 4, "loyal"),
        (3, 5, 5, "loyal"),
        (4, 2, 3, "potential_loyalist"),
        (5, 1, 2, "potential_loyalist"),
        (5, 1, 1, "new"),
        (4, 1, 1, "promising"),
        (3, 3, 3, "need_attention"),
        (3, 1, 2, "about_to_sleep"),
        (1, 5, 5, "cannot_lose"),
        (1, 4, 5, "cannot_lose"),
        (2, 5, 5, "at_risk"),
        (1, 3, 3, "at_risk"),
        (2, 2, 2, "hibernating"),
        (1, 2, 2, "lost"),
    ],
)
def test_named_segments(r, f, m, segment):
    one = (np.array([score]) for score in (r, f, m))
    assert segments_of(*one) == (segment,)


@pytest.mark.parametrize(
    ("days", "count", "cents", "segment"),
    [
        (90, 2, 50_000, "key_value"),
        (90, 1, 50_000, "key_develop"),
        (91, 2, 50_000, "key_keep"),
        (91, 1, 50_000, "key_win_back"),
        (90, 2, 49_999, "plain_value"),
        (90, 1, 49_999, "plain_develop"),
        (91, 2, 49_999, "plain_keep"),
        (91, 1, 49_999, "plain_win_back"),
    ],
)
def test_value_segments_are_high_from_the_cut_on(days, count, cents, segment):
    cuts = {"recency_days": 90.0, "frequency": 2.0, "cents": 50_000.0}
    assert value_segments_of(**arrays([(days, count, cents)]), cuts=cuts) == (segment,)


def test_the_eight_value_segments_are_all_there():
    assert set(VALUE_SEGMENT_OF.values()) == set(ValueSegment.values)
    assert len(VALUE_SEGMENT_OF) == 8


def test_fixed_cuts_are_read_in_whole_cents():
    customers = [(10, 2, 110), (10, 2, 109)]
    rows = scored(customers, value_cut="fixed", fixed_cuts={"recency_days": 90, "frequency": 2, "monetary": 1.10})
    assert [row[4] for row in rows] == ["key_value", "plain_value"]


def test_ranks_of_the_published_sample_keep_ties_together():
    # Repeat purchases of the CDNOW sample: 1,411 of 2,357 customers have none.
    counts = np.repeat([0, 1, 2, 3, 4, 5], [1411, 439, 214, 100, 62, 131])
    scores = rank_scores(counts)
    assert {int(count): {int(s) for s in scores[counts == count]} for count in range(6)} == {
        0: {1},
        1: {3},
        2: {4},
        3: {5},
        4: {5},
        5: {5},
    }


@pytest.mark.parametrize(
    ("value", "axis", "score"),
    [
        (0, "days", 5),
        (30, "days", 5),
        (31, "days", 4),
        (60, "days", 4),
        (61, "days", 3),
        (120, "days", 3),
        (121, "days", 2),
        (240, "days", 2),
        (241, "days", 1),
        (1, "count", 1),
        (2, "count", 2),
        (3, "count", 3),
        (4, "count", 4),
        (5, "count", 4),
        (6, "count", 5),
        (-1, "cents", 1),
        (10_000, "cents", 1),
        (10_001, "cents", 2),
        (30_000, "cents", 2),
        (30_001, "cents", 3),
        (100_000, "cents", 3),
        (100_001, "cents", 4),
        (300_000, "cents", 4),
        (300_001, "cents", 5),
    ],
)
def test_thresholds_of_the_specification(value, axis, score):
    one = {"days": (value, 1, 1), "count": (0, value, 1), "cents": (0, 1, value)}[axis]
    [row] = scored([one], mode="thresholds")
    assert row[{"days": 0, "count": 1, "cents": 2}[axis]] == score


def test_fewer_than_fifty_buyers_are_scored_by_thresholds_with_a_warning():
    customers = [(number, 1, 100) for number in range(49)]
    cuts, warnings = find_cuts(**arrays(customers), rules=RfmRules(mode="rank"))
    assert cuts.mode == "thresholds"
    assert warnings == ({"code": "too_few_for_ranks", "customers": 49},)
    cuts, warnings = find_cuts(**arrays([*customers, (49, 1, 100)]), rules=RfmRules(mode="rank"))
    assert cuts.mode == "rank"
    assert [warning["code"] for warning in warnings] == ["one_value_holds_many"] * 2


def test_a_value_that_holds_more_than_a_fifth_is_warned_of_with_its_levels():
    customers = [(number, 1 if number < 60 else 2 + number % 2, number) for number in range(100)]
    _cuts, warnings = find_cuts(**arrays(customers), rules=RfmRules())
    assert warnings == ({"code": "one_value_holds_many", "axis": "frequency", "share": 0.6, "levels": 3},)


def test_distinct_values_give_five_equal_parts():
    customers = [(number, number + 1, number * 100) for number in range(100)]
    rows = scored(customers)
    for axis in range(3):
        assert [sum(1 for row in rows if row[axis] == score) for score in range(1, 6)] == [20] * 5
    assert rows[0][:3] == (5, 1, 1)
    assert rows[99][:3] == (1, 5, 5)


def test_a_negative_value_ranks_lowest():
    customers = [(1, 1, cents) for cents in [-500, *range(0, 9_900, 100)]]
    rows = scored(customers)
    assert rows[0][2] == 1
    assert rank_scores(np.array([-500, 0, 100, 200, 300])).tolist() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(("days", "is_dormant"), [(89, False), (90, False), (121, True), (364, True)])
def test_dormant_is_a_low_recency_of_at_least_ninety_days(days, is_dormant):
    # By thresholds 90 days still score 3; low are 1 and 2.
    [row] = scored([(days, 1, 100)], mode="thresholds")
    assert row[5] is is_dormant


def test_nobody_is_an_answer():
    assert rank_scores(np.array([], dtype=np.int64)).tolist() == []
