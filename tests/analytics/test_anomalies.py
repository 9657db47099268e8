"""Which days stand out."""

import random

import pytest

from analytics.anomalies import Verdict, judge_last_day

WEEK = [100, 102, 98, 105, 110, 140, 150]


def history(days=90, *, seed=1):
    source = random.Random(seed)
    return [WEEK[place % 7] * 10 * source.uniform(0.97, 1.03) for place in range(days)]


def judged(last, *, values=None, events=()):
    values = [*(values or history()), last]
    weekdays = [place % 7 for place in range(len(values))]
    return judge_last_day(values, weekdays=weekdays, is_event=[place in events for place in range(len(values))])


def test_a_usual_day_is_normal():
    assert judged(WEEK[90 % 7] * 10).verdict == Verdict.NORMAL


@pytest.mark.parametrize("factor", [0.4, 2.5])
def test_a_day_far_off_its_weekday_is_an_alert(factor):
    outcome = judged(WEEK[90 % 7] * 10 * factor)
    assert outcome.verdict == Verdict.ALERT
    assert outcome.expected == pytest.approx(WEEK[90 % 7] * 10, rel=0.05)


def test_the_weekday_shape_is_not_an_outlier():
    values = history(89)
    assert judged(WEEK[89 % 7] * 10, values=values).verdict == Verdict.NORMAL


def test_an_event_day_is_not_judged():
    assert judged(9000, events={90}).verdict == Verdict.EVENT


def test_event_days_do_not_spoil_the_baseline():
    values = history()
    for place in (60, 61, 62):
        values[place] *= 5
    assert judged(WEEK[90 % 7] * 10, values=values, events={60, 61, 62}).verdict == Verdict.NORMAL


def test_small_counts_and_short_histories_are_not_judged_daily():
    assert judged(9, values=[3.0] * 60).verdict == Verdict.TOO_SMALL
    assert judged(9, values=[300.0] * 20).verdict == Verdict.TOO_SHORT
