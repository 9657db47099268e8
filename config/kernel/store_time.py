"""Store days: the business day ends at midnight of the store's own clock. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """The time zone with an IANA name. Raises ZoneInfoNotFoundError for an unknown one."""
    return ZoneInfo(name)


def store_day(moment: datetime, zone: ZoneInfo) -> date:
    """The date of an aware moment on the store's clock."""
    if moment.tzinfo is None:
        raise ValueError("the moment must be aware")
    return moment.astimezone(zone).date()


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a store day, in UTC. Where midnight does not exist, the first moment after the gap."""
    local = datetime.combine(day, time.min, tzinfo=zone)
    return local.astimezone(UTC)


def day_range(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The half-open range of a store day in UTC; 23 or 25 hours long where the clocks change."""
    return start_of_day(day, zone), start_of_day(day + timedelta(days=1), zone)


def range_of_days(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The half-open range from the first moment of `first` to the last of `last`, in UTC."""
    if last < first:
        raise ValueError("last must not be before first")
    return start_of_day(first, zone), start_of_day(last + timedelta(days=1), zone)


def week_start(day: date) -> date:
    """The Monday of the week of `day` (ISO 8601)."""
    return day - timedelta(days=day.weekday())


def month_range(day: date) -> tuple[date, date]:
    """First and last day of the month of `day`."""
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return first, following - timedelta(days=1)
