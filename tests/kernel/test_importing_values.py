"""One cell at a time: numbers, identifiers, texts, moments."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kernel.importing.cells import date_text, number_text
from config.kernel.importing.moments import DayOrder, parse_moment
from config.kernel.importing.values import (
    BadValue,
    is_nothing,
    parse_amount,
    parse_identifier,
    parse_price,
    parse_quantity,
    parse_text,
)


def code_of(parse, *args, **options):
    with pytest.raises(BadValue) as caught:
        parse(*args, **options)
    return caught.value.code


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.5", "1234.50"),
        ("￥1,234.50", "1234.50"),
        ("¥ 12", "12.00"),
        ("-¥3.50", "-3.50"),
        ("１２３．４５", "123.45"),
        ("CNY 5", "5.00"),
        ("5元", "5.00"),
        ("(12.00)", "-12.00"),
        ("1,234,567.8", "1234567.80"),
        ("－3", "-3.00"),
        ("−3", "-3.00"),
        ("1.5E2", "150.00"),
        ("19.990000000000002", "19.99"),
        ('="8.00"', "8.00"),
        (" 7 ", "7.00"),
    ],
)
def test_an_amount_is_read_in_many_spellings(text, amount):
    assert str(parse_amount(text)) == amount


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("十二元", "not_a_number"),
        ("12,34", "not_a_number"),
        ("1.234,50", "not_a_number"),
        ("1 2 3 x", "not_a_number"),
        ("nan", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("1.005", "too_many_decimals"),
        ("999999999999", "amount_too_large"),
        ("1e99", "amount_too_large"),
    ],
)
def test_what_is_no_amount_is_refused_not_guessed(text, code):
    assert code_of(parse_amount, text) == code


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False, allow_infinity=False))
def test_every_amount_comes_back_from_its_own_text(amount):
    assert parse_amount(f"{amount:,.2f}") == amount
    assert parse_amount(f"￥{amount}") == amount


def test_a_price_has_four_places():
    assert parse_price("0.12345678".rstrip("5678")) == Decimal("0.1234")
    assert code_of(parse_price, "0.12345") == "too_many_decimals"


@pytest.mark.parametrize(
    ("text", "quantity"), [("3", 3), ("3.0", 3), ("1,000", 1000), ("-2", -2), ("1000000", 1_000_000)]
)
def test_a_quantity_is_whole(text, quantity):
    assert parse_quantity(text) == quantity


@pytest.mark.parametrize(
    ("text", "code"), [("1.5", "not_whole"), ("1000001", "quantity_absurd"), ("two", "not_a_number")]
)
def test_an_odd_quantity_is_refused(text, code):
    assert code_of(parse_quantity, text) == code


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ('="202603010000000001"', "202603010000000001"),
        ("\t202603010000000001", "202603010000000001"),
        ("'00123", "00123"),
        ("17850.0", "17850"),
        ("１２３Ａ", "123A"),
        ("5E12", "5E12"),
        ("12E3", "12E3"),
        ("\ufeffA-1 ", "A-1"),
    ],
)
def test_an_identifier_is_freed_of_its_wrapping_only(text, identifier):
    assert parse_identifier(text, limit=20) == identifier


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2.02601E+17", "number_lost_digits"),
        ("1\u200b2", "control_character"),
        ("1\n2", "control_character"),
        ("1" * 21, "identifier_too_long"),
    ],
)
def test_a_damaged_identifier_is_refused(text, code):
    assert code_of(parse_identifier, text, limit=20) == code


def test_text_loses_invisible_characters_and_its_end_and_says_so():
    assert parse_text("a\x07b\nc", limit=99)[0] == "ab\nc"
    assert [change.code for change in parse_text("a\x07b", limit=1)[1]] == ["control_removed", "text_cut"]
    assert parse_text("'=1+1", limit=99) == ("=1+1", ())


@pytest.mark.parametrize("text", ["", " ", "-", "--", "NULL", "NaN", "NaT", "None", "#N/A"])
def test_many_tools_write_nothing_in_many_ways(text):
    assert is_nothing(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01 08:05:09",
        "2026/3/1 8:05:09",
        "2026.3.1 8:05:09",
        "2026年3月1日 8:05:09",
        "2026年3月1日8时5分9秒",
        "2026-03-01T08:05:09",
        "2026-03-01 08:05:09.120",
        "2026-03-01 上午8:05:09",
        "2026-03-01 8:05:09 AM",
        "2026-03-01 周日 8:05:09",
        "20260301080509",
        "20260301 08:05:09",
        "２０２６-０３-０１ ０８：０５：０９",
        "2026-03-01T00:05:09Z",
        "2026-03-01T01:05:09+01:00",
        "46082.33690972222",
    ],
)
def test_a_moment_is_read_in_many_spellings(text):
    moment = parse_moment(text, zone="Asia/Shanghai")
    assert moment == (datetime(2026, 3, 1, 0, 5, 9, tzinfo=UTC), date(2026, 3, 1), "")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("昨天", "not_a_date"),
        ("2026-02-30", "not_a_date"),
        ("2026-01-01 25:00", "not_a_date"),
        ("2026-01-01 10:00 later", "not_a_date"),
        ("3/4/2026", "date_ambiguous"),
        ("1899-12-31", "date_out_of_range"),
        ("2126-01-01", "date_out_of_range"),
        ("99999", "date_out_of_range"),
        ("12.5", "not_a_date"),
    ],
)
def test_what_is_no_moment_is_refused_not_guessed(text, code):
    assert code_of(parse_moment, text, zone="Asia/Shanghai") == code


def test_day_and_month_are_told_apart_where_they_can_be():
    assert parse_moment("13/4/2026", zone="UTC").on == date(2026, 4, 13)
    assert parse_moment("4/13/2026", zone="UTC").on == date(2026, 4, 13)
    assert parse_moment("4/4/2026", zone="UTC").on == date(2026, 4, 4)
    assert parse_moment("12/1/2010 8:26", zone="UTC", day_order=DayOrder.MONTH_FIRST).on == date(2010, 12, 1)
    assert parse_moment("12/1/2010 8:26", zone="UTC", day_order=DayOrder.DAY_FIRST).on == date(2010, 1, 12)


def test_the_day_is_the_stores_not_utcs():
    moment = parse_moment("2026-03-01 00:30:00", zone="Asia/Shanghai")
    assert (moment.at, moment.on) == (datetime(2026, 2, 28, 16, 30, tzinfo=UTC), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("text", "hour_utc", "remark"),
    [
        ("2011-03-27 00:59", 0, ""),
        ("2011-03-27 01:30", 1, "time_skipped"),
        ("2011-03-27 02:00", 1, ""),
        ("2011-10-30 00:30", 23, ""),
        ("2011-10-30 01:30", 0, "time_twice"),
        ("2011-10-30 02:30", 2, ""),
    ],
)
def test_skipped_and_doubled_hours_are_settled_and_remarked(text, hour_utc, remark):
    moment = parse_moment(text, zone="Europe/London")
    assert (moment.at.hour, moment.remark) == (hour_utc, remark)


@pytest.mark.parametrize(
    ("serial", "text"),
    [
        ("46082", "2026-03-01"),
        ("46082.5", "2026-03-01 12:00:00"),
        ("0.25", "06:00:00"),
        ("1", "1900-01-01"),
        ("-1", None),
    ],
)
def test_serial_days_are_dates(serial, text):
    assert date_text(serial) == text


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_a_workbook_number_of_up_to_15_digits_is_never_suspected(number):
    assert number_text(str(number)) == str(number)
    assert number_text(f"{number:.14E}") == str(number)


@given(st.integers(min_value=10**17, max_value=10**18 - 1))
def test_a_long_number_that_went_through_a_float_is_always_found(number):
    assert number_text(repr(float(number))) is None
