"""Stock by its snapshots, dispatch on time, and first replies."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from analytics.measures import Measures
from analytics.metrics import BY_CODE
from analytics.models import StoreDay
from analytics.periods import Period
from analytics.queries.service import with_service
from analytics.queries.stock import stock_state, with_stock
from catalog.models import Listing
from fulfillment.models import Lot, Order, StockBalance, StockSnapshot, StoreSupply, Warehouse
from service_desk.models import Ticket
from tests.analytics.factories import Sale, at_noon, make_order, make_sku, make_store

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 3)
WEEK = Period(FIRST, LAST)
NOW = datetime(2026, 3, 10, tzinfo=UTC)
D = Decimal


@pytest.fixture
def store():
    return make_store()


def supply(store, code="wh", *, is_assumed=False):
    warehouse = Warehouse.objects.create(code=code, name=code, is_assumed=is_assumed)
    StoreSupply.objects.create(store=store, warehouse=warehouse)
    return warehouse


def snapshot(warehouse, sku, day, on_hand, *, reserved=0, value=0):
    StockSnapshot.objects.create(
        warehouse=warehouse, sku=sku, day=day, on_hand=on_hand, reserved=reserved, value=D(value)
    )


def test_values_rates_and_turnover_come_from_the_snapshots_of_the_stores_warehouses(store):
    warehouse, other = supply(store), supply(make_store("other"), "elsewhere")
    full, empty = make_sku("FULL"), make_sku("EMPTY")
    for sku in (full, empty):
        Listing.objects.create(store=store, code=sku.code, sku=sku)
    for day, value in ((FIRST, 200), (LAST, 100)):
        snapshot(warehouse, full, day, 10, value=value)
        snapshot(warehouse, empty, day, 3 if day == FIRST else 2, reserved=2)
    snapshot(other, make_sku("ELSE"), LAST, 99, value=9_999)
    for day in (FIRST, LAST):
        StoreDay.objects.create(store=store, day=day, cost_amount=30, exchange_rate=1, built_at=NOW)
    measures = with_stock(Measures(), [store], WEEK)
    assert BY_CODE["stock_value"].value(measures) == 100
    assert BY_CODE["stock_out_rate_days"].value(measures) == D("0.25")
    assert BY_CODE["days_of_stock"].value(measures) == 5
    assert BY_CODE["stock_turnover"].value(measures) == 73


def test_a_sku_that_is_not_listed_is_no_stock_out(store):
    warehouse, sku = supply(store), make_sku()
    Listing.objects.create(store=store, code="A1", sku=sku, state=Listing.State.ENDED)
    snapshot(warehouse, sku, LAST, 0)
    measures = with_stock(Measures(), [store], WEEK)
    assert (measures.stocked_sku_days, measures.stock_out_sku_days) == (0, 0)
    assert BY_CODE["stock_out_rate_days"].value(measures) is None


def test_pieces_without_a_value_say_that_costs_are_not_known(store):
    snapshot(supply(store), make_sku(), LAST, 10, value=0)
    assert with_stock(Measures(), [store], WEEK).stock_value is None


def test_what_ran_out_and_what_came_back_is_told_against_the_day_before_the_period(store):
    warehouse, before = supply(store), FIRST - timedelta(days=1)
    for code, earlier, now in (("GONE", 5, 0), ("BACK", 0, 8), ("SAME", 4, 4)):
        sku = make_sku(code)
        snapshot(warehouse, sku, before, earlier)
        snapshot(warehouse, sku, LAST, now)
    state = stock_state([store], WEEK)
    assert (state["as_of"], state["units"], state["empty"]) == ("2026-03-03", 12, 1)
    assert [(row["sku"], row["before"], row["free"]) for row in state["ran_out"]] == [("GONE", 5, 0)]
    assert [row["sku"] for row in state["came_back"]] == ["BACK"]


def test_without_a_snapshot_the_stock_is_that_of_the_moment_and_says_so(store):
    warehouse, sku = supply(store, is_assumed=True), make_sku()
    lot = Lot.objects.create(sku=sku)
    StockBalance.objects.create(sku=sku, warehouse=warehouse, lot=lot, on_hand=7, value=D(70))
    state = stock_state([store], WEEK)
    assert (state["as_of"], state["units"], state["value"], state["is_assumed"]) == (None, 7, "70.00", True)


def test_a_store_without_a_warehouse_is_told_so(store):
    assert stock_state([store], WEEK)["is_supplied"] is False


def due(store, deadline, *, shipped=None, **values):
    order = make_order(store, Sale(FIRST, D(10)))
    Order.objects.filter(pk=order.pk).update(is_history=False, dispatch_due_at=deadline, shipped_at=shipped, **values)


def test_orders_due_count_on_the_day_of_their_deadline_and_unshipped_ones_failed(store):
    deadline = at_noon(LAST)
    due(store, deadline, shipped=deadline - timedelta(hours=1))
    due(store, deadline, shipped=deadline + timedelta(hours=1))
    due(store, deadline)
    due(store, deadline, state="cancelled", cancelled_at=deadline - timedelta(hours=5))
    due(store, at_noon(LAST + timedelta(days=1)))
    measures = with_service(Measures(), [store], WEEK, now=NOW)
    assert (measures.due_orders, measures.on_time_orders) == (3, 1)
    before = with_service(Measures(), [store], WEEK, now=deadline - timedelta(hours=2))
    assert before.due_orders == 0


def ticket(store, opened_at, minutes):
    replied = opened_at + timedelta(minutes=minutes) if minutes is not None else None
    number = f"TK{Ticket.objects.count():08d}"
    Ticket.objects.create(
        number=number, subject="?", store=store, contact_channel="chat", opened_at=opened_at, first_replied_at=replied
    )


def test_the_first_reply_is_the_median_of_what_was_answered_on_the_stores_own_days():
    shop = make_store("berlin", time_zone="Europe/Berlin")
    midnight = datetime(2026, 3, 1, 23, tzinfo=UTC)
    for minutes in (10, 20, 90, None):
        ticket(shop, midnight, minutes)
    ticket(shop, midnight - timedelta(minutes=1), 9_999)
    measures = with_service(Measures(), [shop], WEEK, now=NOW)
    assert measures.first_reply_minutes == 20
    assert with_service(Measures(), [make_store("quiet")], WEEK, now=NOW).first_reply_minutes is None
