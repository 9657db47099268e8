"""An import of history taken back."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Sum

from catalog.models import DailySales
from config.kernel.errors import DomainError
from config.kernel.importing.batches import undo_batch
from config.kernel.models import AuditEntry, ImportBatch
from fulfillment.models import Order, SalesEntry
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


def test_cancellations_under_numbers_of_their_own_cannot_be_undone(tmp_path: Path) -> None:
    batch = import_rows(
        tmp_path, [retail_row("1001", "A", 1, "2.00"), retail_row("C1", "A", -1, "2.00", at="1/9/2011 9:00")]
    )
    with pytest.raises(DomainError) as refusal:
        undo_batch(batch)
    assert refusal.value.code == "import_has_cancellations"


def test_an_adjustment_is_reversed_and_can_come_again(tmp_path: Path) -> None:
    rows = [retail_row("A1", "B", 1, "5.00", customer="")]
    undo_batch(import_rows(tmp_path, rows))
    assert [entry.gross_amount for entry in SalesEntry.objects.order_by("pk")] == [D("5.00"), D("-5.00")]
    again = import_rows(tmp_path, rows)
    assert again.figures["created"] == 1
    assert SalesEntry.objects.count() == 3
