"""The periods that reports cover and what they are compared with. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from config.kernel.store_time import month_range, week_start

WEEKS_OF_A_YEAR = timedelta(days=364)


@dataclass(frozen=True)
class Period:
    """Whole days from `first` to `last`."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def back(self, shift: timedelta) -> "Period":
        """The same number of days earlier."""
        return Period(self.first - shift, self.last - shift)


def period_of(kind: str, day: date) -> Period:
    """The day, the Monday week or the calendar month that holds `day`."""
    if kind == "daily":
        return Period(day, day)
    if kind == "weekly":
        monday = week_start(day)
        return Period(monday, monday + timedelta(days=6))
    first, last = month_range(day)
    return Period(first, last)


def comparisons(kind: str, period: Period) -> dict[str, Period]:
    """What a period is compared with: the one before, the same weekday(s) a week before, and last year."""
    if kind == "daily":
        return {
            "previous": period.back(timedelta(days=1)),
            "week_before": period.back(timedelta(days=7)),
            "year_before": period.back(WEEKS_OF_A_YEAR),
        }
    if kind == "weekly":
        return {"previous": period.back(timedelta(days=7)), "year_before": period.back(WEEKS_OF_A_YEAR)}
    before_first, before_last = month_range(period.first - timedelta(days=1))
    year_first, year_last = month_range(period.first.replace(year=period.first.year - 1))
    return {"previous": Period(before_first, before_last), "year_before": Period(year_first, year_last)}
