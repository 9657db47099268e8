"""The dates of the trade's yearly events, 2009 to 2028. Pure.

Festivals of the lunar calendar stand in a table; sales follow the form that the large marketplaces gave them in each
year. All of it is a starting point: the uplifts are assumptions, and every row may be corrected by the team.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

FIRST_YEAR, LAST_YEAR = 2009, 2028

# The first day of the first lunar month.
SPRING_FESTIVAL = (
    "2009-01-26 2010-02-14 2011-02-03 2012-01-23 2013-02-10 2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 "
    "2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26"
)
# The seventh day of the seventh lunar month.
QIXI = (
    "2009-08-26 2010-08-16 2011-08-06 2012-08-23 2013-08-13 2014-08-02 2015-08-20 2016-08-09 2017-08-28 2018-08-17 "
    "2019-08-07 2020-08-25 2021-08-14 2022-08-04 2023-08-22 2024-08-10 2025-08-29 2026-08-19 2027-08-08 2028-08-26"
)
# The fifteenth day of the eighth lunar month.
MID_AUTUMN = (
    "2009-10-03 2010-09-22 2011-09-12 2012-09-30 2013-09-19 2014-09-08 2015-09-27 2016-09-15 2017-10-04 2018-09-24 "
    "2019-09-13 2020-10-01 2021-09-21 2022-09-10 2023-09-29 2024-09-17 2025-10-06 2026-09-25 2027-09-15 2028-10-03"
)


@dataclass(frozen=True, slots=True)
class PhaseDates:
    """One phase in one year, both days inclusive. `uplift` is demand against an ordinary day, as assumed."""

    phase: str
    first: date
    last: date
    uplift: Decimal


@dataclass(frozen=True, slots=True)
class Festival:
    """An event of every year since `since`; `dates` gives the phases of a year."""

    code: str
    name: str
    english_name: str
    dates: Callable[[int], list[PhaseDates]]
    since: int = FIRST_YEAR


def _by_year(text: str) -> dict[int, date]:
    return {day.year: day for day in map(date.fromisoformat, text.split())}


LUNAR = {"spring_festival": _by_year(SPRING_FESTIVAL), "qixi": _by_year(QIXI), "mid_autumn": _by_year(MID_AUTUMN)}


def _phase(phase: str, first: date, last: date, uplift: str) -> PhaseDates:
    return PhaseDates(phase, first, last, Decimal(uplift))


def _around(day: date, phase: str, first: int, last: int, uplift: str) -> PhaseDates:
    return _phase(phase, day + timedelta(days=first), day + timedelta(days=last), uplift)


def _spring_festival(year: int) -> list[PhaseDates]:
    day = LUNAR["spring_festival"][year]
    phases = [_around(day, "carrier_stop", -5, 6, "0.35"), _around(day, "after_dip", 7, 13, "0.8")]
    # From 2016 on the buying before the festival has an event of its own.
    return phases if year >= 2016 else [_around(day, "warm_up", -20, -6, "1.2"), *phases]


def _new_year_goods(year: int) -> list[PhaseDates]:
    return [_around(LUNAR["spring_festival"][year], "sale", -25, -10, "1.5")]


def _womens_day(year: int) -> list[PhaseDates]:
    return [
        _phase("warm_up", date(year, 3, 1), date(year, 3, 5), "1.1"),
        _phase("sale", date(year, 3, 6), date(year, 3, 8), "1.6"),
        _phase("after_dip", date(year, 3, 9), date(year, 3, 12), "0.9"),
    ]


def _618(year: int) -> list[PhaseDates]:
    if year >= 2024:
        return [
            _phase("sale", date(year, 5, 20), date(year, 6, 20), "1.6"),
            _phase("after_dip", date(year, 6, 21), date(year, 6, 27), "0.75"),
        ]
    if year >= 2020:
        return [
            _phase("presale", date(year, 5, 24), date(year, 5, 31), "0.8"),
            _phase("sale", date(year, 6, 1), date(year, 6, 20), "1.9"),
            _phase("after_dip", date(year, 6, 21), date(year, 6, 27), "0.75"),
        ]
    return [
        _phase("warm_up", date(year, 6, 1), date(year, 6, 15), "1.2"),
        _phase("sale", date(year, 6, 16), date(year, 6, 18), "2.5"),
        _phase("after_dip", date(year, 6, 19), date(year, 6, 25), "0.8"),
    ]


def _double_11(year: int) -> list[PhaseDates]:
    dip = _phase("after_dip", date(year, 11, 12), date(year, 11, 20), "0.7")
    if year >= 2024:
        presale = _phase("presale", date(year, 10, 14), date(year, 10, 20), "0.8")
        return [presale, _phase("sale", date(year, 10, 21), date(year, 11, 11), "1.8"), dip]
    if year >= 2020:
        presale = _phase("presale", date(year, 10, 20), date(year, 10, 31), "0.8")
        return [presale, _phase("sale", date(year, 11, 1), date(year, 11, 11), "2.2"), dip]
    before = _phase("presale" if year >= 2015 else "warm_up", date(year, 11, 1), date(year, 11, 10), "0.8")
    return [before, _phase("sale", date(year, 11, 11), date(year, 11, 11), "5"), dip]


def _double_12(year: int) -> list[PhaseDates]:
    return [
        _phase("warm_up", date(year, 12, 9), date(year, 12, 11), "1"),
        _phase("sale", date(year, 12, 12), date(year, 12, 12), "2"),
        _phase("after_dip", date(year, 12, 13), date(year, 12, 16), "0.9"),
    ]


def _99(year: int) -> list[PhaseDates]:
    return [
        _phase("warm_up", date(year, 9, 4), date(year, 9, 6), "1"),
        _phase("sale", date(year, 9, 7), date(year, 9, 9), "1.3"),
    ]


def _qixi(year: int) -> list[PhaseDates]:
    day = LUNAR["qixi"][year]
    return [_around(day, "warm_up", -7, -1, "1.2"), _around(day, "sale", 0, 0, "1.1")]


def _mid_autumn(year: int) -> list[PhaseDates]:
    day = LUNAR["mid_autumn"][year]
    return [_around(day, "sale", -14, -2, "1.3"), _around(day, "after_dip", -1, 2, "0.9")]


def _national_day(year: int) -> list[PhaseDates]:
    return [_phase("sale", date(year, 10, 1), date(year, 10, 7), "1")]


def _new_year(year: int) -> list[PhaseDates]:
    return [_phase("sale", date(year - 1, 12, 30), date(year, 1, 3), "1.1")]


def black_friday(year: int) -> date:
    """The day after the fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 22)


