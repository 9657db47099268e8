"""Daily facts: a day is replaced whole, other days and stores are not touched."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from catalog.models import DailySales, DailyTraffic, Store
from catalog.services import (
    DailySalesRow,
    DailyTrafficRow,
    replace_daily_sales,
    replace_daily_traffic,
    replace_many_daily_sales,
)
from tests.catalog.factories import make_sku, make_store

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)


def sales():
    columns = ("store__code", "day", "sku__code", "units", "revenue")
    return sorted(DailySales.objects.values_list(*columns))


def test_every_column_of_a_row_is_kept():
    store, sku = make_store("s"), make_sku("A")
    row = DailySalesRow(
        sku_id=sku.pk,
        order_count=2,
        units=5,
        gift_units=1,
        revenue=Decimal("49.90"),
        cost=Decimal("20.00"),
        refund_units=1,
        refund_amount=Decimal("9.98"),
    )
    assert replace_daily_sales("s", day=DAY, rows=[row]) == 1
    columns = ("order_count", "units", "gift_units", "revenue", "cost", "refund_units", "refund_amount")
    kept = DailySales.objects.filter(store=store, sku=sku, day=DAY).values_list(*columns).get()
    assert kept == (2, 5, 1, Decimal("49.90"), Decimal("20.00"), 1, Decimal("9.98"))


def test_a_day_is_replaced_and_nothing_else_is():
    make_store("s")
    make_store("t")
    a, b = make_sku("A"), make_sku("B")
    old = [DailySalesRow(a.pk, 1, 1, Decimal("1.00")), DailySalesRow(b.pk, 1, 2, Decimal("2.00"))]
    for code in ("s", "t"):
        for day in (DAY, date(2026, 6, 2)):
            replace_daily_sales(code, day=day, rows=old)
    assert replace_daily_sales("s", day=DAY, rows=[DailySalesRow(b.pk, 3, 7, Decimal("7.00"))]) == 1
    others = [(code, day) for code in ("s", "t") for day in (DAY, date(2026, 6, 2)) if (code, day) != ("s", DAY)]
    wanted = [("s", DAY, "B", 7, Decimal("7.00"))]
    for code, day in others:
        wanted += [(code, day, "A", 1, Decimal("1.00")), (code, day, "B", 2, Decimal("2.00"))]
    assert sales() == sorted(wanted)


def test_the_same_rows_twice_are_there_once_and_no_rows_empty_the_day():
    make_store("s")
    rows = [DailySalesRow(make_sku("A").pk, 1, 1, Decimal("1.00"))]
    replace_daily_sales("s", day=DAY, rows=rows)
    replace_daily_sales("s", day=DAY, rows=rows)
    assert sales() == [("s", DAY, "A", 1, Decimal("1.00"))]
    assert replace_daily_sales("s", day=DAY, rows=[]) == 0
    assert sales() == []


def test_rows_that_cannot_be_written_leave_the_day_as_it_was():
    make_store("s")
    row = DailySalesRow(make_sku("A").pk, 1, 1, Decimal("1.00"))
    replace_daily_sales("s", day=DAY, rows=[row])
    with pytest.raises(Exception, match=r"(?i)unique"):
        replace_daily_sales("s", day=DAY, rows=[row, row])
    assert sales() == [("s", DAY, "A", 1, Decimal("1.00"))]


def test_an_unknown_store_is_an_error():
    with pytest.raises(Store.DoesNotExist):
        replace_daily_sales("nowhere", day=DAY, rows=[])


def test_traffic_of_a_day_is_replaced_too():
    make_store("s")
    sku = make_sku("A")
    replace_daily_traffic("s", day=DAY, rows=[DailyTrafficRow(sku.pk, impressions=9)])
    row = DailyTrafficRow(sku.pk, impressions=1000, clicks=50, visitors=40, page_views=90, cart_adds=8)
    assert replace_daily_traffic("s", day=DAY, rows=[row]) == 1
    columns = ("impressions", "clicks", "visitors", "page_views", "cart_adds")
    assert DailyTraffic.objects.values_list(*columns).get() == (1000, 50, 40, 90, 8)


def test_hundreds_of_days_are_replaced_in_one_go(django_assert_max_num_queries):
    make_store("s")
    sku = make_sku("A")
    days = [DAY + timedelta(days=number) for number in range(300)]
    replace_daily_sales("s", day=days[7], rows=[DailySalesRow(sku.pk, 9, 9, Decimal("9.00"))])
    outside = days[-1] + timedelta(days=1)
    replace_daily_sales("s", day=outside, rows=[DailySalesRow(sku.pk, 8, 8, Decimal("8.00"))])
    rows = {day: [DailySalesRow(sku.pk, 1, number, Decimal(number))] for number, day in enumerate(days)}
    rows[days[3]] = []
    with django_assert_max_num_queries(6):
        assert replace_many_daily_sales("s", rows=rows) == 299
    wanted = [("s", day, "A", number, Decimal(number)) for number, day in enumerate(days) if number != 3]
    assert sales() == [*wanted, ("s", outside, "A", 8, Decimal("8.00"))]
