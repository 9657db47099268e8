"""What a day is judged by: ordinary days only, days of its own kind, and enough orders behind it."""

import math
from datetime import date, timedelta
from statistics import NormalDist

import pytest

from analytics.anomalies import Verdict, _tail_z, judge_last_day, judge_week

WEEK = [100, 102, 98, 105, 110, 140, 150]


def judged(values, *, weekdays=None, events=(), orders=None):
    kinds = weekdays or [place % 7 for place in range(len(values))]
    marks = [place in events for place in range(len(values))]
    return judge_last_day(values, weekdays=kinds, is_event=marks, orders=orders)


def test_a_day_after_a_long_campaign_is_judged_by_the_days_before_the_campaign():
    """Presale, sale and after-dip of Double 11 hide more than the last 21 days."""
    values = [float(WEEK[place % 7]) for place in range(85)]
    for place in range(50, 84):
        values[place] *= 6
    campaign = set(range(50, 84))
    outcome = judged(values, events=campaign)
    assert outcome.verdict is Verdict.NORMAL
    assert outcome.expected == pytest.approx(WEEK[84 % 7], rel=0.02)
    values[-1] *= 4
    assert judged(values, events=campaign).verdict is Verdict.ALERT


def test_a_verdict_never_holds_a_number_that_json_cannot_write():
    for hidden in range(20, 84):
        outcome = judged([50.0] * 85, events=set(range(84 - hidden, 84)))
        assert all(math.isfinite(one) for one in (outcome.z or 0, outcome.expected or 0, outcome.actual or 0))


def test_a_public_holiday_without_another_one_before_it_is_not_judged():
    kinds = [place % 7 for place in range(84)] + [7]
    assert judged([100.0] * 84 + [5.0], weekdays=kinds).verdict is Verdict.TOO_SHORT


def test_a_public_holiday_is_judged_by_public_holidays():
    kinds = [7 if place in (20, 40, 60) else place % 7 for place in range(84)] + [7]
    values = [20.0 if kind == 7 else 100.0 for kind in kinds]
    assert judged(values, weekdays=kinds).verdict is Verdict.NORMAL
    assert judged([*values[:-1], 100.0], weekdays=kinds).verdict is Verdict.ALERT


def test_an_amount_is_small_when_few_orders_stand_behind_it_not_when_it_is_itself_small():
    values = [5_000.0] * 84 + [50_000.0]
    assert judged(values, orders=[12.0] * 85).verdict is Verdict.TOO_SMALL
    assert judged(values, orders=[60.0] * 85).verdict is Verdict.ALERT


def test_chance_is_measured_by_orders_so_that_a_busy_price_does_not_alarm():
    """40 orders a day scatter by a sixth: a fifth less is nothing, whatever the amount."""
    values = [40_000.0] * 84 + [32_000.0]
    assert judged(values, orders=[40.0] * 85).verdict is Verdict.NORMAL
    assert judged(values, orders=[4_000.0] * 85).verdict is Verdict.ALERT


def test_a_surprise_below_five_per_cent_is_left_alone():
    assert judged([100_000.0] * 84 + [95_100.0]).verdict is Verdict.NORMAL
    assert judged([100_000.0] * 84 + [88_000.0]).verdict is Verdict.ALERT


def test_a_fall_to_nothing_is_called_missing_data_and_no_alert_of_the_figure():
    assert judged([100.0] * 84 + [0.0]).verdict is Verdict.NO_DATA
    assert judged([5_000.0] * 84 + [0.0], orders=[60.0] * 84 + [0.0]).verdict is Verdict.NO_DATA


def test_a_weekday_on_which_the_shop_is_closed_is_normal_at_zero():
    values = [0.0 if place % 7 == 5 else 100.0 for place in range(90)]
    assert values[89] == 0.0
    assert judged(values).verdict is Verdict.NORMAL


MONDAY = date(2026, 1, 5)


def weeks(*sums, per_day=7):
    """Daily counts of Monday weeks; returns them with the last Sunday."""
    counts = {}
    for number, total in enumerate(sums):
        for place in range(per_day):
            day = MONDAY + timedelta(days=7 * number + place)
            counts[day] = total // per_day + (place < total % per_day)
    return counts, MONDAY + timedelta(days=7 * len(sums) - 1)


def judged_week(*sums, events=()):
    counts, last = weeks(*sums)
    return judge_week(counts, last, first=MONDAY, event_days=frozenset(events))


def test_a_week_of_small_counts_is_judged_by_the_tail_of_its_past():
    steady = [20, 22, 19, 21, 18, 20, 23, 20, 19, 21, 20, 22]
    assert judged_week(*steady, 24).verdict is Verdict.NORMAL
    assert judged_week(*steady, 45).verdict is Verdict.ALERT
    assert judged_week(*steady, 4).verdict is Verdict.ALERT
    found = judged_week(*steady, 36)
    assert (found.verdict, found.actual, found.expected) == (Verdict.WATCH, 36, pytest.approx(20.42, abs=0.01))


def test_weeks_that_vary_more_than_chance_are_given_more_room():
    wild = [5, 40, 12, 33, 8, 45, 20, 2, 38, 15, 28, 10]
    assert judged_week(*wild, 45).verdict is Verdict.NORMAL


def test_the_tail_of_a_poisson_count_agrees_with_tables():
    """P(X >= 15 | 5) = 0.000226 and P(X <= 0 | 5) = 0.006738, as printed in tables of the distribution."""
    normal = NormalDist()
    assert _tail_z(15, mean=5.0, spread=1.0) == pytest.approx(-normal.inv_cdf(0.000226), abs=0.001)
    assert _tail_z(0, mean=5.0, spread=1.0) == pytest.approx(normal.inv_cdf(0.006738), abs=0.001)


def test_a_short_past_and_an_event_in_the_week_are_not_judged():
    assert judged_week(*[20] * 7, 90).verdict is Verdict.TOO_SHORT
    assert judged_week(*[20] * 12, 90, events=[MONDAY + timedelta(days=7 * 12 + 3)]).verdict is Verdict.EVENT


def test_weeks_touched_by_an_event_are_left_out_of_the_past():
    sums = [20] * 12
    sums[10] = 200
    event = {MONDAY + timedelta(days=70)}
    assert judged_week(*sums, 60, events=event).verdict is Verdict.ALERT
