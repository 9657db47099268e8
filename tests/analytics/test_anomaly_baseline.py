"""What a day is judged by: ordinary days only, days of its own kind, and enough orders behind it."""

import math

import pytest

from analytics.anomalies import Verdict, judge_last_day

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


def test_a_fall_to_nothing_is_an_alert():
    assert judged([100.0] * 84 + [0.0]).verdict is Verdict.ALERT
