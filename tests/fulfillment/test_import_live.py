"""Orders out of a file that are to be handled here: they reserve stock, and unknown goods are parked."""

from decimal import Decimal
from pathlib import Path

import pytest

from config.kernel.importing.batches import apply_batch, upload_batch
from config.kernel.models import ImportBatch, ImportRow, InboxMessage
from fulfillment.models import Order, Reservation, SalesEntry, StockBalance
from tests.fulfillment.factories import make_listing, make_sku, make_store, make_warehouse, put_in_stock
from tests.fulfillment.import_files import GENERIC, RETAIL, generic_row, retail_row, write_table

pytestmark = pytest.mark.django_db
PAID = {"shipped_at": "", "state": "Paid", "placed_at": "2026-11-20 10:00:00", "paid_at": "2026-11-20 10:05:00"}


@pytest.fixture(autouse=True)
def shop() -> None:
    store = make_store("cn", time_zone="Asia/Shanghai")
    sku = make_sku("A-1")
    make_listing(store, sku)
    put_in_stock(sku, make_warehouse("w", store=store), 5)


def import_live(path: Path, layout: str = "generic") -> ImportBatch:
    return apply_batch(upload_batch(path, layout=layout, store_code="cn", policy="reject-rows", options={"live": True}))


def test_a_live_order_reserves_what_is_there(tmp_path: Path) -> None:
    rows = [generic_row("1", **PAID, quantity=2, postage="6.00", discount="1.00", paid="25.00")]
    batch = import_live(write_table(tmp_path / "f.csv", GENERIC, rows))
    assert (batch.figures["created"], batch.figures["rejected"]) == (1, 0)
    order = Order.objects.get()
    assert (order.is_history, order.state, order.payment_state) == (False, "confirmed", "paid")
    assert (order.payable_amount, order.paid_amount) == (Decimal("25.00"), Decimal("25.00"))
    assert sum(Reservation.objects.values_list("quantity", flat=True)) == 2
    assert StockBalance.objects.get().reserved == 2
    assert SalesEntry.objects.filter(kind="sale").exists()

    again = import_live(write_table(tmp_path / "f.csv", GENERIC, rows))
    assert (again.figures["created"], again.figures["unchanged"]) == (0, 1)
    assert StockBalance.objects.get().reserved == 2


def test_an_order_with_goods_that_nobody_knows_is_parked(tmp_path: Path) -> None:
    rows = [generic_row("1", **PAID, sku="B-9"), generic_row("2", **PAID)]
    import_live(write_table(tmp_path / "f.csv", GENERIC, rows))
    assert list(Order.objects.values_list("external_number", flat=True)) == ["2"]
    assert InboxMessage.objects.get(state="parked").external_id == "1"
    row = ImportRow.objects.get()
    assert (row.unit_key, row.state, row.first_code) == ("1", "warned", "order_parked")


def test_cancellations_of_the_past_are_not_taken_in_live(tmp_path: Path) -> None:
    rows = [retail_row("C1", "A-1", -1, "1.00")]
    import_live(write_table(tmp_path / "f.csv", RETAIL, rows), layout="online-retail")
    assert ImportRow.objects.get().first_code == "not_live"
    assert not SalesEntry.objects.exists()
