"""Store days, working days and months."""

from datetime import UTC, date, datetime, timedelta

import pytest

from config.kernel.models import CalendarDay
from config.kernel.store_time import day_range, month_range, range_of_days, store_day, week_start, zone_of
from config.kernel.working_days import add_working_days, effective_weekday, is_working_day

SHANGHAI, BERLIN, LONDON = zone_of("Asia/Shanghai"), zone_of("Europe/Berlin"), zone_of("Europe/London")


def test_a_day_ends_at_the_stores_midnight():
    moment = datetime(2026, 3, 1, 16, 10, tzinfo=UTC)
    assert store_day(moment, SHANGHAI) == date(2026, 3, 2)
    assert store_day(moment, LONDON) == date(2026, 3, 1)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_days_have_as_many_hours_as_the_clock_says(day, hours):
    start, end = day_range(day, BERLIN)
    assert end - start == timedelta(hours=hours)
    assert store_day(start, BERLIN) == day
    assert store_day(end, BERLIN) == day + timedelta(days=1)


def test_ranges_are_half_open_and_whole():
    start, end = range_of_days(date(2026, 1, 1), date(2026, 1, 31), SHANGHAI)
    assert (start, end) == (datetime(2025, 12, 31, 16, tzinfo=UTC), datetime(2026, 1, 31, 16, tzinfo=UTC))
    with pytest.raises(ValueError, match="before"):
        range_of_days(date(2026, 1, 2), date(2026, 1, 1), SHANGHAI)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="aware"):
        store_day(datetime(2026, 1, 1), SHANGHAI)


def test_weeks_begin_on_monday_and_months_end_with_the_month():
    assert week_start(date(2026, 11, 22)) == date(2026, 11, 16)
    assert month_range(date(2024, 2, 10)) == (date(2024, 2, 1), date(2024, 2, 29))
    assert month_range(date(2026, 12, 31)) == (date(2026, 12, 1), date(2026, 12, 31))


@pytest.mark.django_db
def test_holidays_and_make_up_days_are_known():
    assert not is_working_day(date(2025, 10, 1))
    assert is_working_day(date(2025, 10, 11)), "a make-up Saturday"
    assert effective_weekday(date(2025, 10, 1)) == 7
    assert effective_weekday(date(2025, 10, 11)) == 0
    assert effective_weekday(date(2025, 10, 18)) == 5


@pytest.mark.django_db
def test_working_days_are_counted_over_a_holiday_and_corrected_by_hand():
    assert add_working_days(date(2025, 9, 30), 1) == date(2025, 10, 9)
    assert add_working_days(date(2025, 10, 9), -1) == date(2025, 9, 30)
    CalendarDay.objects.create(day=date(2025, 10, 9), is_working=False, name="moving house")
    assert add_working_days(date(2025, 9, 30), 1) == date(2025, 10, 10)


@pytest.mark.django_db
def test_years_that_nobody_has_published_have_plain_weeks():
    assert is_working_day(date(2041, 10, 1))
    assert not is_working_day(date(2041, 10, 5))
