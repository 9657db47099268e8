"""An import of history taken back."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Sum

from catalog.models import DailySales
from config.kernel.errors import DomainError
from config.kernel.importing.batches import undo_batch
from config.kernel.models import AuditEntry, ImportBatch
from fulfillment.books import checks
from fulfillment.models import Order, OrderLine, Refund, SalesEntry
from fulfillment.services import history_undo
from fulfillment.services.daily import rebuild_stale_days
from membership.models import Purchase, PurchaseRefund
from tests.fulfillment.import_files import generic_row, import_generic, import_rows, retail_row

pytestmark = pytest.mark.django_db
D = Decimal


def test_undo_reverses_ledger_and_facts_and_gives_the_numbers_free(tmp_path: Path) -> None:
    rows = [generic_row("1", quantity=2), generic_row("2", refund="4.00"), generic_row("3", paid="0", state="Unpaid")]
    batch = import_generic(tmp_path, rows)
    undo_batch(batch)
    assert batch.state == ImportBatch.State.UNDONE
    sums = SalesEntry.objects.aggregate(Sum("gross_amount"), Sum("quantity"), Sum("shipping_amount"))
    assert [float(value) for value in sums.values()] == [0, 0, 0]
    assert set(Order.objects.values_list("state", "external_number")) == {
        ("cancelled", f"{number}~{batch.pk}") for number in "123"
    }
    for purchase in Purchase.objects.all():
        back = PurchaseRefund.objects.filter(purchase=purchase).aggregate(Sum("amount"), Sum("goods_units"))
        assert (back["amount__sum"], back["goods_units__sum"]) == (purchase.amount, purchase.goods_units)
    rebuild_stale_days()
    assert not DailySales.objects.exists()
    assert AuditEntry.objects.filter(action="import.undone").count() == 1

    again = import_generic(tmp_path, rows, name="again.csv")
    assert (again.figures["created"], again.figures["unchanged"]) == (3, 0)
    rebuild_stale_days()
    assert sum(DailySales.objects.values_list("units", flat=True)) == 3


def test_undo_twice_or_of_a_batch_that_was_not_applied_is_refused(tmp_path: Path) -> None:
    batch = import_generic(tmp_path, [generic_row("1")])
    undo_batch(batch)
    with pytest.raises(DomainError):
        undo_batch(batch)
    assert SalesEntry.objects.count() == 2


def test_what_was_touched_since_is_not_undone(tmp_path: Path) -> None:
    first = import_generic(tmp_path, [generic_row("1", refund="1.00"), generic_row("2")])
    second = import_generic(tmp_path, [generic_row("1", refund="2.00")], name="b.csv")
    for batch, code in ((first, "import_touched"), (second, "import_changed_orders")):
        with pytest.raises(DomainError) as refusal:
            undo_batch(batch)
        assert refusal.value.code == code
    assert not SalesEntry.objects.filter(source_ref__endswith=":undo").exists()


SALES = (retail_row("1001", "A", 3, "2.00"), retail_row("1001", "POST", 2, "4.00"))
CANCELLED = (
    retail_row("C1", "A", -2, "2.00", at="1/9/2011 9:00"),
    retail_row("C1", "POST", -1, "4.00", at="1/9/2011 9:00"),
    # finds no sale
    retail_row("C2", "A", -1, "9.00", at="1/10/2011 9:00", customer="17852"),
)


def sound() -> None:
    """No check of the books finds anything, before and after the stale days are built."""
    for _turn in range(2):
        assert [problem for check in checks() for problem in check.run()] == []
        rebuild_stale_days()


def value_of_customers() -> list[Decimal]:
    """What each customer bought less what went back."""
    bought = Purchase.objects.values_list("customer").annotate(total=Sum("amount")).order_by("customer")
    back = dict(PurchaseRefund.objects.values_list("customer").annotate(total=Sum("amount")).order_by())
    customers = sorted({customer for customer, _total in bought} | set(back))
    paid = dict(bought)
    return [(paid.get(customer, D(0)) - back.get(customer, D(0))).quantize(D("0.01")) for customer in customers]


def test_a_batch_with_its_own_cancellations_is_undone_and_can_come_again(tmp_path: Path) -> None:
    batch = import_rows(tmp_path, [*SALES, *CANCELLED])
    assert value_of_customers() == [D("6.00"), D("-9.00")]
    undo_batch(batch)
    assert value_of_customers() == [D("0.00"), D("0.00")]
    sound()
    assert not DailySales.objects.exists()
    assert set(Refund.objects.values_list("external_number", "state")) == {
        (f"C1~{batch.pk}", "succeeded"),
        (f"C2~{batch.pk}", "failed"),
    }
    again = import_rows(tmp_path, [*SALES, *CANCELLED], name="again.csv")
    assert (again.figures["created"], again.figures["unchanged"]) == (3, 0)
    assert value_of_customers() == [D("6.00"), D("-9.00")]
    sound()


def test_what_cancellations_took_off_orders_of_another_file_is_put_back(tmp_path: Path) -> None:
    first = import_rows(tmp_path, list(SALES))
    before = list(OrderLine.objects.order_by("pk").values_list("refunded_quantity", "refunded_amount"))
    second = import_rows(tmp_path, list(CANCELLED), name="b.csv")
    order = Order.objects.get(external_number="1001")
    assert order.refunded_amount == D("8.00")
    with pytest.raises(DomainError) as refusal:
        undo_batch(first)
    assert refusal.value.code == "import_touched"
    undo_batch(second)
    order.refresh_from_db()
    assert (order.refunded_amount, order.state) == (D("0.00"), "closed")
    assert list(OrderLine.objects.order_by("pk").values_list("refunded_quantity", "refunded_amount")) == before
    assert value_of_customers() == [D("14.00"), D("0.00")]
    sound()
    assert list(DailySales.objects.values_list("units", "refund_units", "refund_amount")) == [(3, 0, D("0.00"))]
    third = import_rows(tmp_path, list(CANCELLED), name="c.csv")
    assert third.figures["created"] == 2
    assert value_of_customers() == [D("6.00"), D("-9.00")]
    sound()
    for batch in (third, first):
        undo_batch(batch)
        sound()
    assert value_of_customers() == [D("0.00"), D("0.00")]


def test_an_undo_that_broke_off_goes_on_and_takes_nothing_back_twice(tmp_path: Path, monkeypatch) -> None:
    import_rows(tmp_path, list(SALES))
    batch = import_rows(tmp_path, [retail_row("1003", "A", 1, "2.00"), *CANCELLED], name="b.csv")
    reverse, calls = history_undo._reverse_orders, []

    def break_off(*arguments: object) -> None:
        calls.append(arguments)
        raise OSError("no space left")

    monkeypatch.setattr(history_undo, "_reverse_orders", break_off)
    with pytest.raises(OSError, match="no space"):
        undo_batch(batch)
    assert len(calls) == 1
    assert Refund.objects.filter(state="failed").count() == 2
    monkeypatch.setattr(history_undo, "_reverse_orders", reverse)
    batch.refresh_from_db()
    undo_batch(batch)
    assert value_of_customers() == [D("14.00"), D("0.00")]
    assert SalesEntry.objects.filter(source_ref__endswith=":undo:undo").count() == 0
    sound()


def test_cancellations_of_orders_that_are_handled_here_cannot_be_undone(tmp_path: Path) -> None:
    import_rows(tmp_path, list(SALES))
    batch = import_rows(tmp_path, list(CANCELLED), name="b.csv")
    Order.objects.update(is_history=False)
    with pytest.raises(DomainError) as refusal:
        undo_batch(batch)
    assert refusal.value.code == "import_has_cancellations"
    assert not SalesEntry.objects.filter(source_ref__endswith=":undo").exists()


def test_an_adjustment_is_reversed_and_can_come_again(tmp_path: Path) -> None:
    rows = [retail_row("A1", "B", 1, "5.00", customer="")]
    undo_batch(import_rows(tmp_path, rows))
    assert [entry.gross_amount for entry in SalesEntry.objects.order_by("pk")] == [D("5.00"), D("-5.00")]
    again = import_rows(tmp_path, rows)
    assert again.figures["created"] == 1
    assert SalesEntry.objects.count() == 3
