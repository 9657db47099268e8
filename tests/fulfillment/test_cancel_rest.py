"""The rest of an order received in part is called off: once, exactly what was shown, and no stock moves."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from config.kernel.errors import DomainError
from config.kernel.models import AuditEntry
from config.roles import install_roles
from fulfillment.books.purchasing import received_against_receipts, rest_against_state
from fulfillment.models import PurchaseOrder, PurchaseOrderLine, StockMovement
from fulfillment.queries.positions import positions
from fulfillment.services.purchasing import ReceivedLine, cancel_rest, receive_goods
from tests.fulfillment.factories import make_restock_run, make_warehouse
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
def order(planner, warehouse):
    """Ten and five pieces at 4.00, of the ten seven have come."""
    made = make_order(planner, make_restock_run(), warehouse)
    ten, five = made.lines.order_by("-quantity")
    arrival(planner, made, (ten, {"accepted": 6, "damaged": 1}), (five, {}))
    made.refresh_from_db()
    return made


def books():
    return [*received_against_receipts(), *rest_against_state()]


def test_the_page_shows_what_will_not_come_and_what_it_is_worth(planner, order):
    page = get(planner, "order-cancel-rest", order.pk)
    assert [(row.line.quantity, row.rest, row.rest_amount) for row in page.context["rows"]] == [(10, 3, 12), (5, 5, 20)]
    totals = page.context["totals"]
    assert (totals["rest"], totals["rest_amount"], totals["received_amount"]) == (8, Decimal(32), Decimal(28))
    assert "8 pieces, ¥32.00" in text_of(page)
    order.refresh_from_db()
    assert order.state == "part_received"


def test_the_rest_is_cancelled_once_and_no_stock_moves(planner, order, warehouse):
    ten, five = order.lines.order_by("-quantity")
    movements = StockMovement.objects.count()
    seen = get(planner, "order-cancel-rest", order.pk).context["seen"]
    for _press in range(2):
        answer = post(planner, "order-cancel-rest", order.pk, seen=seen, reason="sold out at the supplier")
        assert answer.status_code == 302
    order.refresh_from_db()
    assert (order.state, order.closed_at is not None, order.cancelled_at) == ("closed", True, None)
    kept = list(order.lines.order_by("-quantity").values_list("received_quantity", "cancelled_quantity"))
    assert kept == [(7, 3), (0, 5)]
    assert StockMovement.objects.count() == movements
    assert (on_hand(ten.sku), on_hand(ten.sku, "damaged"), on_hand(five.sku)) == (6, 1, 0)
    there = positions(warehouse_id=warehouse.pk, sku_ids=[ten.sku_id, five.sku_id], as_of=timezone.localdate())
    assert [there[sku].on_order for sku in (ten.sku_id, five.sku_id)] == [0, 0]
    entry = AuditEntry.objects.get(action="purchase_order.rest_cancelled")
    assert entry.after == {"units": 8, "value": "32.00", "currency": "CNY"}
    assert books() == []
    page = text_of(get(planner, "order", order.pk))
    assert "8 pieces not come were cancelled, worth ¥32.00" in page
    assert "received in part, rest cancelled" in page


def test_goods_booked_meanwhile_are_shown_before_anything_is_cancelled(planner, order):
    seen = get(planner, "order-cancel-rest", order.pk).context["seen"]
    ten = order.lines.order_by("-quantity")[0]
    arrival(planner, order, (ten, {"accepted": 2}), press="c" * 32)
    answer = post(planner, "order-cancel-rest", order.pk, seen=seen, reason="late")
    assert answer.status_code == 409
    assert f"{ten.sku.code}: you saw 3 still to come, it is now 1." in text_of(answer)
    order.refresh_from_db()
    assert order.state == "part_received"
    again = post(planner, "order-cancel-rest", order.pk, seen=answer.context["seen"], reason="late")
    assert again.status_code == 302
    assert PurchaseOrderLine.objects.get(pk=ten.pk).cancelled_quantity == 1


def test_a_stale_view_cancels_nothing(planner, order):
    ten, five = order.lines.order_by("-quantity")
    with pytest.raises(DomainError) as refusal:
        cancel_rest(order, seen={ten.pk: 3, five.pk: 4}, actor=planner.user, reason="late")
    assert refusal.value.code == "changed_meanwhile"
    order.refresh_from_db()
    assert order.state == "part_received"
    assert set(order.lines.values_list("cancelled_quantity", flat=True)) == {0}


def test_a_reason_is_needed(planner, order):
    seen = get(planner, "order-cancel-rest", order.pk).context["seen"]
    answer = post(planner, "order-cancel-rest", order.pk, seen=seen, reason=" ")
    assert answer.status_code == 200
    order.refresh_from_db()
    assert order.state == "part_received"


def test_nothing_is_received_on_a_closed_order(planner, order):
    ten, five = order.lines.order_by("-quantity")
    cancel_rest(order, seen={ten.pk: 3, five.pk: 5}, actor=planner.user, reason="late")
    with pytest.raises(DomainError):
        receive_goods(
            order, lines=[ReceivedLine(five.pk, 1)], key="late", actor=planner.user, received_at=timezone.now()
        )
    assert on_hand(five.sku) == 0
    assert get(planner, "receive", order.pk).context["is_receivable"] is False


def test_only_an_order_received_in_part_has_a_rest(planner, warehouse):
    order = make_order(planner, make_restock_run(), warehouse)
    assert get(planner, "order", order.pk).context["can_cancel_rest"] is False
    seen = {line.pk: line.open_quantity for line in order.lines.all()}
    with pytest.raises(DomainError):
        cancel_rest(order, seen=seen, actor=planner.user, reason="x")
    assert PurchaseOrder.objects.get().state == "approved"


def test_who_may_not_change_orders_does_not_cancel_and_foreign_orders_are_not_found(order):
    reads = person("analyst")
    assert get(reads, "order-cancel-rest", order.pk).status_code == 403
    make_warehouse("second")
    elsewhere = person("supply_planner", warehouse="second")
    assert get(elsewhere, "order-cancel-rest", order.pk).status_code == 404
    assert post(elsewhere, "order-cancel-rest", order.pk, reason="x").status_code == 404


def test_the_books_and_the_database_hold_the_rest(order):
    ten = order.lines.order_by("-quantity")[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        PurchaseOrderLine.objects.filter(pk=ten.pk).update(cancelled_quantity=4)
    PurchaseOrderLine.objects.filter(pk=ten.pk).update(cancelled_quantity=1, received_quantity=6)
    assert books() == [
        f"purchase order {order.number}, {ten.sku.code}: 6 received, receipts say 7",
        f"purchase order {order.number}: part_received, but a rest is cancelled",
    ]
    PurchaseOrderLine.objects.filter(pk=ten.pk).update(cancelled_quantity=0, received_quantity=7)
    PurchaseOrder.objects.filter(pk=order.pk).update(state="closed", closed_at=timezone.now())
    assert books() == [f"purchase order {order.number}: closed, but pieces are still to come"]
