"""A clock in words: a paused one is not running, hours and pauses are no JSON, a moment is told in one unit."""

from datetime import UTC, datetime, timedelta

import time_machine
from django.utils import translation

from service_desk.models import SlaCycle
from service_desk.sla_words import hours_words, pause_words, state_of, target_words
from service_desk.templatetags.sla import ago

MONDAY = datetime(2026, 9, 14, 2, 0, tzinfo=UTC)


def cycle(**values):
    return SlaCycle(metric="resolution", started_at=MONDAY, target_minutes=1440, calendar={}, **values)


def test_a_clock_that_was_stopped_before_it_was_late_is_paused():
    with translation.override("en"):
        assert state_of(cycle()) == ("running", "running")
        assert state_of(cycle(paused_since=MONDAY)) == ("paused", "paused")
        assert state_of(cycle(state="breached", paused_since=MONDAY))[0] == "breached"


def test_hours_and_days_of_their_own_are_told_line_by_line():
    weekly = {"0": [[540, 720], [810, 1080]], "6": []}
    calendar = {
        "zone": "Asia/Shanghai",
        "weekly": weekly,
        "exceptions": {"2026-10-01": [], "2026-10-10": [[540, 1080]]},
    }
    with translation.override("en"):
        assert hours_words(calendar) == ["Mon 09:00–12:00, 13:30–18:00", "2026-10-01 closed", "2026-10-10 09:00–18:00"]
        assert hours_words({"is_always_open": True}) == ["day and night"]


def test_pauses_are_told_on_the_readers_clock_without_microseconds():
    begin, end = datetime(2026, 9, 14, 6, 0, 3, 123456, tzinfo=UTC), datetime(2026, 9, 15, 1, 0, tzinfo=UTC)
    stopped = cycle(pauses=[[begin.isoformat(), end.isoformat()]], paused_since=end + timedelta(hours=2))
    with translation.override("zh-hans"):
        assert pause_words(stopped) == [
            "2026年9月14日 14:00 – 2026年9月15日 09:00",
            "2026年9月15日 11:00 起",
        ]


def test_a_promise_is_told_in_the_largest_unit_that_is_exact():
    with translation.override("en"):
        assert [target_words(minutes) for minutes in (5, 90, 1440, 2880)] == ["5 min", "90 min", "24 h", "2 d"]


def test_a_moment_is_told_in_its_largest_unit_alone():
    with time_machine.travel(MONDAY, tick=False), translation.override("zh-hans"):
        told = [ago(MONDAY - timedelta(**span)) for span in ({"minutes": 5}, {"hours": 15}, {"days": 19}, {"days": 65})]
    assert told == ["5 分钟前", "15 小时前", "19 天前", "2 个月前"]
