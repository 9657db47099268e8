"""The SLA clock: the worked examples, and an oracle that walks minute by minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service_desk.sla_clock import (
    ServiceHours,
    counted_time,
    deadline,
    is_met,
    joined,
    retarget,
    warning_at,
)

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = ((540, 720), (810, 1080))
CHAT = ServiceHours(ZONE, dict.fromkeys(range(7), ((540, 1320),)))
HOLIDAYS: dict[date, tuple[tuple[int, int], ...]] = {date(2026, 10, day): () for day in range(1, 8)}
BUREAU = ServiceHours(ZONE, dict.fromkeys(range(5), OFFICE), {**HOLIDAYS, date(2026, 10, 10): OFFICE})
NIGHT = ServiceHours(ZONE, dict.fromkeys(range(7), ((1080, 120),)))
ALWAYS = ServiceHours(ZONE, is_always_open=True)


def at(text: str) -> datetime:
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


CASES = [
    ("E1", CHAT, "09-14 10:00", 5, [], "09-14 10:05"),
    ("E2", CHAT, "09-14 21:58", 5, [], "09-15 09:03"),
    ("E3", CHAT, "09-14 23:30", 5, [], "09-15 09:05"),
    ("E4", ALWAYS, "09-14 20:00", 1440, [], "09-15 20:00"),
    ("E6", BUREAU, "09-14 11:50", 30, [], "09-14 13:50"),
    ("E7", BUREAU, "09-30 17:00", 240, [], "10-08 12:00"),
    ("E9", ALWAYS, "09-14 10:00", 1440, [("09-14 14:00", "09-15 09:00")], "09-16 05:00"),
    ("E10", BUREAU, "09-14 10:00", 480, [("09-14 17:00", "09-15 10:00")], "09-15 14:00"),
    ("E10 no pause", BUREAU, "09-14 10:00", 480, [], "09-15 10:30"),
    ("E11", BUREAU, "09-14 10:00", 480, [("09-14 19:00", "09-15 08:00")], "09-15 10:30"),
    ("E22", ALWAYS, "09-14 10:00", 15, [], "09-14 10:15"),
    ("E34", ALWAYS, "09-14 10:00", 2880, [], "09-16 10:00"),
    ("over midnight", NIGHT, "09-14 23:50", 60, [], "09-15 00:50"),
    ("night into evening", NIGHT, "09-15 01:30", 60, [], "09-15 18:30"),
]


@pytest.mark.parametrize(("name", "hours", "start", "minutes", "pauses", "due"), CASES, ids=[case[0] for case in CASES])
def test_a_worked_example_is_due_when_the_rule_says(
    name: str, hours: ServiceHours, start: str, minutes: int, pauses: list[tuple[str, str]], due: str
) -> None:
    spans = [(at(a), at(b)) for a, b in pauses]
    assert deadline(hours, start=at(start), target=timedelta(minutes=minutes), pauses=spans) == at(due)


def test_warnings_count_only_counted_time() -> None:
    pause = [(at("09-14 14:00"), at("09-15 09:00"))]
    start, day = at("09-14 10:00"), timedelta(days=1)
    assert warning_at(ALWAYS, start=start, target=day, percent=80, pauses=pause) == at("09-16 00:12")
    assert warning_at(ALWAYS, start=start, target=2 * day, percent=50) == at("09-15 10:00")


def test_two_pauses_without_a_gap_are_one() -> None:
    a, b, c = at("09-14 11:00"), at("09-14 12:00"), at("09-14 13:00")
    assert joined([(b, c), (a, b)]) == [(a, c)]


def test_an_answer_at_the_due_second_is_in_time_and_one_later_is_not() -> None:
    start, due = at("09-14 10:00"), at("09-14 10:05")
    assert is_met(answered=due, due=due)
    late = due + timedelta(seconds=1)
    assert not is_met(answered=late, due=due)
    assert counted_time(CHAT, start=start, end=late) == timedelta(seconds=301)


def test_another_priority_counts_from_the_original_start() -> None:
    start, four = at("09-14 10:00"), timedelta(hours=4)
    early = retarget(ALWAYS, start=start, target=four, changed=at("09-14 13:00"))
    late = retarget(ALWAYS, start=start, target=four, changed=at("09-14 15:00"))
    lowered = retarget(ALWAYS, start=start, target=timedelta(days=1), changed=at("09-14 14:30"))
    assert (early.due, early.breached_at) == (at("09-14 14:00"), None)
    assert (late.due, late.breached_at) == (at("09-14 14:00"), at("09-14 15:00"))
    assert (lowered.due, lowered.breached_at) == (at("09-15 10:00"), None)


def test_a_calendar_that_never_opens_has_no_deadline() -> None:
    assert deadline(ServiceHours(ZONE), start=at("09-14 10:00"), target=timedelta(minutes=1)) is None


def test_the_night_the_clocks_go_forward_is_an_hour_shorter() -> None:
    berlin = ServiceHours(ZoneInfo("Europe/Berlin"), dict.fromkeys(range(7), ((0, 360),)))
    start = datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert counted_time(berlin, start=start, end=start + timedelta(hours=12)) == timedelta(hours=5)


def test_pauses_given_in_local_time_are_not_counted_by_the_wall() -> None:
    zone = ZoneInfo("Europe/Berlin")
    always, start = ServiceHours(zone, is_always_open=True), datetime(2026, 3, 28, 20, tzinfo=zone)
    pauses = [(start, datetime(2026, 3, 28, 22, tzinfo=zone)), (datetime(2026, 3, 29, 6, tzinfo=zone),) * 2]
    due = deadline(always, start=start, target=timedelta(hours=8), pauses=pauses)
    assert due == datetime(2026, 3, 29, 5, tzinfo=UTC)


def _oracle(start: datetime, minutes: int, pauses: list[tuple[datetime, datetime]]) -> datetime:
    """Bureau hours written a second time: one minute after another."""
    moment, left = start, minutes
    while left:
        wall = moment.astimezone(ZONE)
        minute = wall.hour * 60 + wall.minute
        holiday = wall.month == 10 and wall.day <= 7
        works = (wall.weekday() < 5 and not holiday) or (wall.month, wall.day) == (10, 10)
        is_open = works and (540 <= minute < 720 or 810 <= minute < 1080)
        left -= is_open and not any(a <= moment < b for a, b in pauses)
        moment += timedelta(minutes=1)
    return moment


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 20 * 1440),
    st.integers(1, 1000),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 1500)), max_size=3),
)
def test_the_deadline_is_that_of_a_walk_minute_by_minute(after: int, target: int, stops: list[tuple[int, int]]) -> None:
    start = at("09-21 00:00") + timedelta(minutes=after)
    pauses = [(start + timedelta(minutes=a), start + timedelta(minutes=a + b)) for a, b in stops]
    due = deadline(BUREAU, start=start, target=timedelta(minutes=target), pauses=pauses)
    assert due == _oracle(start, target, pauses)
    assert counted_time(BUREAU, start=start, end=due, pauses=pauses) == timedelta(minutes=target)
