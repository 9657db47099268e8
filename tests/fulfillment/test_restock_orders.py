"""The pages of purchase orders, receiving in parts, and the stock card."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from config.roles import install_roles
from fulfillment.models import DemandDay, GoodsReceipt, PurchaseOrder, StockBalance
from fulfillment.services.stock import find_lot
from tests.fulfillment.factories import (
    make_restock_run,
    make_sku,
    make_suggestion,
    make_supplier,
    make_warehouse,
    put_in_stock,
)
from tests.fulfillment.restock_people import arrival, get, make_order, on_hand, person, post, text_of

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def roles():
    install_roles()


@pytest.fixture
def planner():
    return person("supply_planner")


@pytest.fixture
def warehouse():
    return make_warehouse("main")


@pytest.fixture
def run():
    return make_restock_run()


# Purchase orders


def test_an_order_goes_its_way_and_tells_it(planner, run, warehouse):
    order = make_order(planner, run, warehouse)
    post(planner, "order-send", order.pk)
    post(planner, "order-send", order.pk)
    day = timezone.localdate() + timedelta(days=3)
    post(planner, "order-expect", order.pk, expected_on=day, seen=order.expected_on, confirmed="1")
    order.refresh_from_db()
    assert (order.state, order.expected_on) == ("confirmed", day)
    words = [row.words for row in get(planner, "order", order.pk).context["history"]]
    assert words[:2] == ["approved with 2 lines", "approved → sent"]
    assert words[2].startswith(f"expected on {day} instead of ")
    assert words[3:] == ["sent → confirmed"]


def test_a_stale_expected_day_is_refused(planner, run, warehouse):
    order = make_order(planner, run, warehouse)
    seen, today = order.expected_on, timezone.localdate()
    PurchaseOrder.objects.filter(pk=order.pk).update(expected_on=today + timedelta(days=20))
    answer = post(planner, "order-expect", order.pk, expected_on=today + timedelta(days=3), seen=seen)
    assert answer.status_code == 409
    order.refresh_from_db()
    assert order.expected_on == today + timedelta(days=20)


def test_an_order_of_which_something_came_cannot_be_cancelled(planner, run, warehouse):
    order = make_order(planner, run, warehouse)
    line = order.lines.first()
    arrival(planner, order, (line, {"accepted": 1}))
    assert post(planner, "order-cancel", order.pk, reason="too late").status_code == 409
    order.refresh_from_db()
    assert order.state == "part_received"
    assert get(planner, "order", order.pk).context["cancel_form"] is None


def test_goods_come_in_parts(planner, run, warehouse):
    order = make_order(planner, run, warehouse)
    ten, five = order.lines.order_by("-quantity")
    arrival(planner, order, (ten, {"accepted": 6, "damaged": 1}), (five, {}))
    order.refresh_from_db()
    assert order.state == "part_received"
    assert (on_hand(ten.sku), on_hand(ten.sku, "damaged"), on_hand(five.sku)) == (6, 1, 0)
    page = get(planner, "receive", order.pk)
    assert {form.line.pk: form.rest for form in page.context["forms"]} == {ten.pk: 3, five.pk: 5}
    arrival(planner, order, (ten, {"accepted": 3}), (five, {"accepted": 5}), press="b" * 32)
    order.refresh_from_db()
    assert order.state == "received"
    assert (on_hand(ten.sku), on_hand(five.sku)) == (9, 5)
    shown = get(planner, "order", order.pk).context
    told = {name: shown["totals"][name] for name in ("units", "received", "rest", "cancelled", "amount")}
    assert told == {"units": 15, "received": 15, "rest": 0, "cancelled": 0, "amount": Decimal("60.00")}
    assert len(shown["receipts"]) == 2


def test_a_receipt_sent_twice_is_booked_once(planner, run, warehouse):
    order = make_order(planner, run, warehouse)
    line = order.lines.get(quantity=10)
    arrival(planner, order, (line, {"accepted": 4}))
    again = planner.get(arrival(planner, order, (line, {"accepted": 4})).url)
    assert GoodsReceipt.objects.count() == 1
    assert on_hand(line.sku) == 4
    assert f"This delivery is booked already as {GoodsReceipt.objects.get().number}." in text_of(again)


def test_more_than_was_ordered_is_refused_in_words_and_books_nothing(planner, run, warehouse):
    order = make_order(planner, run, warehouse)
    ten, five = order.lines.order_by("-quantity")
    answer = arrival(planner, order, (ten, {"accepted": 10, "damaged": 1}), (five, {"accepted": 5}))
    assert answer.status_code == 200
    assert "11 entered, but only 10 pieces are still to come." in text_of(answer)
    assert [form["accepted"].value() for form in answer.context["forms"]] == ["10", "5"]
    assert not GoodsReceipt.objects.exists()
    assert on_hand(ten.sku) == on_hand(five.sku) == 0


def test_what_a_colleague_booked_meanwhile_is_no_longer_to_come(planner, run, warehouse):
    order = make_order(planner, run, warehouse)
    line = order.lines.get(quantity=10)
    arrival(planner, order, (line, {"accepted": 8}))
    answer = arrival(planner, order, (line, {"accepted": 5}), press="c" * 32)
    assert "5 entered, but only 2 pieces are still to come." in text_of(answer)
    assert on_hand(line.sku) == 8


def test_an_empty_receipt_is_refused(planner, run, warehouse):
    order = make_order(planner, run, warehouse)
    answer = arrival(planner, order, (order.lines.first(), {}))
    assert answer.status_code == 200
    assert "Enter how many pieces came." in text_of(answer)


def test_lots_are_asked_for_where_the_sku_keeps_them(planner, run, warehouse):
    plain, by_lot, expiring = make_sku(), make_sku(), make_sku(shelf_life_days=90)
    find_lot(by_lot, code="OLD")
    order = make_order(planner, run, warehouse, quantities=(5, 5, 5), skus=[plain, by_lot, expiring])
    forms = {form.line.sku_id: form for form in get(planner, "receive", order.pk).context["forms"]}
    assert ["lot_code" in forms[sku.pk].fields for sku in (plain, by_lot, expiring)] == [False, True, True]
    lines = {line.sku_id: line for line in order.lines.all()}
    refused = arrival(
        planner,
        order,
        (lines[by_lot.pk], {"accepted": 5}),
        (lines[expiring.pk], {"accepted": 5, "expires_on": "2027-05-01"}),
    )
    assert "This SKU is kept by lots: enter the lot." in text_of(refused)
    assert "Enter the lot that this expiry belongs to." in text_of(refused)
    arrival(
        planner,
        order,
        (lines[by_lot.pk], {"accepted": 5, "lot_code": "NEW"}),
        (lines[expiring.pk], {"accepted": 5, "lot_code": "E1", "expires_on": "2027-05-01"}),
    )
    balances = StockBalance.objects.filter(sku__in=[by_lot, expiring]).order_by("lot__code")
    assert [(one.lot.code, one.lot.expires_on, one.on_hand) for one in balances] == [
        ("E1", date(2027, 5, 1), 5),
        ("NEW", None, 5),
    ]


def test_a_line_of_another_order_is_not_received(planner, run, warehouse):
    order, other = (make_order(planner, run, warehouse) for _ in range(2))
    foreign = other.lines.first()
    arrival(planner, order, (foreign, {"accepted": 1}))
    assert not GoodsReceipt.objects.exists()
    assert on_hand(foreign.sku) == 0


# The stock card


def test_the_stock_card_tells_where_it_lies_and_what_comes(planner, run, warehouse):
    sku = make_sku("CARD")
    put_in_stock(sku, warehouse, 9)
    order = make_order(planner, run, warehouse, quantities=(12,), skus=[sku])
    yesterday = timezone.localdate() - timedelta(days=1)
    PurchaseOrder.objects.filter(pk=order.pk).update(state="sent", expected_on=yesterday)
    make_suggestion(make_restock_run(), sku, warehouse, make_supplier(), quantity=30)
    DemandDay.objects.create(sku=sku, warehouse=warehouse, day=yesterday, units=Decimal(4))
    context = get(planner, "sku", sku.pk).context
    (stock,) = context["stock"]
    assert (stock.on_hand, stock.reserved, stock.available, stock.incoming_units) == (9, 0, 9, 12)
    assert [(one.order, one.quantity, one.is_overdue) for one in stock.incoming] == [(order, 12, True)]
    assert [one.quantity for one in context["suggestions"]] == [30]
    assert context["chart"]["data"]["series"][0]["values"][-1] == 4.0
    assert len(context["chart"]["table"]["rows"]) == 90


def test_movements_go_on_by_key(planner, warehouse):
    sku = make_sku()
    for _ in range(35):
        put_in_stock(sku, warehouse, 1)
    first = get(planner, "sku", sku.pk)
    after = [move.on_hand_after for move in first.context["movements"]]
    assert (after[0], after[-1]) == (35, 6)
    second = get(planner, "sku", sku.pk, before=first.context["older"])
    assert [move.on_hand_after for move in second.context["movements"]] == [5, 4, 3, 2, 1]
    assert second.context["older"] is None
