"""Text of one cell -> a moment in UTC and the day in the store's zone."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from config.kernel.importing.cells import date_text
from config.kernel.importing.values import BadValue, bare

FIRST_YEAR = 1990
LAST_YEAR = 2100
# Serial days of a workbook that fall between these years; other bare numbers are no dates.
FIRST_SERIAL = 32_874
LAST_SERIAL = 73_415


class DayOrder(StrEnum):
    """How to read 3/4/2026. UNKNOWN refuses what could be either."""

    MONTH_FIRST = "month_first"
    DAY_FIRST = "day_first"
    UNKNOWN = "unknown"


class Moment(NamedTuple):
    """`at` is aware, in UTC; `on` is the date in the store's zone; `remark` a warning's code or ""."""

    at: datetime
    on: date
    remark: str = ""


_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\s*日|(?!\d))")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[ T]?(\d{2}):?(\d{2}):?(\d{2})?)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_TIME = re.compile(
    r"[T,\s]*(?:星期.|周.)?\s*(?P<before>上午|下午|am|pm)?\s*"
    r"(?P<hour>\d{1,2})\s*[:时]\s*(?P<minute>\d{1,2})\s*[分]?(?:\s*:?\s*(?P<second>\d{1,2})(?:\.\d+)?\s*秒?)?"
    r"\s*(?P<after>am|pm)?\s*(?P<zone>z|utc|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)


@lru_cache(maxsize=8192)
def parse_moment(raw: str, *, zone: str, day_order: DayOrder = DayOrder.UNKNOWN) -> Moment:
    """A date or a date with time, local to `zone` unless it names an offset itself.

    An hour that the clock skipped in spring is moved on by the skipped hour, an hour that came twice in autumn is taken
    as the first; both with a remark. BadValue when it is no date, ambiguous, or outside 1990-2100.
    """
    local, offset = _read(raw, day_order=day_order)
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise BadValue("date_out_of_range", value=raw[:40])
    store_zone = ZoneInfo(zone)
    if offset is not None:
        at = local.replace(tzinfo=offset).astimezone(UTC)
        return Moment(at, at.astimezone(store_zone).date())
    return _localise(local, zone=store_zone)


def _localise(local: datetime, *, zone: ZoneInfo) -> Moment:
    here = local.replace(tzinfo=zone)
    at = here.astimezone(UTC)
    back = at.astimezone(zone)
    if back.replace(tzinfo=None) != local:
        return Moment(at, back.date(), "time_skipped")
    is_twice = here.utcoffset() != here.replace(fold=1).utcoffset()
    return Moment(at, local.date(), "time_twice" if is_twice else "")


def _read(raw: str, *, day_order: DayOrder) -> tuple[datetime, timezone | None]:
    text = unicodedata.normalize("NFKC", bare(raw)).strip()
    if _SERIAL.fullmatch(text):
        return _from_serial(text, raw=raw), None
    compact = _COMPACT.fullmatch(text)
    if compact:
        return _built([int(part or 0) for part in compact.groups()], raw=raw), None
    year_first = _YEAR_FIRST.match(text)
    match = year_first or _YEAR_LAST.match(text)
    if match is None:
        raise BadValue("not_a_date", value=raw[:40])
    numbers = [int(part) for part in match.groups()]
    day = numbers if year_first else _year_first(numbers, day_order=day_order, raw=raw)
    clock, offset = _clock(text[match.end() :], raw=raw)
    return _built([*day, *clock], raw=raw), offset


def _from_serial(text: str, *, raw: str) -> datetime:
    if not FIRST_SERIAL <= float(text) < LAST_SERIAL:
        raise BadValue("date_out_of_range", value=raw[:40])
    return datetime.fromisoformat(date_text(text) or "")


def _year_first(numbers: list[int], *, day_order: DayOrder, raw: str) -> list[int]:
    first, second, year = numbers
    if day_order is DayOrder.UNKNOWN and first <= 12 and second <= 12 and first != second:
        raise BadValue("date_ambiguous", value=raw[:40])
    is_day_first = first > 12 if day_order is DayOrder.UNKNOWN else day_order is DayOrder.DAY_FIRST
    return [year, second, first] if is_day_first else [year, first, second]


def _clock(text: str, *, raw: str) -> tuple[list[int], timezone | None]:
    if not text.strip():
        return [0, 0, 0], None
    match = _TIME.fullmatch(text)
    if match is None:
        raise BadValue("not_a_date", value=raw[:40])
    hour = int(match["hour"])
    half = (match["before"] or match["after"] or "").lower()
    if half in {"pm", "下午"} and hour < 12:
        hour += 12
    elif half in {"am", "上午"} and hour == 12:
        hour = 0
    return [hour, int(match["minute"]), int(match["second"] or 0)], _offset(match["zone"])


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text.lower() in {"z", "utc"}:
        return UTC
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))


def _built(parts: list[int], *, raw: str) -> datetime:
    year, month, day, hour, minute, second = parts
    try:
        return datetime(year, month, day, hour, minute, second)  # local to a zone that the caller adds
    except ValueError as error:
        raise BadValue("not_a_date", value=raw[:40]) from error
