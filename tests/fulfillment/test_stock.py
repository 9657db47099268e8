"""The doors of stock."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from config.kernel.errors import DomainError, InvalidInput
from fulfillment.models import Bucket, Reservation, StockBalance, StockMovement, StockSnapshot
from fulfillment.services.stock import (
    Delivery,
    Place,
    Wanted,
    adjust_stock,
    commit_reservations,
    count_stock,
    expire_holds,
    find_lot,
    receive_stock,
    release_reservations,
    reserve_stock,
    return_stock,
    ship_reserved,
    take_stock_snapshot,
)
from tests.fulfillment.factories import NOON, make_kit, make_sku, make_warehouse, put_in_stock

pytestmark = pytest.mark.django_db


def balances(**where: object) -> list[tuple[int, int, Decimal]]:
    rows = StockBalance.objects.filter(**where).order_by("warehouse_id", "sku_id", "lot_id")
    return list(rows.values_list("on_hand", "reserved", "value"))


@pytest.fixture
def sku():
    return make_sku("apple")


@pytest.fixture
def warehouse():
    return make_warehouse("main")


def test_two_receipts_make_a_moving_average_and_the_last_piece_takes_all_value(sku, warehouse):
    lot = put_in_stock(sku, warehouse, 10, cost="4.00")
    put_in_stock(sku, warehouse, 5, cost="5.00")
    assert balances() == [(15, 0, Decimal("65.00"))]
    place = Place(sku.pk, warehouse.pk, lot.pk)
    out = adjust_stock(place, quantity=-7, key="out", reason="lost", actor=None, occurred_at=NOON)
    # 65.00 x 7 / 15 = 30.333...
    assert (out.value, out.on_hand_after) == (Decimal("-30.33"), 8)
    adjust_stock(place, quantity=-8, key="rest", reason="lost", actor=None, occurred_at=NOON)
    assert balances() == [(0, 0, Decimal("0.00"))]


def test_a_receipt_with_the_same_key_moves_nothing_again(sku, warehouse):
    delivery = Delivery(sku.pk, warehouse.pk, find_lot(sku).pk, 3, unit_cost=Decimal("1.50"))
    first = receive_stock(delivery, key="once", occurred_at=NOON)
    again = receive_stock(delivery, key="once", occurred_at=NOON)
    assert again == first
    assert balances() == [(3, 0, Decimal("4.50"))]
    assert StockMovement.objects.count() == 1


def test_a_kit_cannot_be_received(sku, warehouse):
    kit = make_kit("box", parts={sku: 2})
    with pytest.raises(InvalidInput) as refusal:
        receive_stock(Delivery(kit.pk, warehouse.pk, find_lot(kit).pk, 1), key="kit", occurred_at=NOON)
    assert refusal.value.code == "kit_has_no_stock"
    assert not StockMovement.objects.exists()


def test_reserving_takes_the_lot_that_expires_first_and_never_one_past_its_day(sku, warehouse):
    today = timezone.localdate()
    for code, days in (("late", 300), ("soon", 30), ("gone", -1)):
        lot = find_lot(sku, code=code, expires_on=today + timedelta(days=days))
        put_in_stock(sku, warehouse, 4, lot=lot)
    put_in_stock(sku, warehouse, 4, lot=find_lot(sku, code="open"))
    made = reserve_stock([Wanted(sku.pk, warehouse.pk, 10)], key="order:1")
    assert [(one.lot.code, one.quantity) for one in made] == [("soon", 4), ("late", 4), ("open", 2)]
    with pytest.raises(DomainError) as refusal:
        reserve_stock([Wanted(sku.pk, warehouse.pk, 3)], key="order:2")
    assert refusal.value.detail == {"lines": [{"sku": "apple", "wanted": 3, "available": 2}]}


def test_one_short_line_rolls_back_the_whole_call_and_names_every_short_sku(sku, warehouse):
    pear, plum = make_sku("pear"), make_sku("plum")
    put_in_stock(sku, warehouse, 10)
    put_in_stock(pear, warehouse, 1)
    wanted = [Wanted(one.pk, warehouse.pk, 2) for one in (plum, pear, sku)]
    with pytest.raises(DomainError) as refusal:
        reserve_stock(wanted, key="order:1")
    assert refusal.value.code == "stock_short"
    assert refusal.value.detail == {
        "lines": [{"sku": "pear", "wanted": 2, "available": 1}, {"sku": "plum", "wanted": 2, "available": 0}]
    }
    assert sorted(balances()) == [(1, 0, Decimal("4.00")), (10, 0, Decimal("40.00"))]
    assert not Reservation.objects.exists()


def test_the_same_key_gives_the_same_reservations(sku, warehouse):
    put_in_stock(sku, warehouse, 10)
    wanted = [Wanted(sku.pk, warehouse.pk, 3)]
    first = reserve_stock(wanted, key="order:1")
    assert reserve_stock(wanted, key="order:1") == first
    assert reserve_stock(wanted, key="order:11") != first
    assert balances() == [(10, 6, Decimal("40.00"))]


def test_a_kit_promises_its_parts(sku, warehouse):
    pear = make_sku("pear")
    kit = make_kit("box", parts={sku: 2, pear: 1})
    put_in_stock(sku, warehouse, 6)
    put_in_stock(pear, warehouse, 6)
    made = reserve_stock([Wanted(kit.pk, warehouse.pk, 3)], key="order:1")
    assert {one.sku.code: one.quantity for one in made} == {"apple": 6, "pear": 3}
    with pytest.raises(DomainError, match="apple"):
        reserve_stock([Wanted(kit.pk, warehouse.pk, 1)], key="order:2")


def test_a_call_that_would_fail_frees_the_holds_that_have_run_out_and_tries_again(sku, warehouse):
    put_in_stock(sku, warehouse, 5)
    past = timezone.now() - timedelta(minutes=1)
    old = reserve_stock([Wanted(sku.pk, warehouse.pk, 3)], key="old", expires_at=past)
    firm = reserve_stock([Wanted(sku.pk, warehouse.pk, 1)], key="firm", expires_at=past)
    commit_reservations(firm)
    reserve_stock([Wanted(sku.pk, warehouse.pk, 4)], key="new")
    assert [one.state for one in Reservation.objects.order_by("pk")] == ["expired", "committed", "held"]
    assert balances() == [(5, 5, Decimal("20.00"))]
    assert commit_reservations(old) == 0


def test_holds_that_have_run_out_keep_their_pieces_until_somebody_frees_them(sku, warehouse):
    put_in_stock(sku, warehouse, 5)
    now = timezone.now()
    reserve_stock([Wanted(sku.pk, warehouse.pk, 3)], key="old", expires_at=now - timedelta(seconds=1))
    reserve_stock([Wanted(sku.pk, warehouse.pk, 1)], key="later", expires_at=now + timedelta(hours=1))
    assert balances() == [(5, 4, Decimal("20.00"))]
    assert expire_holds(now=now) == 1
    assert expire_holds(now=now) == 0
    assert balances() == [(5, 1, Decimal("20.00"))]


def test_releasing_twice_frees_once(sku, warehouse):
    put_in_stock(sku, warehouse, 5)
    made = reserve_stock([Wanted(sku.pk, warehouse.pk, 3)], key="order:1")
    assert release_reservations(made) == 3
    assert release_reservations(made) == 0
    assert balances() == [(5, 0, Decimal("20.00"))]


def test_shipping_takes_on_hand_and_reserved_down_together_at_the_moving_average(sku, warehouse):
    put_in_stock(sku, warehouse, 10, cost="4.00")
    put_in_stock(sku, warehouse, 10, cost="5.00")
    made = reserve_stock([Wanted(sku.pk, warehouse.pk, 6)], key="order:1")
    (move,) = ship_reserved(made, pieces={made[0].pk: 4}, key="parcel:1", document_ref="SO1", occurred_at=NOON)
    assert (move.quantity, move.value, move.unit_cost) == (-4, Decimal("-18.00"), Decimal("4.5000"))
    assert balances() == [(16, 2, Decimal("72.00"))]
    states = Reservation.objects.order_by("pk").values_list("state", "quantity")
    assert list(states) == [("held", 2), ("shipped", 4)]
    ship_reserved(made, pieces={made[0].pk: 4}, key="parcel:1", document_ref="SO1", occurred_at=NOON)
    assert balances() == [(16, 2, Decimal("72.00"))]


def test_a_promise_that_was_given_up_cannot_be_shipped(sku, warehouse):
    put_in_stock(sku, warehouse, 5)
    made = reserve_stock([Wanted(sku.pk, warehouse.pk, 3)], key="order:1")
    release_reservations(made)
    with pytest.raises(DomainError) as refusal:
        ship_reserved(made, key="parcel:1", occurred_at=NOON)
    assert refusal.value.code == "reservation_gone"
    assert balances() == [(5, 0, Decimal("20.00"))]


def test_promised_pieces_cannot_be_adjusted_away_and_a_count_may_not_fall_below_them(sku, warehouse):
    lot = put_in_stock(sku, warehouse, 5)
    place = Place(sku.pk, warehouse.pk, lot.pk)
    reserve_stock([Wanted(sku.pk, warehouse.pk, 3)], key="order:1")
    with pytest.raises(DomainError) as refusal:
        adjust_stock(place, quantity=-3, key="a", reason="lost", actor=None, occurred_at=NOON)
    assert refusal.value.code == "stock_short"
    with pytest.raises(DomainError) as refusal:
        count_stock(place, counted=2, key="c", actor=None, occurred_at=NOON)
    assert refusal.value.code == "count_below_reserved"
    assert balances() == [(5, 3, Decimal("20.00"))]


def test_a_count_books_the_difference_once(sku, warehouse):
    lot = put_in_stock(sku, warehouse, 5)
    place = Place(sku.pk, warehouse.pk, lot.pk)
    move = count_stock(place, counted=3, key="count:1", actor=None, occurred_at=NOON)
    assert (move.kind, move.quantity, move.value) == ("count", -2, Decimal("-8.00"))
    assert count_stock(place, counted=3, key="count:1", actor=None, occurred_at=NOON) == move
    assert count_stock(place, counted=3, key="count:2", actor=None, occurred_at=NOON) is None
    assert balances() == [(3, 0, Decimal("12.00"))]


def test_a_return_of_damaged_pieces_is_not_for_sale(sku, warehouse):
    lot = put_in_stock(sku, warehouse, 1)
    back = Delivery(sku.pk, warehouse.pk, lot.pk, 2, bucket=Bucket.DAMAGED, unit_cost=Decimal("4.00"))
    return_stock(back, key="return:1", occurred_at=NOON)
    assert balances(bucket="damaged") == [(2, 0, Decimal("8.00"))]
    with pytest.raises(DomainError):
        reserve_stock([Wanted(sku.pk, warehouse.pk, 2)], key="order:1")


def test_a_lot_keeps_its_expiry(sku):
    find_lot(sku, code="A", expires_on=date(2027, 1, 1))
    assert find_lot(sku, code="A").expires_on == date(2027, 1, 1)
    with pytest.raises(DomainError) as refusal:
        find_lot(sku, code="A", expires_on=date(2027, 2, 1))
    assert refusal.value.code == "lot_expires_differently"


def test_the_snapshot_of_a_day_leaves_later_movements_out_and_counts_empty_hours(sku, warehouse):
    lot = put_in_stock(sku, warehouse, 5)  # at noon in Shanghai on 11 November
    place = Place(sku.pk, warehouse.pk, lot.pk)
    adjust_stock(place, quantity=-5, key="a", reason="lost", actor=None, occurred_at=NOON + timedelta(hours=6))
    adjust_stock(place, quantity=2, key="b", reason="found", actor=None, occurred_at=NOON + timedelta(hours=30))
    for _again in range(2):
        assert take_stock_snapshot(date(2026, 11, 11)) == 1
        row = StockSnapshot.objects.get(day=date(2026, 11, 11))
        # empty from midnight to noon and from 18 to 24
        assert (row.on_hand, row.value, row.out_of_stock_seconds) == (0, Decimal("0.00"), 18 * 3600)
    take_stock_snapshot(date(2026, 11, 12))
    row = StockSnapshot.objects.get(day=date(2026, 11, 12))
    assert (row.on_hand, row.out_of_stock_seconds) == (2, 18 * 3600)
