"""Working days: what the State Council published for 2024 and 2025, and our own corrections."""

from datetime import date

import pytest

from config.kernel.models import CalendarDay
from config.kernel.working_days import add_working_days, effective_weekday, effective_weekdays, is_working_day

pytestmark = pytest.mark.django_db
# A year that nobody has published yet.
UNKNOWN = date(2099, 6, 1)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 9, 30), True),  # Monday before the National Day
        (date(2024, 10, 1), False),
        (date(2024, 10, 7), False),  # Monday, last day of the holiday
        (date(2024, 9, 29), True),  # Sunday that makes up for it
        (date(2024, 10, 12), True),  # Saturday that makes up for it
        (date(2024, 10, 19), False),  # a plain Saturday
        (date(2025, 1, 26), True),  # Sunday before the Spring Festival
        (date(2025, 1, 28), False),  # its eve
    ],
)
def test_holidays_and_the_days_that_make_up_for_them(day, works):
    assert is_working_day(day) is works


def test_a_year_nobody_has_published_works_from_monday_to_friday():
    monday = date(2099, 6, 1)
    assert monday.weekday() == 0
    assert [is_working_day(date(2099, 6, number)) for number in range(1, 8)] == [True] * 5 + [False] * 2
    assert effective_weekday(date(2099, 6, 6)) == 5


def test_our_own_row_corrects_the_calendar():
    CalendarDay.objects.create(day=UNKNOWN, is_working=False, name="Founding day")
    CalendarDay.objects.create(day=date(2099, 6, 6), is_working=True)
    assert not is_working_day(UNKNOWN)
    assert is_working_day(date(2099, 6, 6))
    assert (effective_weekday(UNKNOWN), effective_weekday(date(2099, 6, 6))) == (7, 0)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2024, 9, 30), 0, date(2024, 9, 30)),
        (date(2024, 9, 30), 1, date(2024, 10, 8)),
        (date(2024, 10, 11), 1, date(2024, 10, 12)),  # the Saturday counts
        (date(2024, 10, 11), 2, date(2024, 10, 14)),
        (date(2024, 10, 8), -1, date(2024, 9, 30)),
        (date(2024, 10, 1), 1, date(2024, 10, 8)),  # begun on a holiday
        (date(2099, 6, 5), 250, date(2100, 5, 21)),  # fifty weeks
    ],
)
def test_so_many_working_days_later(day, count, expected):
    assert add_working_days(day, count) == expected


def test_a_correction_moves_the_count():
    CalendarDay.objects.create(day=date(2099, 6, 2), is_working=False)
    assert add_working_days(UNKNOWN, 1) == date(2099, 6, 3)


def test_a_day_behaves_as_it_works():
    behaves = effective_weekdays(date(2024, 9, 28), date(2024, 10, 13))
    assert [behaves[day] for day in sorted(behaves)] == [5, 0, 0, 7, 7, 7, 7, 7, 7, 7, 1, 2, 3, 4, 0, 6]


def test_a_range_of_days_costs_one_question(django_assert_num_queries):
    with django_assert_num_queries(1):
        effective_weekdays(date(2024, 1, 1), date(2024, 12, 31))
