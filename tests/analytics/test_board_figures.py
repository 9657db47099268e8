"""The figures of each board on small data by hand: exact values, and what they are compared with."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from analytics.services.rollups import rebuild_days, rebuild_stale_days
from catalog.models import Channel, DailySales, Listing
from config.kernel.models import ExchangeRate
from fulfillment.models import (
    Lot,
    PurchaseOrder,
    PurchaseOrderLine,
    StockBalance,
    StockSnapshot,
    StoreSupply,
    Supplier,
    Warehouse,
)
from membership.models import Purchase, RfmRun, RfmSegmentTotal, RfmTransition
from service_desk.models import Ticket
from tests.analytics.factories import (
    Sale,
    at_noon,
    make_customer,
    make_order,
    make_reader,
    make_refund,
    make_sku,
    make_store,
)

pytestmark = pytest.mark.django_db
BEFORE, DAY = date(2026, 3, 17), date(2026, 3, 18)
NOW = datetime(2026, 3, 20, 4, tzinfo=UTC)  # noon in Shanghai
ONE_DAY = {"first": "2026-03-18", "last": "2026-03-18"}
D = Decimal


@pytest.fixture(autouse=True)
def the_clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def look(client):
    client.force_login(make_reader(permissions=("analytics.view_storeday", "fulfillment.view_order"), language="en"))

    def board(code, **parameters):
        return client.get(reverse(f"analytics:{code}"), parameters).context["board"]

    return board


def cards(board, place=0):
    return {card.code: card for card in board.sections[place].cards}


def values(board, place=0):
    return {code: card.value for code, card in cards(board, place).items()}


def raw(board, panel_id):
    return [[cell.raw for cell in row] for row in board.panel(panel_id).table.rows]


@pytest.fixture
def trade():
    """18 March: one sells 190, 100 (30 of it goes back) and 50 to a guest, two sells 40; the day before one sold 100."""
    one, two = make_store("one"), make_store("two")
    two.channel = Channel.objects.create(code="douyin", name="抖音", english_name="Douyin")
    two.save()
    anna, bert = make_customer(), make_customer()
    make_order(one, Sale(BEFORE, D(100)), customer=anna)
    make_order(one, Sale(DAY, D(200), discount=D(20), shipping=D(10)), customer=anna)
    back = make_order(one, Sale(DAY, D(100)), customer=bert)
    make_order(one, Sale(DAY, D(50)))
    make_order(two, Sale(DAY, D(40)), customer=anna)
    make_refund(back, DAY, D(30))
    rebuild_stale_days()
    return one, two


def test_the_sales_board_has_the_figures_of_the_registry_and_their_change(trade, look):
    board = look("sales", **ONE_DAY)
    assert values(board) == {
        "gmv": "¥380.00",
        "paid_orders": "4",
        "buyers": "2",
        "per_buyer": "¥165.00",
        "per_order": "¥95.00",
        "refunds": "¥30.00",
        "refund_rate": "7.9 %",
        "gross_margin": "—",
    }
    change = cards(board)["gmv"].change
    assert (change.text, change.way, change.before) == ("▲ 280.0 %", "up", "¥100.00")
    assert cards(board)["refunds"].change.text == "—", "nothing to compare with is a dash, not infinity"


def test_the_contributions_of_the_sentences_add_up_to_the_change(trade, look):
    moved, why, *_more = look("sales", **ONE_DAY).sentences
    assert moved == "GMV was ¥380.00, ▲ 280.0 % against the period before (¥100.00)."
    assert "orders of unknown buyers +¥50.00" in why
    assert "stores that began to sell +¥40.00" in why
    assert "Up most by store: one store +¥240.00." in why
    assert "Down most" not in why


def test_stores_and_channels_stand_side_by_side_the_largest_first(trade, look):
    board = look("sales", **ONE_DAY)
    assert raw(board, "stores-cny") == [
        ["one store", D("340.00"), D("100.00"), D("2.4000"), 3, 2, D("145.00"), D("113.33"), D("30.00")],
        ["two store", D("40.00"), D(0), None, 1, 1, D("40.00"), D("40.00"), D(0)],
    ]
    assert [row[:2] for row in raw(board, "channels-cny")] == [["Channel", D("340.00")], ["Douyin", D("40.00")]]


def test_days_and_hours_hold_what_was_paid_then(trade, look):
    board = look("sales", first="2026-03-17", last="2026-03-19")
    assert [row[:5] for row in raw(board, "days-cny")] == [
        [BEFORE, D("100.00"), 1, D(0), D("100.00")],
        [DAY, D("380.00"), 4, D("30.00"), D("350.00")],
        [date(2026, 3, 19), D(0), 0, D(0), D(0)],
    ]
    data = board.panel("days-cny").data
    assert data["labels"] == ["2026-03-17", "2026-03-18", "2026-03-19"]
    assert data["series"][0]["values"] == [100.0, 380.0, 0.0]
    assert data["provisional_from"] == 2, "yesterday still moves"
    hours = {row[0]: row[1:3] for row in raw(board, "hours-cny")}
    assert hours["12:00"] == [5, D("480.00")]
    assert sum(orders for orders, _amount in hours.values()) == 5


def test_a_running_day_is_left_open_in_the_picture_not_drawn_as_nothing(trade, look):
    data = look("sales", first="2026-03-18", last="2026-03-20").panel("days-cny").data
    assert data["series"][0]["values"] == [380.0, 0.0, None]


def test_products_that_sell_most_and_that_moved(trade, look):
    one, _two = trade
    for code, before, now in (("UP", 10, 60), ("SAME", 30, 30), ("DOWN", 50, 5)):
        sku = make_sku(code)
        DailySales.objects.create(store=one, sku=sku, day=BEFORE, units=1, revenue=before)
        DailySales.objects.create(store=one, sku=sku, day=DAY, units=2, revenue=now)
    board = look("sales", **ONE_DAY)
    assert raw(board, "products-cny") == [
        ["Product UP · UP", 2, D("60.00"), D("10.00")],
        ["Product SAME · SAME", 2, D("30.00"), D("30.00")],
        ["Product DOWN · DOWN", 2, D("5.00"), D("50.00")],
    ]
    assert raw(board, "movers-cny") == [
        ["Product UP · UP", D("50.00"), D("60.00"), D("10.00")],
        ["Product DOWN · DOWN", D("-45.00"), D("5.00"), D("50.00")],
    ]
    assert "Up most: Product UP UP +¥50.00. Down most: Product DOWN DOWN −¥45.00." in board.sentences


def test_currencies_without_a_rate_stand_side_by_side_and_are_never_added_up(look):
    home, abroad = make_store("home"), make_store("abroad", currency="USD")
    make_order(home, Sale(DAY, D(100)), customer=make_customer())
    make_order(abroad, Sale(DAY, D(20)), customer=make_customer())
    rebuild_stale_days()
    board = look("sales", **ONE_DAY)
    assert [section.currency for section in board.sections] == ["CNY", "USD"]
    assert (values(board, 0)["gmv"], values(board, 1)["gmv"]) == ("¥100.00", "$20.00")
    assert (values(board, 0)["buyers"], values(board, 1)["buyers"]) == ("1", "1")
    assert "1 day without an exchange rate" in board.quality


def test_with_every_rate_there_is_one_total_in_the_base_currency(look):
    home, abroad = make_store("home"), make_store("abroad", currency="USD")
    ExchangeRate.objects.create(day=DAY, currency="USD", rate=D(7))
    make_order(home, Sale(DAY, D(100)), customer=make_customer())
    make_order(abroad, Sale(DAY, D(20)), customer=make_customer())
    rebuild_stale_days()
    (section,) = look("sales", **ONE_DAY).sections
    assert (section.currency, section.is_converted, section.cards[0].value) == ("CNY", True, "¥240.00")


def test_last_year_means_the_same_weekdays_52_weeks_back(trade, look):
    one, _two = trade
    make_order(one, Sale(date(2025, 3, 19), D(190)), customer=make_customer())
    rebuild_stale_days()
    board = look("sales", **ONE_DAY, compare="year")
    assert cards(board)["gmv"].change.before == "¥190.00"
    assert "against the same weekdays of the year before (¥190.00)" in board.sentences[0]
    assert cards(look("sales", **ONE_DAY, compare="none"))["gmv"].change is None


def test_a_period_that_begins_before_the_figures_do_is_no_yardstick(trade, look, client):
    board = look("sales", first="2026-03-17", last="2026-03-18")
    assert cards(board)["gmv"].change is None
    assert board.sentences[0] == "GMV was ¥480.00; there is nothing to compare it with."
    page = client.get(reverse("analytics:sales"), {"first": "2026-03-17", "last": "2026-03-18"}).content.decode()
    assert "not compared: the figures begin on 2026-03-17" in page


def test_the_members_board_counts_people_once_and_new_ones_by_their_first_purchase(trade, look):
    one, _two = trade
    board = look("members", first="2026-03-17", last="2026-03-18")
    assert values(board) == {
        "buyers": "2",
        "new_buyers": "2",
        "old_buyer_share": "0.0 %",
        "repurchase_30": "50.0 %",
        "repurchase_90": "50.0 %",
        "repurchase_365": "50.0 %",
        "guest_orders": "1",
    }
    assert raw(board, "days") == [[BEFORE, 1, 1, 0], [DAY, 2, 1, 1]]
    assert values(look("members", **ONE_DAY))["old_buyer_share"] == "50.0 %"
    assert values(look("members", **ONE_DAY, store="two"))["new_buyers"] == "1", "of this store alone"


def test_buyers_who_are_neither_new_nor_old_are_told(trade, look):
    one, _two = trade
    late = make_customer()
    make_order(one, Sale(DAY - timedelta(days=400), D(10)), customer=late)
    make_order(one, Sale(DAY, D(10)), customer=late)
    rebuild_stale_days()
    found = cards(look("members", **ONE_DAY))
    assert (found["buyers"].value, found["new_buyers"].value, found["old_buyer_share"].value) == ("3", "1", "33.3 %")
    assert found["old_buyer_share"].note == "1 more bought last over 365 days ago: neither new nor old"


def rfm_run(as_of, sizes):
    run = RfmRun.objects.create(
        as_of=as_of, mode="rank", window_days=365, currency="CNY", customer_count=sum(sizes.values())
    )
    for segment, customers in sizes.items():
        RfmSegmentTotal.objects.create(run=run, map="named", segment=segment, customer_count=customers, monetary=10)
    return run


def test_segments_stand_beside_the_run_before_and_tell_who_moved(trade, look):
    rfm_run(BEFORE, {"loyal": 5, "lost": 3})
    run = rfm_run(DAY, {"loyal": 4, "lost": 4})
    RfmTransition.objects.create(run=run, map="named", from_segment="loyal", to_segment="lost", customer_count=1)
    RfmTransition.objects.create(run=run, map="named", from_segment="lost", to_segment="lost", customer_count=3)
    board = look("members", **ONE_DAY)
    assert raw(board, "segments") == [
        ["Lost", 4, 0.5, 1, D("10.00")],
        ["Loyal", 4, 0.5, -1, D("10.00")],
    ]
    assert raw(board, "movements") == [["Loyal", "Lost", 1]]
    of_one = look("members", **ONE_DAY, store="one")
    assert of_one.panel("segments") is None, "the shop's segments are not a store's"


@pytest.fixture
def shelves():
    store = make_store()
    warehouse = Warehouse.objects.create(code="wh", name="wh")
    StoreSupply.objects.create(store=store, warehouse=warehouse)
    for code, on_hand, value, sold in (("GONE", 0, 0, 4), ("DEAD", 9, 90, 0), ("LIVE", 5, 50, 2)):
        sku = make_sku(code)
        Listing.objects.create(store=store, code=code, sku=sku)
        lot = Lot.objects.create(sku=sku)
        StockBalance.objects.create(sku=sku, warehouse=warehouse, lot=lot, on_hand=on_hand, value=value)
        for day in (BEFORE, DAY):
            StockSnapshot.objects.create(warehouse=warehouse, sku=sku, day=day, on_hand=on_hand, value=value)
        if sold:
            DailySales.objects.create(store=store, sku=sku, day=DAY, units=sold, revenue=sold)
    make_order(store, Sale(DAY, D(100), cost=D(14)))
    rebuild_stale_days()
    return store, warehouse


def test_the_stock_board_tells_value_turnover_and_what_ran_out_or_lies_dead(shelves, look):
    board = look("stock", first="2026-03-17", last="2026-03-18")
    assert values(board) == {
        "stock_now": "¥140.00",
        "sold_out": "1",
        "dead": "1",
        "incoming": "0",
        "stock_value": "¥140.00",
        "stock_turnover": "18.25",  # 14 of cost in 2 days = 2,555 a year over a mean of 140
        "days_of_stock": "20.0 days",
        "stock_out_rate_days": "33.3 %",
    }
    assert cards(board)["stock_out_rate_days"].note == "2 of 6 SKU-days with a snapshot"
    assert raw(board, "sold-out") == [["Product GONE · GONE", 4, 0]]
    assert raw(board, "dead") == [["Product DEAD · DEAD", 9, D("90.00")]]
    assert raw(board, "value") == [[BEFORE, D("140.00"), 14], [DAY, D("140.00"), 14]]


def test_what_is_on_its_way_counts_what_has_not_come_and_tells_what_is_late(shelves, look):
    _store, warehouse = shelves
    supplier = Supplier.objects.create(code="s", name="厂", english_name="Works")
    order = PurchaseOrder.objects.create(
        number="PO1",
        creation_key="k",
        supplier=supplier,
        warehouse=warehouse,
        currency="CNY",
        state="sent",
        expected_on=BEFORE,
    )
    sku = Listing.objects.get(code="GONE").sku
    PurchaseOrderLine.objects.create(order=order, sku=sku, quantity=10, received_quantity=4, unit_cost=D("2.5"))
    board = look("stock", **ONE_DAY)
    assert raw(board, "incoming") == [["PO1", "Works", "sent", BEFORE, 6, D("15.00")]]
    assert raw(board, "sold-out") == [["Product GONE · GONE", 4, 6]]
    assert "1 purchase order is late." in board.sentences


def ticket(store, opened_at, *, minutes=None, state="open", resolved_at=None, assignee=None):
    Ticket.objects.create(
        number=f"TK{Ticket.objects.count():08d}",
        subject="?",
        store=store,
        contact_channel="chat",
        opened_at=opened_at,
        first_replied_at=None if minutes is None else opened_at + timedelta(minutes=minutes),
        state=state,
        resolved_at=resolved_at,
        assignee=assignee,
    )


def test_the_service_board_tells_what_came_what_waits_and_how_long(look):
    store, noon = make_store(), at_noon(DAY)
    agent = make_reader("agent", permissions=())
    make_order(store, Sale(BEFORE, D(10)))
    make_order(store, Sale(DAY, D(10)))
    ticket(store, noon, minutes=5, state="resolved", resolved_at=noon + timedelta(hours=1))
    ticket(store, noon, minutes=30, assignee=agent)
    ticket(store, noon, minutes=300, state="waiting_customer", assignee=agent)
    ticket(store, noon, state="new")
    ticket(store, noon - timedelta(days=9), state="open")
    rebuild_stale_days()
    rebuild_days(store, [DAY])
    board = look("service", **ONE_DAY)
    found = values(board)
    assert (found["waiting"], found["unassigned"]) == ("3", "2")
    assert (found["tickets_opened"], found["tickets_resolved"], found["contact_rate"]) == ("4", "1", "400.0 %")
    assert found["first_reply"] == "30 min"
    assert cards(board)["first_reply"].note == "3 answered; nine of ten within 246 min"
    assert raw(board, "replies") == [
        ["within 10 min", 1, 0],
        ["within 1 hour", 1, 0],
        ["within 4 hours", 0, 0],
        ["within 24 hours", 1, 0],
        ["later", 0, 0],
        ["no reply yet", 1, 0],
    ]
    assert raw(board, "backlog") == [
        ["new", 0, 1, 0, 0, 1],
        ["open", 0, 1, 0, 1, 2],
        ["waiting for the customer", 0, 1, 0, 0, 1],
    ]
    assert "The pile grew by 3 tickets. 1 open ticket is older than a week." in board.sentences[0]


def test_the_live_board_compares_the_day_so_far_with_the_same_time_of_other_days(look):
    store = make_store()
    anna = make_customer()
    today, yesterday, week_ago = date(2026, 3, 20), date(2026, 3, 19), date(2026, 3, 13)
    for day, goods in ((today, 60), (yesterday, 40), (week_ago, 30)):
        make_order(store, Sale(day, D(goods)), customer=anna)
    Purchase.objects.create(
        source_ref="late",
        checkout_ref="late",
        customer=anna,
        store=store,
        paid_at=at_noon(yesterday) + timedelta(hours=9),
        paid_on=yesterday,
        currency="CNY",
        amount=500,
        goods_amount=500,
    )
    board = look("today")
    (gmv_of_hour, _orders_of_hour, gmv, orders, *_rest) = board.sections[0].cards
    assert (gmv_of_hour.value, gmv.value, orders.value) == ("¥60.00", "¥60.00", "1")
    assert (gmv.change.text, gmv.change.before, gmv.change.when) == ("▲ 50.0 %", "¥40.00", "yesterday")
    assert (gmv.further.text, gmv.further.when, gmv.further.before) == ("▲ 100.0 %", "a week ago", "¥30.00")
    hours = {row[0]: row[1:] for row in raw(board, "hours-cny")}
    assert hours["12:00"] == [D("60.00"), D("40.00"), D("30.00")]
    assert hours["21:00"] == [None, D("500.00"), D(0)], "an hour to come is open, not zero"
