"""The ranges that boards offer, and what a range is compared with. Pure."""

from datetime import date, timedelta
from enum import StrEnum

from analytics.periods import WEEKS_OF_A_YEAR, Period
from config.kernel.store_time import month_range

EARLIEST = date(2000, 1, 1)
MOST_DAYS = 731


class Preset(StrEnum):
    """Ranges that end with the last whole day."""

    YESTERDAY = "yesterday"
    WEEK = "7"
    FOUR_WEEKS = "28"
    QUARTER = "91"
    THIS_MONTH = "month"
    LAST_MONTH = "last-month"
    YEAR = "364"


class Against(StrEnum):
    """What a range is compared with."""

    PREVIOUS = "previous"
    YEAR = "year"
    NOTHING = "none"


def preset_period(preset: Preset, *, last: date) -> Period:
    """The days of a preset; `last` is the last whole day. This month ends with it, last month is whole."""
    if preset is Preset.YESTERDAY:
        return Period(last, last)
    if preset is Preset.THIS_MONTH:
        return Period(last.replace(day=1), last)
    if preset is Preset.LAST_MONTH:
        return Period(*month_range(last.replace(day=1) - timedelta(days=1)))
    return Period(last - timedelta(days=int(preset) - 1), last)


def compared_period(period: Period, against: Against) -> Period | None:
    """As many days just before, or the same weekdays of the year before (52 weeks back); None where nothing is wanted."""
    if against is Against.PREVIOUS:
        return period.back(timedelta(days=period.days))
    if against is Against.YEAR:
        return period.back(WEEKS_OF_A_YEAR)
    return None
