"""Money that goes back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from config.kernel.errors import DomainError, InvalidInput
from fulfillment.books import checks
from fulfillment.models import Order, Refund, RefundLine, SalesEntry, StockBalance
from fulfillment.services.dispatch import ship_lines
from fulfillment.services.refunds import RefundPiece, refund_lines
from membership.models import PurchaseRefund
from tests.fulfillment.factories import NOON, line_of, make_order, make_sku, make_store, make_warehouse, put_in_stock

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=5)


@pytest.fixture
def store():
    return make_store("tmall")


@pytest.fixture
def warehouse(store):
    return make_warehouse("main", store=store)


@pytest.fixture
def sku(warehouse):
    sku = make_sku("apple")
    put_in_stock(sku, warehouse, 10)
    return sku


@pytest.fixture
def order(store, sku):
    """Three pieces at 10.00 and postage of 5.00, paid."""
    return make_order(store, line_of(sku, 3), shipping=Decimal("5.00"), paid="35.00")


@pytest.fixture(autouse=True)
def books_agree(db):
    yield
    assert [problem for check in checks() for problem in check.run()] == []


def refund(order, quantity, amount, *, ref="refund-1", **values):
    line = order.lines.get()
    piece = RefundPiece(line.pk, quantity, Decimal(amount))
    return refund_lines(order, lines=[piece], source_ref=ref, refunded_at=LATER, **values)


def test_a_refund_is_booked_on_its_own_day_with_negative_rows_and_told_to_membership(order, sku):
    ship_lines(order, key="1", shipped_at=NOON)
    made = refund(order, 1, "10.00", kind="return", restock="available", shipping=Decimal("5.00"))
    assert (made.amount, made.refunded_on, made.state) == (Decimal("15.00"), date(2026, 11, 16), "succeeded")
    columns = ("kind", "store_date", "quantity", "gross_amount", "shipping_amount", "cost_amount")
    rows = SalesEntry.objects.filter(source_ref__startswith="refund-1/").order_by("pk").values_list(*columns)
    day = date(2026, 11, 16)
    assert list(rows) == [
        ("refund", day, -1, Decimal("-10.00"), Decimal("0.00"), Decimal("-4.00")),
        ("shipping_refund", day, 0, Decimal("0.00"), Decimal("-5.00"), None),
    ]
    told = PurchaseRefund.objects.get()
    assert (told.source_ref, told.purchase.source_ref, told.amount, told.goods_units) == (
        "refund-1",
        f"order:{order.number}",
        Decimal("15.00"),
        1,
    )
    balance = StockBalance.objects.get(sku=sku)
    assert (balance.on_hand, balance.reserved, balance.value) == (8, 0, Decimal("32.00"))


def test_the_same_reference_pays_back_once(order):
    first = refund(order, 1, "10.00")
    assert refund(order, 1, "10.00") == first
    order.refresh_from_db()
    assert order.refunded_amount == Decimal("10.00")
    assert Refund.objects.count() == 1


def test_a_line_gives_back_no_more_than_it_brought_however_it_is_cut(order):
    refund(order, 1, "10.00")
    refund(order, 0, "19.99", ref="refund-2")
    with pytest.raises(DomainError) as refusal:
        refund(order, 0, "0.02", ref="refund-3")
    assert refusal.value.code == "refund_too_large"
    assert refusal.value.detail == {"line": 1, "wanted": "0.02", "available": "0.01"}
    with pytest.raises(DomainError):
        refund(order, 3, "0.01", ref="refund-4")
    refund(order, 2, "0.01", ref="refund-5")
    order.refresh_from_db()
    assert order.refunded_amount == Decimal("30.00")
    assert Refund.objects.count() == 3


def test_the_postage_gives_back_no_more_than_it_was(order):
    refund(order, 0, "1.00", shipping=Decimal("3.00"))
    with pytest.raises(DomainError) as refusal:
        refund(order, 0, "1.00", ref="refund-2", shipping=Decimal("2.01"))
    assert refusal.value.detail == {"line": "shipping", "wanted": "2.01", "available": "2.00"}
    order.refresh_from_db()
    assert order.refunded_amount == Decimal("4.00")
    assert RefundLine.objects.count() == 2


def test_an_order_gives_back_no_more_than_was_paid(store, sku):
    unpaid = make_order(store, line_of(sku, 3))
    with pytest.raises(DomainError) as refusal:
        refund(unpaid, 1, "10.00")
    assert refusal.value.code == "refund_too_large"
    assert not Refund.objects.exists()
    assert StockBalance.objects.get(sku=sku).reserved == 3


def test_a_refund_of_nothing_is_refused(order):
    with pytest.raises(InvalidInput) as refusal:
        refund(order, 0, "0.00")
    assert refusal.value.code == "refund_empty"


def test_pieces_that_were_not_shipped_come_off_the_promise(order, sku):
    refund(order, 2, "20.00")
    balance = StockBalance.objects.get(sku=sku)
    assert (balance.on_hand, balance.reserved) == (10, 1)
    entry = SalesEntry.objects.get(source_ref="refund-1/1")
    assert (entry.kind, entry.cost_amount) == ("cancel_after_pay", Decimal("-8.00"))
    refund(order, 1, "10.00", ref="refund-2")
    assert Order.objects.get(pk=order.pk).fulfilment_state == "nothing"
    assert StockBalance.objects.get(sku=sku).reserved == 0


def test_goods_that_stay_with_the_buyer_bring_no_cost_back(order, sku):
    ship_lines(order, key="1", shipped_at=NOON)
    refund(order, 1, "10.00", restock="none")
    assert SalesEntry.objects.get(source_ref="refund-1/1").cost_amount == Decimal("0.00")
    assert StockBalance.objects.get(sku=sku).on_hand == 7


def test_damaged_goods_come_back_where_they_are_not_sold(order, sku):
    ship_lines(order, key="1", shipped_at=NOON)
    refund(order, 1, "10.00", restock="damaged", kind="return")
    assert StockBalance.objects.get(sku=sku, bucket="damaged").on_hand == 1
    assert StockBalance.objects.get(sku=sku, bucket="available").on_hand == 7


def test_no_more_pieces_come_back_than_were_sent(store, warehouse, order, sku):
    other = make_order(store, line_of(sku, 2), paid="20.00")
    ship_lines(other, key="1", shipped_at=NOON)
    ship_lines(order, key="1", shipped_at=NOON)
    refund(order, 3, "30.00", restock="available")
    assert StockBalance.objects.get(sku=sku).on_hand == 8
