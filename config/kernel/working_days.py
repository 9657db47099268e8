"""Working days in China: the built-in calendar of public holidays and make-up days, corrected by our own rows."""

from datetime import date, timedelta

import chinese_calendar

from config.kernel.models import CalendarDay

HOLIDAY = 7
SATURDAY = 5


def _built_in(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        # The library ends with the last year the State Council has published.
        return day.weekday() < SATURDAY


def _corrections(first: date, last: date) -> dict[date, bool]:
    return dict(CalendarDay.objects.filter(day__range=(first, last)).values_list("day", "is_working"))


def is_working_day(day: date) -> bool:
    """Whether offices work on a day."""
    return _corrections(day, day).get(day, _built_in(day))


def add_working_days(day: date, count: int) -> date:
    """The day `count` working days after `day` (before it for a negative count)."""
    step = timedelta(days=1 if count >= 0 else -1)
    reach = step * (abs(count) * 2 + 40)
    corrections = _corrections(min(day, day + reach), max(day, day + reach))
    left = abs(count)
    while left:
        day += step
        left -= corrections.get(day, _built_in(day))
    return day


def effective_weekdays(first: date, last: date) -> dict[date, int]:
    """0 to 6 for each day of the range as it behaves, 7 for a public holiday; a make-up Saturday behaves as a Monday."""
    corrections = _corrections(first, last)
    behaves: dict[date, int] = {}
    day = first
    while day <= last:
        works = corrections.get(day, _built_in(day))
        if works:
            behaves[day] = day.weekday() if day.weekday() < SATURDAY else 0
        else:
            behaves[day] = day.weekday() if day.weekday() >= SATURDAY and not _is_holiday(day) else HOLIDAY
        day += timedelta(days=1)
    return behaves


def _is_holiday(day: date) -> bool:
    try:
        _on_holiday, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return False
    return name is not None


def effective_weekday(day: date) -> int:
    """The effective weekday of one day."""
    return effective_weekdays(day, day)[day]
