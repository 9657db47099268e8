"""Sales and demand per day, rebuilt by whole days."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from catalog.models import DailySales, Sku, Store
from config.kernel.models import StaleDay
from config.kernel.stale import mark_stale
from fulfillment.models import DemandDay, Order, OrderLine, SalesEntry, StoreSupply
from fulfillment.services.daily import rebuild_daily_sales, rebuild_demand, rebuild_stale_days
from tests.fulfillment.factories import make_kit, make_listing, make_sku, make_store, make_warehouse
from tests.fulfillment.import_files import generic_row, import_generic, import_rows, retail_row

pytestmark = pytest.mark.django_db
D = Decimal
DAY = date(2011, 1, 3)


def demand() -> list[tuple[str, str, date, Decimal]]:
    rows = DemandDay.objects.order_by("day", "warehouse__code", "sku__code")
    return list(rows.values_list("warehouse__code", "sku__code", "day", "units"))


def supplied_store(folder: Path, rows: list[list[str]], *, shares: tuple[str, ...] = ("1",)) -> Store:
    import_rows(folder, rows)
    store = Store.objects.get(code="uk")
    for at, share in enumerate(shares):
        StoreSupply.objects.create(store=store, warehouse=make_warehouse(f"w{at}"), share=D(share), priority=at + 1)
    return store


def test_nothing_is_demanded_of_a_store_without_a_warehouse(tmp_path: Path) -> None:
    import_rows(tmp_path, [retail_row("1", "A", 3, "1.00")])
    assert rebuild_demand(Store.objects.get()) == 0
    assert demand() == []


def test_demand_is_units_on_the_placed_day_with_gifts_and_without_charges(tmp_path: Path) -> None:
    rows = [
        retail_row("1", "A", 3, "1.00"),
        retail_row("1", "A", 2, "0"),
        retail_row("1", "POST", 1, "9.00"),
        retail_row("2", "A", 1, "1.00", at="1/4/2011 10:00"),
    ]
    store = supplied_store(tmp_path, rows)
    assert rebuild_demand(store) == 2
    assert demand() == [("w0", "A", DAY, D(5)), ("w0", "A", DAY + timedelta(days=1), D(1))]


def test_demand_is_shared_out_until_a_warehouse_ships(tmp_path: Path) -> None:
    store = supplied_store(tmp_path, [retail_row("1", "A", 10, "1.00")], shares=("0.75", "0.25"))
    rebuild_demand(store)
    assert demand() == [("w0", "A", DAY, D("7.5")), ("w1", "A", DAY, D("2.5"))]
    OrderLine.objects.update(warehouse=StoreSupply.objects.get(priority=2).warehouse)
    rebuild_demand(store, days=[DAY])
    assert demand() == [("w1", "A", DAY, D(10))]


def test_a_cancellation_lowers_demand_only_within_a_day(tmp_path: Path) -> None:
    rows = [
        retail_row("1", "A", 9, "1.00", at="1/3/2011 10:00"),
        retail_row("C2", "A", -4, "1.00", at="1/4/2011 10:00"),
        retail_row("C3", "A", -3, "1.00", at="1/4/2011 10:01"),
    ]
    rebuild_demand(supplied_store(tmp_path, rows))
    assert demand() == [("w0", "A", DAY, D(5))]


def test_orders_never_paid_and_given_up_were_no_demand_but_refunded_ones_were(tmp_path: Path) -> None:
    given_up = {"paid_at": "", "shipped_at": "", "state": "Closed", "paid": "0"}
    refunded = {"shipped_at": "", "state": "Closed", "paid": "10.00", "refund": "10.00"}
    import_generic(tmp_path, [generic_row("1", **given_up), generic_row("2", **refunded)])
    store = Store.objects.get()
    StoreSupply.objects.create(store=store, warehouse=make_warehouse("w"))
    rebuild_demand(store)
    assert demand() == [("w", "A-1", date(2026, 3, 1), D(1))]


def test_two_stores_of_one_warehouse_are_added_up(tmp_path: Path) -> None:
    store = supplied_store(tmp_path, [retail_row("1", "A", 3, "1.00")])
    import_generic(
        tmp_path, [generic_row("9", placed_at="2011-01-03 08:00", paid_at="", sku="A", quantity=2)], name="b.csv"
    )
    other = Store.objects.get(code="cn")
    StoreSupply.objects.create(store=other, warehouse=StoreSupply.objects.get(store=store).warehouse)
    rebuild_demand(other, days=[DAY])
    assert demand() == [("w0", "A", DAY, D(5))]


def test_a_kit_is_sold_and_demanded_by_its_parts(tmp_path: Path) -> None:
    store = make_store("cn", time_zone="Asia/Shanghai")
    nut, date_fruit = make_sku("NUT", cost="2.00"), make_sku("DATE", cost="1.00")
    make_listing(store, make_kit("KIT", parts={nut: 2, date_fruit: 1}), code="BOX")
    StoreSupply.objects.create(store=store, warehouse=make_warehouse("w"))
    import_generic(tmp_path, [generic_row("1", sku="BOX", quantity=3, unit_price="10.00")])
    entries = SalesEntry.objects.order_by("pk")
    assert list(entries.values_list("sku__code", "kit__code", "quantity", "gross_amount", "cost_amount")) == [
        ("NUT", "KIT", 6, D("20.00"), D("12.00")),
        ("DATE", "KIT", 3, D("10.00"), D("3.00")),
    ]
    assert OrderLine.objects.get().unit_cost == D("5.00")
    assert [(sku, units) for _, sku, _, units in demand()] == [("DATE", D(3)), ("NUT", D(6))]
    sales = DailySales.objects.order_by("sku__code").values_list("sku__code", "units", "revenue", "cost")
    assert list(sales) == [("DATE", 3, D("10.00"), D("3.00")), ("NUT", 6, D("20.00"), D("12.00"))]


def test_only_stale_days_are_rebuilt_and_a_rebuild_replaces_the_day(tmp_path: Path) -> None:
    import_rows(tmp_path, [retail_row("1", "A", 3, "1.00"), retail_row("2", "A", 1, "1.00", at="1/4/2011 10:00")])
    DailySales.objects.update(units=99)
    assert rebuild_daily_sales() == 0
    mark_stale("daily_sales", store_code="uk", day=DAY)
    assert rebuild_stale_days(store_code="elsewhere") == 0
    assert rebuild_stale_days(store_code="uk") == 1
    assert list(DailySales.objects.order_by("day").values_list("units", flat=True)) == [3, 99]
    assert not StaleDay.objects.filter(fact="daily_sales").exists()


def test_a_day_that_lost_its_sales_is_emptied(tmp_path: Path) -> None:
    import_rows(tmp_path, [retail_row("1", "A", 3, "1.00")])
    empty = DAY + timedelta(days=9)
    DailySales.objects.create(store=Store.objects.get(), sku=Sku.objects.get(), day=empty, units=5)
    mark_stale("daily_sales", store_code="uk", day=empty)
    rebuild_daily_sales()
    assert not DailySales.objects.filter(day=empty).exists()


def test_an_order_held_for_a_check_is_no_demand_yet(tmp_path: Path) -> None:
    store = supplied_store(tmp_path, [retail_row("1", "A", 3, "1.00")])
    Order.objects.update(state="risk_hold", closed_at=None)
    rebuild_demand(store)
    assert demand() == []
