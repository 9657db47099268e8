"""Store days of any zone and year: they follow each other without gap or overlap, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from config.kernel.store_time import day_range, range_of_days, store_day

# Clocks changed at midnight (Havana, Beirut, Sao Paulo), by half an hour (Lord Howe), never, and once by a whole day (Apia).
NAMES = (
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
)
ZONES = st.sampled_from([ZoneInfo(name) for name in NAMES])
DAYS = st.dates(date(1995, 1, 1), date(2035, 12, 31))
MOMENTS = st.datetimes(datetime(1995, 1, 1), datetime(2035, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))


@given(MOMENTS, ZONES)
def test_every_moment_lies_within_its_own_day_and_within_no_other(moment, zone):
    day = store_day(moment, zone)
    assert day == moment.astimezone(zone).date()
    for other in (-1, 0, 1):
        start, end = day_range(day + timedelta(days=other), zone)
        assert (start <= moment < end) == (other == 0)


@given(DAYS, ZONES)
def test_a_day_ends_where_the_next_begins(day, zone):
    start, end = day_range(day, zone)
    assert end == day_range(day + timedelta(days=1), zone)[0]
    # Samoa left out the 30th of December 2011: that day has no moment at all.
    skipped = zone.key == "Pacific/Apia" and day == date(2011, 12, 30)
    assert (end - start == timedelta(0)) == skipped
    assert timedelta(hours=22) <= end - start <= timedelta(hours=26) or skipped


@given(DAYS, st.integers(0, 40), ZONES)
def test_a_range_of_days_is_as_long_as_its_days_together(first, count, zone):
    days = [first + timedelta(days=number) for number in range(count + 1)]
    start, end = range_of_days(first, days[-1], zone)
    lengths = [one_end - one_start for one_start, one_end in (day_range(day, zone) for day in days)]
    assert end - start == sum(lengths, timedelta(0))


@given(DAYS, ZONES)
def test_the_first_moment_of_a_day_is_of_that_day_and_the_one_before_is_not(day, zone):
    start, end = day_range(day, zone)
    if end > start:
        assert start.astimezone(zone).date() == day
    assert (start - timedelta(microseconds=1)).astimezone(zone).date() < day
