"""An order that a later file tells differently: what goes on, what stays, and what is refused."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from config.kernel.models import ImportRow
from fulfillment.models import Order, OrderEvent, OrderLine, Payment, Refund, SalesEntry
from membership.models import Purchase, PurchaseRefund
from tests.fulfillment.import_files import generic_row, import_generic

pytestmark = pytest.mark.django_db
D = Decimal
UNPAID = {"paid_at": "", "shipped_at": "", "state": "Unpaid", "paid": "0"}
PAID = {"shipped_at": "", "state": "Paid"}


def warnings() -> list[str]:
    return list(ImportRow.objects.order_by("pk").values_list("first_code", flat=True))


def test_an_unpaid_order_has_no_money_rows_until_it_is_paid(tmp_path: Path) -> None:
    import_generic(tmp_path, [generic_row("1", **UNPAID)])
    order = Order.objects.get()
    assert (order.state, order.payment_state, order.payable_amount, order.paid_at) == (
        "new",
        "unpaid",
        D("10.00"),
        None,
    )
    assert (SalesEntry.objects.count(), Payment.objects.count(), Purchase.objects.count()) == (0, 0, 0)

    batch = import_generic(tmp_path, [generic_row("1", quantity=2)], name="later.csv")
    order.refresh_from_db()
    assert (batch.figures["updated"], batch.figures["unchanged"]) == (1, 0)
    assert (order.state, order.payment_state, order.fulfilment_state) == ("closed", "paid", "shipped")
    assert (order.paid_amount, order.paid_on) == (D("20.00"), date(2026, 3, 1))
    assert list(OrderLine.objects.values_list("quantity", "shipped_quantity", "net_amount")) == [(2, 2, D("20.00"))]
    assert SalesEntry.objects.get().gross_amount == D("20.00")
    assert Purchase.objects.get().amount == D("20.00")
    moves = OrderEvent.objects.order_by("pk").values_list("axis", "from_state", "to_state")
    assert list(moves) == [
        ("state", "new", "closed"),
        ("payment", "unpaid", "paid"),
        ("fulfilment", "unshipped", "shipped"),
    ]


def test_a_refund_may_grow_and_only_the_difference_is_booked(tmp_path: Path) -> None:
    import_generic(tmp_path, [generic_row("1", refund="3.00")])
    import_generic(tmp_path, [generic_row("1", refund="10.00")], name="later.csv")
    assert list(Refund.objects.order_by("pk").values_list("amount", flat=True)) == [D("3.00"), D("7.00")]
    line = OrderLine.objects.get()
    assert (line.refunded_quantity, line.refunded_amount) == (1, D("10.00"))
    assert Order.objects.get().refunded_amount == D("10.00")
    assert list(PurchaseRefund.objects.order_by("pk").values_list("amount", "goods_units")) == [
        (D("3.00"), 0),
        (D("7.00"), 1),
    ]
    assert sum(entry.gross_amount for entry in SalesEntry.objects.all()) == 0


def test_booked_lines_and_amounts_stay_whatever_a_later_file_says(tmp_path: Path) -> None:
    import_generic(tmp_path, [generic_row("1", **PAID)])
    batch = import_generic(tmp_path, [generic_row("1", quantity=3)], name="later.csv")
    order = Order.objects.get()
    assert (order.paid_amount, order.payable_amount, order.goods_amount) == (D("10.00"), D("10.00"), D("10.00"))
    assert (order.state, order.fulfilment_state) == ("closed", "shipped")
    assert list(OrderLine.objects.values_list("quantity", "net_amount")) == [(1, D("10.00"))]
    assert SalesEntry.objects.count() == 1
    row = ImportRow.objects.get(batch=batch)
    assert [issue["code"] for issue in row.issues] == ["lines_kept", "paid_amount_kept"]


@pytest.mark.parametrize(
    "older",
    [
        {"paid_at": "", "shipped_at": "", "state": "Unpaid", "paid": "0", "refund": ""},
        {"shipped_at": "", "state": "Paid", "refund": "4.00"},
        {"refund": "1.00"},
    ],
)
def test_a_file_behind_the_books_changes_nothing_and_is_logged(tmp_path: Path, older: dict[str, str]) -> None:
    import_generic(tmp_path, [generic_row("1", refund="4.00")])
    before = [list(model.objects.order_by("pk").values()) for model in (Order, OrderLine, Refund, SalesEntry)]
    batch = import_generic(tmp_path, [generic_row("1", **older)], name="older.csv")
    assert [list(model.objects.order_by("pk").values()) for model in (Order, OrderLine, Refund, SalesEntry)] == before
    assert warnings() == ["order_is_older"]
    assert (batch.figures["updated"], batch.figures["unchanged"]) == (0, 1)


def test_an_order_that_came_in_live_is_not_touched(tmp_path: Path) -> None:
    import_generic(tmp_path, [generic_row("1", **PAID)])
    Order.objects.update(is_history=False)
    import_generic(tmp_path, [generic_row("1")], name="later.csv")
    assert Order.objects.get().state == "confirmed"
    assert warnings() == ["order_is_live"]


def test_a_refund_beyond_the_paid_amount_is_unlinked_and_not_booked_twice(tmp_path: Path) -> None:
    import_generic(tmp_path, [generic_row("1", refund="12.00", paid="10.00", state="Closed")])
    assert Order.objects.get().refunded_amount == D("10.00")
    facts = PurchaseRefund.objects.order_by("pk").values_list("purchase__amount", "amount")
    assert list(facts) == [(D("10.00"), D("10.00")), (None, D("2.00"))]
    import_generic(
        tmp_path, [generic_row("1", refund="12.00", paid="10.00", state="Closed", title="Nut")], name="b.csv"
    )
    assert PurchaseRefund.objects.count() == 2


def test_a_paid_order_given_up_before_dispatch_is_a_cancellation(tmp_path: Path) -> None:
    import_generic(tmp_path, [generic_row("1", shipped_at="", state="Closed", paid="10.00", refund="10.00")])
    assert (Order.objects.get().state, Order.objects.get().fulfilment_state) == ("cancelled", "unshipped")
    assert Refund.objects.get().kind == "cancellation"
    assert list(SalesEntry.objects.order_by("pk").values_list("kind", "gross_amount")) == [
        ("sale", D("10.00")),
        ("cancel_after_pay", D("-10.00")),
    ]
