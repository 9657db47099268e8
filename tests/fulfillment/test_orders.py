"""Live orders: taken in, paid, shipped, held, cancelled, run out."""

import ast
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from config.kernel.errors import DomainError
from config.kernel.models import StaleDay, WorkItem
from fulfillment.books import checks
from fulfillment.models import Order, OrderEvent, Payment, Reservation, SalesEntry, ShortLine, StockBalance
from fulfillment.services.dispatch import ship_lines
from fulfillment.services.orders import (
    cancel_order,
    clear_order,
    close_order,
    expire_unpaid,
    hold_order,
    place_order,
)
from fulfillment.services.payments import record_payment
from fulfillment.services.promises import fill_shortages
from fulfillment.services.refunds import RefundPiece, refund_lines
from fulfillment.services.states import move_order
from fulfillment.services.stock import expire_holds
from membership.models import Purchase
from tests.fulfillment.factories import (
    NOON,
    line_of,
    make_kit,
    make_order,
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
def warehouse(store):
    return make_warehouse("main", store=store)


@pytest.fixture
def sku(warehouse):
    sku = make_sku("apple")
    put_in_stock(sku, warehouse, 10)
    return sku


@pytest.fixture(autouse=True)
def books_agree(db):
    yield
    assert [problem for check in checks() for problem in check.run()] == []


def stock_of(sku) -> tuple[int, int]:
    balance = StockBalance.objects.get(sku=sku)
    return balance.on_hand, balance.reserved


def axes(order) -> tuple[str, str, str]:
    order = Order.objects.get(pk=order.pk)
    return order.state, order.payment_state, order.fulfilment_state


def test_an_unpaid_order_holds_its_pieces_and_is_no_sale(store, sku):
    order = make_order(store, line_of(sku, 3))
    assert axes(order) == ("new", "unpaid", "unshipped")
    assert order.number == "SO26111100001"
    assert stock_of(sku) == (10, 3)
    assert Reservation.objects.get().expires_at == NOON + timedelta(minutes=30)
    assert not SalesEntry.objects.exists()
    assert not Purchase.objects.exists()


def test_the_first_full_payment_books_the_sale_once_and_tells_membership(store, sku):
    order = make_order(store, line_of(sku, 3), shipping=Decimal("5.00"), order_shop_discount=Decimal("2.00"))
    assert order.payable_amount == Decimal("33.00")
    payment = payment_of("33.00", ref="alipay-1")
    first = record_payment(order, payment=payment)
    assert record_payment(order, payment=payment) == first
    assert axes(order) == ("confirmed", "paid", "unshipped")
    columns = ("kind", "line_kind", "quantity", "gross_amount", "discount_amount", "shipping_amount", "cost_amount")
    assert list(SalesEntry.objects.order_by("pk").values_list(*columns)) == [
        ("sale", "goods", 3, Decimal("30.00"), Decimal("2.00"), Decimal("0.00"), Decimal("12.00")),
        ("sale", "shipping", 0, Decimal("0.00"), Decimal("0.00"), Decimal("5.00"), None),
    ]
    purchase = Purchase.objects.get()
    assert (purchase.source_ref, purchase.amount, purchase.goods_amount, purchase.cost) == (
        f"order:{order.number}",
        Decimal("33.00"),
        Decimal("28.00"),
        Decimal("12.00"),
    )
    assert Reservation.objects.get().state == "committed"
    marks = StaleDay.objects.filter(day=date(2026, 11, 11)).values_list("fact", flat=True)
    assert {"sales", "daily_sales", "demand", "store_day"} <= set(marks)


def test_a_payment_reference_names_one_payment(store, sku):
    order, other = make_order(store, line_of(sku)), make_order(store, line_of(sku))
    record_payment(order, payment=payment_of("10.00", ref="alipay-1"))
    with pytest.raises(DomainError) as refusal:
        record_payment(other, payment=payment_of("10.00", ref="alipay-1"))
    assert refusal.value.code == "payment_ref_reused"
    assert axes(other)[1] == "unpaid"
    assert Payment.objects.count() == 1


def test_a_presale_is_booked_when_the_balance_comes_and_keeps_its_pieces_until_then(store, sku):
    order = make_order(store, line_of(sku, 2), is_presale=True)
    record_payment(order, payment=payment_of("5.00", stage="deposit"))
    assert axes(order) == ("new", "partial", "unshipped")
    assert not SalesEntry.objects.exists()
    late = NOON + timedelta(days=20)
    assert expire_holds(now=late) == 0
    assert expire_unpaid(now=late) == 0
    record_payment(order, payment=payment_of("15.00", stage="balance", at=late))
    assert axes(order) == ("confirmed", "paid", "unshipped")
    assert SalesEntry.objects.get().store_date == date(2026, 12, 1)


def test_too_much_money_is_overpaid_and_the_sale_is_what_was_due(store, sku):
    order = make_order(store, line_of(sku), paid="12.00")
    assert axes(order) == ("confirmed", "over", "unshipped")
    assert SalesEntry.objects.get().gross_amount == Decimal("10.00")


def test_a_marketplace_order_is_never_refused_and_what_is_missing_is_a_shortage(store, sku):
    order = make_order(store, line_of(sku, 14), paid="140.00")
    assert stock_of(sku) == (10, 10)
    short = ShortLine.objects.get()
    assert (short.quantity, short.state, short.warehouse.code) == (4, "open", "main")
    item = WorkItem.objects.get(kind="order_short")
    assert item.source_ref == f"order:{order.number}"
    with pytest.raises(DomainError) as refusal:
        ship_lines(order, key="1", shipped_at=NOON)
    assert refusal.value.code == "not_reserved"
    assert axes(order)[2] == "unshipped"
    put_in_stock(sku, short.warehouse, 3)
    assert fill_shortages() == 0
    assert ShortLine.objects.get().quantity == 1
    put_in_stock(sku, short.warehouse, 3)
    assert fill_shortages() == 1
    assert fill_shortages() == 0
    assert (ShortLine.objects.get().state, WorkItem.objects.get(pk=item.pk).state) == ("filled", "done")
    ship_lines(order, key="1", shipped_at=NOON)
    assert axes(order) == ("confirmed", "paid", "shipped")
    assert stock_of(sku) == (2, 0)


def test_what_a_warehouse_holds_back_is_not_promised_and_the_next_one_serves(store):
    near, far = make_warehouse("near", store=store, buffer=4), make_warehouse("far", store=store, priority=2)
    sku = make_sku("pear")
    put_in_stock(sku, near, 6)
    put_in_stock(sku, far, 6)
    for quantity in (2, 3, 5):
        make_order(store, line_of(sku, quantity), placed_at=timezone.now())
    held = Reservation.objects.order_by("pk").values_list("warehouse__code", "quantity")
    assert list(held) == [("near", 2), ("far", 3), ("far", 3)]
    assert ShortLine.objects.get().quantity == 2


def test_an_own_order_is_refused_when_stock_is_short_and_leaves_nothing_behind(store, sku):
    with pytest.raises(DomainError) as refusal:
        place_order(store, order=order_of(line_of(sku, 11)))
    assert refusal.value.detail == {"lines": [{"sku": "apple", "wanted": 11, "available": 10}]}
    assert not Order.objects.exists()
    assert stock_of(sku) == (10, 0)


def test_an_own_order_frees_holds_that_have_run_out(store, sku):
    make_order(store, line_of(sku, 10))
    placed = place_order(store, order=order_of(line_of(sku, 4), placed_at=timezone.now()))
    assert stock_of(sku) == (10, 4)
    assert axes(placed) == ("new", "unpaid", "unshipped")


def test_an_order_paid_after_its_hold_ran_out_is_promised_again(store, sku):
    late = make_order(store, line_of(sku, 8))
    expire_holds(now=NOON + timedelta(hours=1))
    place_order(store, order=order_of(line_of(sku, 5), placed_at=timezone.now()))
    record_payment(late, payment=payment_of("80.00"))
    assert stock_of(sku) == (10, 10)
    assert ShortLine.objects.get().quantity == 3
    assert axes(late) == ("confirmed", "paid", "unshipped")


def test_a_kit_is_promised_shipped_and_booked_by_its_parts(store, warehouse, sku):
    pear = make_sku("pear", cost="2.00")
    put_in_stock(pear, warehouse, 10)
    kit = make_kit("box", parts={sku: 2, pear: 1})
    order = make_order(store, line_of(kit, 3, "9.99"), paid="29.97")
    rows = SalesEntry.objects.order_by("sku__code").values_list(
        "sku__code", "kit__code", "quantity", "gross_amount", "cost_amount"
    )
    assert list(rows) == [
        ("apple", "box", 6, Decimal("19.98"), Decimal("24.00")),
        ("pear", "box", 3, Decimal("9.99"), Decimal("6.00")),
    ]
    line = order.lines.get()
    ship_lines(order, pieces={line.pk: 1}, key="1", shipped_at=NOON)
    assert axes(order)[2] == "part_shipped"
    assert stock_of(sku) == (8, 4)
    ship_lines(order, key="2", shipped_at=NOON)
    assert axes(order)[2] == "shipped"
    assert (stock_of(sku), stock_of(pear)) == ((4, 0), (7, 0))


def test_the_same_parcel_ships_once(store, sku):
    order = make_order(store, line_of(sku, 3), paid="30.00")
    line = order.lines.get()
    for _again in range(2):
        ship_lines(order, pieces={line.pk: 2}, key="parcel-1", shipped_at=NOON)
    line.refresh_from_db()
    assert line.shipped_quantity == 2
    assert stock_of(sku) == (8, 1)
    with pytest.raises(DomainError) as refusal:
        ship_lines(order, pieces={line.pk: 2}, key="parcel-2", shipped_at=NOON)
    assert refusal.value.code == "more_than_left"


def test_an_unpaid_order_is_not_shipped(store, sku):
    order = make_order(store, line_of(sku, 3))
    with pytest.raises(DomainError) as refusal:
        ship_lines(order, key="1", shipped_at=NOON)
    assert refusal.value.code == "order_not_to_ship"
    assert stock_of(sku) == (10, 3)


def test_cancelling_before_payment_frees_what_is_promised_and_nothing_more(store, sku):
    kept, order = make_order(store, line_of(sku, 2)), make_order(store, line_of(sku, 3))
    expire_holds(now=NOON + timedelta(hours=1))
    again = make_order(store, line_of(sku, 4))
    cancel_order(order, reason="changed my mind")
    cancel_order(order, reason="again")
    assert stock_of(sku) == (10, 4)
    cancel_order(again, reason="too")
    assert stock_of(sku) == (10, 0)
    assert axes(order)[0] == "cancelled"
    assert axes(kept)[0] == "new"
    assert not SalesEntry.objects.exists()


def test_cancelling_after_payment_pays_everything_back_on_the_day_of_the_cancellation(store, sku):
    order = make_order(store, line_of(sku, 3), shipping=Decimal("5.00"), paid="35.00")
    cancel_order(order, reason="changed my mind", at=NOON + timedelta(days=2))
    order.refresh_from_db()
    assert (order.state, order.refunded_amount, order.fulfilment_state) == ("cancelled", Decimal("35.00"), "nothing")
    back = SalesEntry.objects.filter(quantity__lt=0).get()
    assert (back.kind, back.store_date, back.quantity, back.gross_amount, back.cost_amount) == (
        "cancel_after_pay",
        date(2026, 11, 13),
        -3,
        Decimal("-30.00"),
        Decimal("-12.00"),
    )
    assert stock_of(sku) == (10, 0)
    assert order.refunds.get().kind == "cancellation"


def test_cancelling_a_presale_gives_the_deposit_back_without_a_sale(store, sku):
    order = make_order(store, line_of(sku, 2), is_presale=True)
    record_payment(order, payment=payment_of("5.00", stage="deposit"))
    cancel_order(order, reason="no balance")
    order.refresh_from_db()
    assert (order.refunded_amount, order.state) == (Decimal("5.00"), "cancelled")
    assert not SalesEntry.objects.exists()
    assert stock_of(sku) == (10, 0)


def test_a_shipped_order_cannot_be_cancelled(store, sku):
    order = make_order(store, line_of(sku, 3), paid="30.00")
    ship_lines(order, pieces={order.lines.get().pk: 1}, key="1", shipped_at=NOON)
    with pytest.raises(DomainError) as refusal:
        cancel_order(order, reason="too late")
    assert refusal.value.code == "order_already_shipped"


def test_unpaid_orders_run_out_and_paid_ones_stay(store, sku):
    unpaid, paid = make_order(store, line_of(sku, 2)), make_order(store, line_of(sku, 3), paid="30.00")
    assert expire_unpaid(now=NOON + timedelta(minutes=29)) == 0
    assert expire_unpaid(now=NOON + timedelta(minutes=30)) == 1
    assert expire_unpaid(now=NOON + timedelta(minutes=31)) == 0
    assert (axes(unpaid)[0], axes(paid)[0]) == ("cancelled", "confirmed")
    assert stock_of(sku) == (10, 3)


def test_money_for_a_cancelled_order_is_noted_and_asks_for_a_person(store, sku):
    order = make_order(store, line_of(sku, 2))
    cancel_order(order, reason="not paid")
    record_payment(order, payment=payment_of("20.00"))
    assert axes(order) == ("cancelled", "paid", "nothing")
    assert WorkItem.objects.get(kind="paid_after_cancel").source_ref == f"order:{order.number}"
    assert not SalesEntry.objects.exists()


def test_an_order_of_gifts_is_paid_when_it_is_placed(store, sku):
    order = make_order(store, line_of(sku, 1, "0.00", kind="gift"))
    assert axes(order) == ("confirmed", "paid", "unshipped")
    assert Reservation.objects.get().state == "committed"
    assert SalesEntry.objects.get().cost_amount == Decimal("4.00")
    assert not Purchase.objects.exists()


def test_a_held_order_is_not_shipped_and_counts_as_a_sale_only_when_cleared(store, sku):
    order = make_order(store, line_of(sku, 2))
    hold_order(order, reason="many orders from one address")
    record_payment(order, payment=payment_of("20.00"))
    assert axes(order) == ("risk_hold", "paid", "unshipped")
    assert not SalesEntry.objects.exists()
    with pytest.raises(DomainError):
        ship_lines(order, key="1", shipped_at=NOON)
    with pytest.raises(DomainError) as refusal:
        refund_lines(order, lines=[RefundPiece(order.lines.get().pk, 1, Decimal(10))], source_ref="r", refunded_at=NOON)
    assert refusal.value.code == "order_not_settled"
    clear_order(order, reason="known buyer")
    assert axes(order)[0] == "confirmed"
    assert SalesEntry.objects.get().store_date == date(2026, 11, 11)
    assert Purchase.objects.count() == 1


def test_every_move_writes_one_event(store, sku):
    order = make_order(store, line_of(sku, 2), paid="20.00")
    ship_lines(order, key="1", shipped_at=NOON)
    close_order(order)
    close_order(order)
    moves = OrderEvent.objects.filter(order=order).exclude(axis="note").order_by("pk")
    assert list(moves.values_list("axis", "from_state", "to_state")) == [
        ("state", "", "new"),
        ("payment", "unpaid", "paid"),
        ("state", "new", "confirmed"),
        ("fulfilment", "unshipped", "shipped"),
        ("state", "confirmed", "closed"),
    ]
    with pytest.raises(DomainError) as refusal:
        cancel_order(order, reason="too late")
    assert refusal.value.code == "order_already_shipped"


def test_a_move_that_was_decided_on_an_older_state_is_refused(store, sku):
    order = make_order(store, line_of(sku, 2))
    as_it_was = Order.objects.get(pk=order.pk)
    cancel_order(order, reason="changed her mind")
    with pytest.raises(DomainError) as refusal:
        move_order(as_it_was, to=Order.State.CONFIRMED)
    assert refusal.value.code == "changed_meanwhile"
    assert axes(order)[0] == "cancelled"


AXES = {"payment_state", "fulfilment_state"}
# The import writes whole past orders, whose states the file tells.
MAY_SET = {"fulfillment/services/states.py", "fulfillment/importing/order_rows.py"}


def test_nobody_but_the_states_service_sets_an_axis_of_an_order():
    root = Path(settings.BASE_DIR)
    offenders = []
    for app in ("fulfillment", "service_desk", "analytics", "config"):
        for path in sorted((root / app).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            if name in MAY_SET or "/migrations/" in name:
                continue
            offenders += [f"{name}:{line}" for line in _axis_writes(ast.parse(path.read_text()))]
    assert offenders == []


def _axis_writes(tree: ast.AST) -> list[int]:
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            parts = [part for target in targets for part in ast.walk(target)]
            lines += [part.lineno for part in parts if isinstance(part, ast.Attribute) and part.attr in AXES]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
            lines += [node.lineno for keyword in node.keywords if keyword.arg in AXES]
            is_order = re.search(r"\bOrder\.objects", ast.unparse(node.func))
            lines += [node.lineno for keyword in node.keywords if is_order and keyword.arg == "state"]
    return lines
