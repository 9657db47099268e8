"""The dates of the calendar against the moon and against the public holidays."""

import math
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import chinese_calendar
import pytest

from marketing.festivals import FESTIVALS, FIRST_YEAR, LAST_YEAR, LUNAR, black_friday

YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
BY_CODE = {festival.code: festival for festival in FESTIVALS}
# Which day of its lunar month a festival is, and between which days of the year it may fall.
LUNAR_DAY = {
    "spring_festival": (1, (1, 21), (2, 20)),
    "qixi": (7, (7, 31), (8, 30)),
    "mid_autumn": (15, (9, 7), (10, 8)),
}


def new_moon(number: int) -> datetime:
    """The new moon `number` lunations after that of 6 January 2000: Meeus, Astronomical Algorithms, chapter 49, main terms."""
    t = number / 1236.85
    days = 2451550.09766 + 29.530588861 * number + 0.00015437 * t**2
    sun = math.radians(2.5534 + 29.10535670 * number)
    moon = math.radians(201.5643 + 385.81693528 * number)
    latitude = math.radians(160.7108 + 390.67050284 * number)
    days += -0.40720 * math.sin(moon) + 0.17241 * math.sin(sun) + 0.01608 * math.sin(2 * moon)
    days += 0.01039 * math.sin(2 * latitude) + 0.00739 * math.sin(moon - sun) - 0.00514 * math.sin(moon + sun)
    # About 70 seconds between dynamical and civil time in these years.
    return datetime(2000, 1, 1, 12, tzinfo=UTC) + timedelta(days=days - 2451545.0, seconds=-70)


def new_moon_days() -> set[date]:
    """The days of new moons by Beijing's clock; a moon within minutes of midnight gives both days."""
    first = int((FIRST_YEAR - 2000) * 12.3685) - 2
    moments = [new_moon(number) + timedelta(hours=8) for number in range(first, first + 12 * 22 + 14)]
    return {(moment + shift).date() for moment in moments for shift in (timedelta(minutes=-30), timedelta(minutes=30))}


@pytest.mark.parametrize("code", LUNAR_DAY)
def test_each_lunar_festival_falls_on_its_day_of_the_moon(code):
    number, earliest, latest = LUNAR_DAY[code]
    moons = new_moon_days()
    for year in YEARS:
        day = LUNAR[code][year]
        assert day - timedelta(days=number - 1) in moons, day
        assert date(year, *earliest) <= day <= date(year, *latest), day


@pytest.mark.parametrize(
    ("code", "holiday"),
    [("spring_festival", "Spring Festival"), ("mid_autumn", "Mid-autumn Festival")],
)
def test_lunar_festivals_lie_in_the_public_holidays(code, holiday):
    for year in range(FIRST_YEAR, 2026):
        is_off, name = chinese_calendar.get_holiday_detail(LUNAR[code][year])
        # In 2017, 2020 and 2025 Mid-Autumn lies in the week of the National Day and may carry its name.
        assert is_off
        assert name in (holiday, "National Day"), year


def test_mid_autumn_is_one_lunar_month_and_eight_days_after_qixi():
    for year in YEARS:
        assert (LUNAR["mid_autumn"][year] - LUNAR["qixi"][year]).days in (37, 38)


@pytest.mark.parametrize(
    ("year", "day"), [(2010, 26), (2011, 25), (2013, 29), (2018, 23), (2024, 29), (2025, 28), (2026, 27)]
)
def test_black_friday_follows_the_fourth_thursday(year, day):
    assert black_friday(year) == date(year, 11, day)


def test_double_11_grew_from_one_day_to_three_weeks():
    def sale(year):
        return next((one.first, one.last) for one in BY_CODE["double_11"].dates(year) if one.phase == "sale")

    assert sale(2009) == (date(2009, 11, 11), date(2009, 11, 11))
    assert sale(2021) == (date(2021, 11, 1), date(2021, 11, 11))
    assert sale(2026) == (date(2026, 10, 21), date(2026, 11, 11))


def test_carriers_stop_around_the_spring_festival_of_2026():
    stop = next(one for one in BY_CODE["spring_festival"].dates(2026) if one.phase == "carrier_stop")
    assert (stop.first, stop.last) == (date(2026, 2, 12), date(2026, 2, 23))
    assert stop.uplift < 1


@pytest.mark.parametrize("festival", FESTIVALS, ids=lambda one: one.code)
def test_phases_of_a_year_follow_each_other_without_overlap(festival):
    for year in range(festival.since, LAST_YEAR + 1):
        phases = sorted(festival.dates(year), key=lambda one: one.first)
        assert phases
        assert len({one.phase for one in phases}) == len(phases)
        assert all(one.first <= one.last and one.uplift > 0 for one in phases)
        assert all(before.last < after.first for before, after in pairwise(phases)), (festival.code, year)