def _black_friday(year: int) -> list[PhaseDates]:
    day = black_friday(year)
    return [_around(day, "warm_up", -4, -1, "1.1"), _around(day, "sale", 0, 3, "1.3")]


def _christmas(year: int) -> list[PhaseDates]:
    return [
        _phase("warm_up", date(year, 12, 17), date(year, 12, 20), "1.1"),
        _phase("sale", date(year, 12, 21), date(year, 12, 25), "1.1"),
        _phase("after_dip", date(year, 12, 26), date(year, 12, 28), "0.95"),
    ]


FESTIVALS = (
    Festival("new_year", "元旦", "New Year", _new_year),
    Festival("new_year_goods", "年货节", "New Year shopping festival", _new_year_goods, since=2016),
    Festival("spring_festival", "春节", "Spring Festival", _spring_festival),
    Festival("womens_day", "38 焕新节", "Women's Day sale (38)", _womens_day, since=2014),
    Festival("618", "618", "618", _618, since=2010),
    Festival("qixi", "七夕", "Qixi", _qixi),
    Festival("99", "99 大促", "99 sale", _99, since=2016),
    Festival("mid_autumn", "中秋", "Mid-Autumn Festival", _mid_autumn),
    Festival("national_day", "国庆", "National Day", _national_day),
    Festival("double_11", "双11", "Double 11", _double_11),
    Festival("black_friday", "黑色星期五", "Black Friday", _black_friday),
    Festival("double_12", "双12", "Double 12", _double_12, since=2011),
    Festival("christmas", "圣诞", "Christmas", _christmas),
)
