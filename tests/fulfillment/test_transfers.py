"""Stock that goes from one warehouse to another."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.kernel.errors import DomainError
from config.kernel.models import AuditEntry
from fulfillment.books import checks
from fulfillment.models import StockBalance, StockMovement, Warehouse
from fulfillment.services.promises import fill_shortages
from fulfillment.services.stock import Place, Wanted, adjust_stock, find_lot, reserve_stock, transfer_stock
from tests.fulfillment.factories import NOON, line_of, make_order, make_sku, make_store, make_warehouse, put_in_stock

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def sku():
    return make_sku("apple")


@pytest.fixture
def near():
    return make_warehouse("near")


@pytest.fixture
def far():
    return make_warehouse("far")


def move(place: Place, to: Warehouse, quantity: int, *, key: str = "t1"):
    return transfer_stock(
        place, to_warehouse_id=to.pk, quantity=quantity, key=key, actor=None, occurred_at=NOON, reason="closer"
    )


def balances() -> dict[str, tuple[int, int, Decimal]]:
    rows = StockBalance.objects.values_list("warehouse__code", "on_hand", "reserved", "value")
    return {code: (on_hand, reserved, value) for code, on_hand, reserved, value in rows}


def problems() -> list[str]:
    return [problem for check in checks() for problem in check.run()]


def test_pieces_go_over_with_their_lot_and_their_cost(sku, near, far):
    lot = find_lot(sku, code="L1", expires_on=date(2027, 1, 1))
    put_in_stock(sku, near, 10, cost="3.33", lot=lot)
    out, into = move(Place(sku.pk, near.pk, lot.pk), far, 4)
    assert balances() == {"near": (6, 0, D("19.98")), "far": (4, 0, D("13.32"))}
    found = [(one.kind, one.quantity, one.value, one.unit_cost, one.lot_id, one.on_hand_after) for one in (out, into)]
    assert found == [
        ("transfer_out", -4, D("-13.32"), D("3.33"), lot.pk, 6),
        ("transfer_in", 4, D("13.32"), D("3.33"), lot.pk, 4),
    ]
    assert (out.document_ref, into.document_ref) == ("transfer:t1", "transfer:t1")
    assert AuditEntry.objects.get(action="stock.transferred").reason == "closer"
    assert problems() == []


def test_the_cost_mixes_with_what_lies_there(sku, near, far):
    lot = put_in_stock(sku, near, 10, cost="2.00")
    put_in_stock(sku, far, 10, cost="5.00", lot=lot)
    move(Place(sku.pk, near.pk, lot.pk), far, 5)
    assert balances() == {"near": (5, 0, D("10.00")), "far": (15, 0, D("60.00"))}


def test_what_is_promised_stays(sku, near, far):
    lot = put_in_stock(sku, near, 10)
    reserve_stock([Wanted(sku.pk, near.pk, 7)], key="promise")
    with pytest.raises(DomainError) as refusal:
        move(Place(sku.pk, near.pk, lot.pk), far, 4)
    assert refusal.value.code == "stock_short"
    assert refusal.value.detail == {"lines": [{"sku": "apple", "wanted": 4, "available": 3}]}
    assert balances() == {"near": (10, 7, D("40.00"))}
    assert StockMovement.objects.count() == 1
    move(Place(sku.pk, near.pk, lot.pk), far, 3)
    assert balances() == {"near": (7, 7, D("28.00")), "far": (3, 0, D("12.00"))}
    assert problems() == []


def test_the_same_key_again_moves_nothing(sku, near, far):
    lot = put_in_stock(sku, near, 10)
    place = Place(sku.pk, near.pk, lot.pk)
    assert move(place, far, 4) == move(place, far, 4)
    assert balances() == {"near": (6, 0, D("24.00")), "far": (4, 0, D("16.00"))}
    move(place, far, 4, key="t2")
    assert balances() == {"near": (2, 0, D("8.00")), "far": (8, 0, D("32.00"))}
    assert AuditEntry.objects.filter(action="stock.transferred").count() == 2


@pytest.mark.parametrize(
    ("quantity", "to", "code"),
    [
        (0, "far", "quantity_not_allowed"),
        (-1, "far", "quantity_not_allowed"),
        (1, "near", "same_warehouse"),
        (1, "shut", "warehouse_closed"),
        (11, "far", "stock_short"),
    ],
)
def test_what_cannot_be_moved_is_refused_and_nothing_moves(sku, near, far, quantity, to, code):
    Warehouse.objects.create(code="shut", name="shut", is_active=False)
    lot = put_in_stock(sku, near, 10)
    with pytest.raises(DomainError) as refusal:
        move(Place(sku.pk, near.pk, lot.pk), Warehouse.objects.get(code=to), quantity)
    assert refusal.value.code == code
    assert balances() == {"near": (10, 0, D("40.00"))}


def test_damaged_pieces_stay_damaged(sku, near, far):
    lot = put_in_stock(sku, near, 5)
    place = Place(sku.pk, near.pk, lot.pk, "damaged")
    adjust_stock(place, quantity=2, key="d", reason="dropped", actor=None, occurred_at=NOON)
    move(place, far, 2)
    found = StockBalance.objects.order_by("warehouse_id", "bucket").values_list("warehouse__code", "bucket", "on_hand")
    assert list(found) == [("near", "available", 5), ("near", "damaged", 0), ("far", "damaged", 2)]


def test_a_shortage_is_filled_from_what_was_moved(sku, near):
    store = make_store("tmall")
    serving = make_warehouse("serving", store=store)
    lot = put_in_stock(sku, near, 5)
    order = make_order(store, line_of(sku, 2), paid="20.00")
    move(Place(sku.pk, near.pk, lot.pk), serving, 2)
    assert fill_shortages() == 1
    assert balances() == {"near": (3, 0, D("12.00")), "serving": (2, 2, D("8.00"))}
    assert order.fulfilment_state == "unshipped"
    assert problems() == []


# Pieces come in at an awkward cost and go back and forth.
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(
    costs=st.lists(st.integers(1, 999), min_size=1, max_size=3),
    moves=st.lists(st.tuples(st.booleans(), st.integers(1, 7)), max_size=8),
)
def test_no_cent_is_made_or_lost_on_the_way(costs, moves):
    sku, here, there = make_sku(), make_warehouse(), make_warehouse()
    lot = find_lot(sku)
    for number, cost in enumerate(costs):
        put_in_stock(sku, (here, there)[number % 2], 3, cost=str(D(cost) / 100), lot=lot)
    rows = StockBalance.objects.filter(sku=sku)
    before = (sum(row.on_hand for row in rows.all()), sum(row.value for row in rows.all()))
    for number, (is_back, quantity) in enumerate(moves):
        source, target = (there, here) if is_back else (here, there)
        lies = sum(rows.filter(warehouse=source).values_list("on_hand", flat=True))
        if quantity <= lies:
            move(Place(sku.pk, source.pk, lot.pk), target, quantity, key=f"{sku.pk}:{number}")
    assert (sum(row.on_hand for row in rows.all()), sum(row.value for row in rows.all())) == before
    assert all(row.value == 0 for row in rows.filter(on_hand=0))
    assert problems() == []
