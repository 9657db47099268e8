"""Marketplace orders that come in more than once, changed, late or with unknown goods."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Listing
from catalog.services import match_listing
from config.kernel.errors import DomainError, InvalidInput
from config.kernel.models import InboxMessage, WorkItem
from fulfillment.models import Order, OrderEvent, Payment, SalesEntry
from fulfillment.orders import BuyerInput, LineInput, OrderInput, amounts_of, refused_changes
from fulfillment.services.dispatch import ship_lines
from fulfillment.services.inbox import receive_order, replay_inbox
from fulfillment.services.intake import take_in_order
from tests.fulfillment.factories import (
    NOON,
    line_of,
    make_listing,
    make_sku,
    make_store,
    make_warehouse,
    order_of,
    payment_of,
    put_in_stock,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def store():
    return make_store("tmall")


@pytest.fixture
def sku(store):
    sku = make_sku("apple")
    put_in_stock(sku, make_warehouse("main", store=store), 10)
    return sku


@pytest.fixture
def order(sku):
    return order_of(line_of(sku, 2), number="T1", source_version=5)


def payload_of(code="apple", **values):
    return {
        "store": "tmall",
        "external_number": "T1",
        "placed_at": "2026-11-11T12:00:00+08:00",
        "lines": [{"sku": code, "title": "Apple", "quantity": 2, "unit_price": "10.00"}],
        "payments": [{"amount": "20.00", "paid_at": "2026-11-11T12:01:00+08:00", "reference": "pay-1"}],
    } | values


def test_the_same_order_again_changes_nothing(store, order):
    first = take_in_order(store, order=order)
    again = take_in_order(store, order=order)
    assert (first.outcome, again.outcome, again.order) == ("created", "same", first.order)
    assert Order.objects.count() == 1


def test_a_newer_version_may_change_the_address_note_and_payments(store, order):
    take_in_order(store, order=order)
    newer = replace(
        order,
        source_version=6,
        buyer=BuyerInput(id="buyer-1", name="张三", address="杭州市西湖区", note="quick please"),
        payments=(payment_of("20.00"),),
    )
    taken = take_in_order(store, order=newer)
    assert taken.outcome == "updated"
    assert (taken.order.buyer_address, taken.order.buyer_note) == ("杭州市西湖区", "quick please")
    assert (taken.order.state, taken.order.source_version) == ("confirmed", 6)
    assert SalesEntry.objects.count() == 1


def test_an_older_version_is_passed_over_and_noted(store, order):
    take_in_order(store, order=order)
    older = replace(order, source_version=4, buyer=BuyerInput(name="old"), payments=(payment_of("20.00"),))
    taken = take_in_order(store, order=older)
    assert (taken.outcome, taken.order.buyer_name, taken.order.payment_state) == ("older", "张三", "unpaid")
    assert OrderEvent.objects.filter(axis="note", reason__contains="4").count() == 1
    assert not Payment.objects.exists()


def test_a_newer_version_may_not_change_lines_or_amounts(store, sku, order):
    take_in_order(store, order=order)
    newer = replace(order, source_version=6, lines=(line_of(sku, 3),))
    with pytest.raises(DomainError) as refusal:
        take_in_order(store, order=newer)
    assert refusal.value.code == "order_change_refused"
    assert set(refusal.value.fields) == {"lines", "amounts"}
    assert Order.objects.get().source_version == 5


def test_other_content_under_the_same_version_is_a_conflict(store, order):
    take_in_order(store, order=order)
    with pytest.raises(DomainError) as refusal:
        take_in_order(store, order=replace(order, channel_state="changed"))
    assert refusal.value.code == "order_version_conflict"


def test_a_cancellation_on_the_channel_frees_the_pieces_until_the_order_is_shipped(store, sku, order):
    paid = replace(order, payments=(payment_of("20.00"),))
    taken = take_in_order(store, order=paid)
    ship_lines(taken.order, key="1", shipped_at=NOON)
    with pytest.raises(DomainError) as refusal:
        take_in_order(store, order=replace(paid, source_version=6, is_cancelled=True))
    assert set(refusal.value.fields) == {"cancellation"}
    other = replace(order, external_number="T2")
    take_in_order(store, order=other)
    cancelled = take_in_order(store, order=replace(other, source_version=6, is_cancelled=True))
    assert cancelled.order.state == "cancelled"


def test_the_matrix_of_changes():
    parts = ["channel_state", "buyer_note", "payments", "address", "cancellation", "lines"]
    assert refused_changes(parts, state="confirmed", fulfilment_state="unshipped") == ["lines"]
    assert refused_changes(parts, state="confirmed", fulfilment_state="shipped") == ["address", "cancellation", "lines"]
    assert refused_changes(parts, state="closed", fulfilment_state="unshipped") == ["address", "cancellation", "lines"]


def test_discounts_of_the_order_are_shared_out_to_the_cent():
    lines = (
        LineInput(1, 1, Decimal("10.00"), shop_discount=Decimal("1.00")),
        LineInput(2, 2, Decimal("10.00")),
        LineInput(3, 1, Decimal("0.00"), kind="gift"),
    )
    order = OrderInput(
        "T1",
        NOON,
        lines,
        Decimal("5.00"),
        order_shop_discount=Decimal("10.00"),
        order_platform_discount=Decimal("0.01"),
    )
    amounts = amounts_of(order, currency="CNY")
    # 10.00 over 9.00 and 20.00: 3.10 and 6.90; the cent goes to the larger rest
    assert [line.shop_discount for line in amounts.lines] == [Decimal("4.10"), Decimal("6.90"), Decimal("0.00")]
    assert (amounts.goods, amounts.shop_discount, amounts.platform_discount, amounts.payable) == (
        Decimal("30.00"),
        Decimal("11.00"),
        Decimal("0.01"),
        Decimal("23.99"),
    )
    with pytest.raises(ValueError, match="discounts"):
        amounts_of(replace(order, order_shop_discount=Decimal("30.00")), currency="CNY")


def test_a_posted_order_is_kept_and_taken_in_once(store, sku):
    make_listing(store, sku)
    first, again = receive_order(store, payload=payload_of()), receive_order(store, payload=payload_of())
    assert (first.taken.outcome, again.taken.outcome) == ("created", "same")
    message = InboxMessage.objects.get()
    assert (message.state, message.result_ref) == ("done", f"order:{first.taken.order.number}")
    assert first.taken.order.payment_state == "paid"


def test_goods_that_nobody_knows_park_the_order_until_a_person_matches_them(store, sku):
    answer = receive_order(store, payload=payload_of("NEW-1"))
    assert (answer.taken, answer.unknown_codes) == (None, ("NEW-1",))
    message = InboxMessage.objects.get()
    assert (message.state, message.error_code, message.error_detail) == ("parked", "unknown_sku", {"codes": ["NEW-1"]})
    assert not Order.objects.exists()
    item = WorkItem.objects.get(kind="order_parked")
    assert replay_inbox(now=timezone.now()) == {"parked": 1}
    match_listing(Listing.objects.get(store=store, code="NEW-1"), sku=sku)
    assert replay_inbox(now=timezone.now()) == {"done": 1}
    assert replay_inbox(now=timezone.now()) == {}
    assert Order.objects.get().lines.get().sku == sku
    item.refresh_from_db()
    assert item.state == "done"


def test_a_message_left_behind_by_a_dead_process_is_taken_up(store, sku):
    make_listing(store, sku)
    receive_order(store, payload=payload_of("apple"))
    now = timezone.now()
    InboxMessage.objects.update(state="working", lease_token="dead", lease_until=now + timedelta(seconds=1))
    assert replay_inbox(now=now, parked=False) == {}
    assert replay_inbox(now=now + timedelta(minutes=1), parked=False) == {"done": 1}
    assert Order.objects.count() == 1


def test_a_payload_that_cannot_be_read_says_which_field_is_wrong(store, sku):
    make_listing(store, sku)
    wrong = payload_of(lines=[{"sku": "apple", "quantity": 0, "unit_price": "10.00"}], currency="USD")
    with pytest.raises(InvalidInput) as refusal:
        receive_order(store, payload=wrong)
    assert set(refusal.value.fields) == {"lines.0.quantity"}
    assert InboxMessage.objects.get().state == "discarded"
    with pytest.raises(InvalidInput) as refusal:
        receive_order(store, payload=payload_of(currency="USD"))
    assert set(refusal.value.fields) == {"currency"}
    assert not Order.objects.exists()


def _two_lines(store, number, *, buyer):
    skus = [make_sku(f"{number}-{name}") for name in ("pear", "plum")]
    for sku in skus:
        put_in_stock(sku, store.supplies.get().warehouse, 10)
    return order_of(*map(line_of, skus), number=number, paid="20.00", buyer=BuyerInput(id=buyer))


def test_a_paid_order_of_two_lines_costs_at_most_25_questions(store):
    make_warehouse("main", store=store)
    # The first order of all begins the day's series of numbers; the second one's buyer is new, the third one's is not.
    buyers = ["buyer-0", "buyer-1", "buyer-1"]
    orders = [_two_lines(store, f"T{place}", buyer=buyer) for place, buyer in enumerate(buyers)]
    asked = []
    for order in orders:
        with CaptureQueriesContext(connection) as captured:
            assert take_in_order(store, order=order).order.state == "confirmed"
        asked.append([query["sql"].split()[0] for query in captured])
    # Savepoints stand for the transactions, which lie within the test's own: the new buyer's and the order's.
    assert [words.count("SAVEPOINT") for words in asked[1:]] == [2, 1]
    questions = [[word for word in words if word not in ("SAVEPOINT", "RELEASE")] for words in asked]
    assert len(questions[1]) <= 25
    assert len(questions[2]) <= 22
