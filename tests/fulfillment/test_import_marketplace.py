"""A marketplace's export of 2,000 orders becomes exactly what was put into it, as GB18030 text and as a workbook."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Sum

from config.kernel.models import ImportBatch, ImportMapping, ImportRow
from fulfillment.models import Order, OrderLine, Refund, SalesEntry
from membership.models import Customer, Purchase
from tests.fulfillment.import_files import import_file
from tests.fulfillment.marketplace_file import MAPPING, Expected, write_csv, write_xlsx

pytestmark = pytest.mark.django_db
LAYOUT = "marketplace-zh"


def total(rows: object, column: str) -> Decimal:
    found: Decimal | None = rows.aggregate(all=Sum(column))["all"]  # type: ignore[attr-defined]
    return (found or Decimal(0)).quantize(Decimal("0.01"))


def check(batch: ImportBatch, expected: Expected) -> None:
    figures = batch.figures
    assert batch.state == ImportBatch.State.APPLIED
    assert {name: figures[name] for name in ("rows", "orders", "lines", "gifts", "rejected", "customers")} == {
        "rows": expected.rows,
        "orders": expected.orders,
        "lines": expected.lines,
        "gifts": expected.gifts,
        "rejected": expected.rejected,
        "customers": len(expected.customers),
    }
    assert Decimal(figures["net_amount"]) == expected.net_amount
    assert Decimal(figures["refund_amount"]) == expected.refund_amount
    check_tables(expected)
    check_rows(expected)


def check_tables(expected: Expected) -> None:
    orders = Order.objects.all()
    assert (orders.count(), OrderLine.objects.count()) == (expected.orders, expected.lines)
    assert orders.filter(lines__isnull=True).count() == expected.orders_without_lines
    assert Customer.objects.count() == len(expected.customers)
    states = expected.states
    assert orders.filter(state="new").count() == states["unpaid"] + states["deposit_paid"]
    assert orders.filter(state="confirmed").count() == sum(states[name] for name in ("paid", "shipped", "part_shipped"))
    assert orders.filter(payment_state="partial").count() == states["deposit_paid"]
    # The ledger holds what was paid in full less what went back; deposits wait for their balance.
    deposits = total(orders.filter(payment_state="partial"), "paid_amount")
    booked = total(SalesEntry.objects.all(), "gross_amount") - total(SalesEntry.objects.all(), "discount_amount")
    booked += total(SalesEntry.objects.all(), "shipping_amount")
    assert booked == expected.net_amount - deposits
    assert total(Refund.objects.all(), "amount") == expected.refund_amount
    settled = orders.filter(paid_at__isnull=False)
    assert Purchase.objects.count() == settled.filter(paid_amount__gt=0).count()
    for order in settled.prefetch_related("sales_entries"):
        sold = [entry for entry in order.sales_entries.all() if entry.kind == "sale"]
        paid = sum(entry.gross_amount - entry.discount_amount + entry.shipping_amount for entry in sold)
        assert paid == order.paid_amount == order.payable_amount


def check_rows(expected: Expected) -> None:
    """Every error and every warning of every row is kept, and nothing else."""
    found = Counter(
        (row.row_number, issue["column"], issue["code"]) for row in ImportRow.objects.all() for issue in row.issues
    )
    assert set(found) == expected.located
    assert ImportRow.objects.filter(state="rejected").count() == expected.rejected


def test_a_gb18030_file_of_2000_orders_imports_exactly(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    expected = write_csv(path)
    batch = import_file(path, layout=LAYOUT, store="tmall")
    check(batch, expected)
    # masked names and numbers are kept as they came, and no key to anybody
    masked = Order.objects.filter(customer__isnull=True)
    assert any("*" in order.buyer_name for order in masked)
    again = import_file(path, layout=LAYOUT, store="tmall")
    assert (again.figures["unchanged"], again.figures["created"], again.figures["updated"]) == (expected.orders, 0, 0)


def test_the_same_through_a_workbook_with_renamed_headings_and_a_saved_mapping(tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    expected = write_xlsx(path)
    saved = ImportMapping.objects.create(layout=LAYOUT, name="renamed", columns=MAPPING)
    batch = import_file(path, layout=LAYOUT, store="tmall", mapping=saved.columns)
    check(batch, expected)
    assert json.loads(json.dumps(batch.mapping)) == MAPPING
