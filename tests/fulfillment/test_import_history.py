"""Orders of the past out of files: what is written, and what is not."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import DailySales, Sku, Store
from config.kernel.models import AuditEntry, ImportBatch, ImportRow, StaleDay
from fulfillment.models import (
    Order,
    OrderLine,
    Payment,
    Refund,
    RefundLine,
    Reservation,
    SalesEntry,
    StockMovement,
)
from membership.models import Customer, Purchase, PurchaseLine, PurchaseRefund
from tests.fulfillment.import_files import import_rows, retail_row

pytestmark = pytest.mark.django_db
D = Decimal


def ledger() -> list[tuple[object, ...]]:
    columns = ("kind", "line_kind", "sku__code", "quantity", "gross_amount", "discount_amount", "shipping_amount")
    return list(SalesEntry.objects.order_by("pk").values_list(*columns))


def test_an_invoice_becomes_an_order_with_ledger_payment_and_purchase_fact(tmp_path: Path) -> None:
    batch = import_rows(
        tmp_path,
        [
            retail_row("536365", "85123a", 6, "2.55"),
            retail_row("536365", "POST", 1, "18.00"),
            retail_row("536365", "GIFT1", 2, "0"),
            retail_row("536365", "M", 1, "3.00"),
            retail_row("536365", "gift_0001_20", 1, "20.00"),
        ],
    )
    assert batch.state == ImportBatch.State.APPLIED
    order = Order.objects.get()
    assert (order.number, order.external_number, order.is_history) == ("SO11010300001", "536365", True)
    assert (order.state, order.payment_state, order.fulfilment_state) == ("closed", "paid", "shipped")
    assert (order.currency, order.payable_amount, order.paid_amount) == ("GBP", D("56.30"), D("56.30"))
    assert (order.goods_amount, order.shipping_amount) == (D("38.30"), D("18.00"))
    assert (order.placed_on, order.paid_on) == (date(2011, 1, 3), date(2011, 1, 3))
    lines = OrderLine.objects.order_by("number").values_list("kind", "sku__code", "quantity", "net_amount")
    assert list(lines) == [
        ("goods", "85123A", 6, D("15.30")),
        ("shipping", None, 1, D("18.00")),
        ("gift", "GIFT1", 2, D("0.00")),
        ("fee", None, 1, D("3.00")),
        ("voucher", None, 1, D("20.00")),
    ]
    assert ledger() == [
        ("sale", "goods", "85123A", 6, D("15.30"), D(0), D(0)),
        ("sale", "shipping", None, 0, D(0), D(0), D("18.00")),
        ("sale", "gift", "GIFT1", 2, D(0), D(0), D(0)),
        ("sale", "fee", None, 0, D("3.00"), D(0), D(0)),
        ("sale", "voucher", None, 0, D("20.00"), D(0), D(0)),
    ]
    assert list(Payment.objects.values_list("amount", "currency")) == [(D("56.30"), "GBP")]
    purchase = Purchase.objects.get()
    assert (purchase.source_ref, purchase.amount, purchase.goods_amount) == (
        f"order:{order.number}",
        D("56.30"),
        D("15.30"),
    )
    assert (purchase.goods_units, purchase.customer, purchase.base_amount) == (6, order.customer, None)
    assert list(PurchaseLine.objects.values_list("sku__code", "quantity", "net_amount")) == [("85123A", 6, D("15.30"))]


def test_history_moves_no_stock_and_makes_store_and_skus_in_the_layouts_currency(tmp_path: Path) -> None:
    import_rows(tmp_path, [retail_row("536365", "85123A", 6, "2.55")])
    store = Store.objects.get()
    assert (store.code, store.currency, store.time_zone) == ("uk", "GBP", "Europe/London")
    assert list(Sku.objects.values_list("code", "product__is_provisional")) == [("85123A", True)]
    assert not StockMovement.objects.exists()
    assert not Reservation.objects.exists()


def test_a_charge_at_price_zero_is_a_gift_but_no_sku(tmp_path: Path) -> None:
    import_rows(tmp_path, [retail_row("536365", "POST", 1, "0"), retail_row("536365", "A", 1, "1.00")])
    assert list(OrderLine.objects.order_by("number").values_list("kind", "sku__code")) == [
        ("gift", None),
        ("goods", "A"),
    ]


def test_a_cancellation_takes_back_the_latest_line_of_the_same_price_and_splits(tmp_path: Path) -> None:
    import_rows(
        tmp_path,
        [
            retail_row("1001", "A", 5, "2.00", at="1/3/2011 10:00"),
            retail_row("1002", "A", 4, "2.50", at="1/4/2011 10:00"),
            retail_row("C1003", "A", -7, "2.00", at="1/5/2011 10:00"),
        ],
    )
    lines = OrderLine.objects.order_by("order__external_number")
    assert list(lines.values_list("refunded_quantity", "refunded_amount")) == [(5, D("10.00")), (2, D("4.00"))]
    assert list(Order.objects.order_by("pk").values_list("refunded_amount", flat=True)) == [D("10.00"), D("4.00")]
    refunds = Refund.objects.order_by("pk")
    assert list(refunds.values_list("order__external_number", "amount", "refunded_on", "external_number")) == [
        ("1001", D("10.00"), date(2011, 1, 5), "C1003"),
        ("1002", D("4.00"), date(2011, 1, 5), "C1003"),
    ]
    assert list(PurchaseRefund.objects.order_by("pk").values_list("purchase__amount", "amount", "goods_units")) == [
        (D("10.00"), D("10.00"), 5),
        (D("10.00"), D("4.00"), 2),
    ]
    back = SalesEntry.objects.filter(kind="refund").order_by("pk")
    assert list(back.values_list("quantity", "gross_amount", "store_date")) == [
        (-5, D("-10.00"), date(2011, 1, 5)),
        (-2, D("-4.00"), date(2011, 1, 5)),
    ]


def test_a_cancellation_in_a_later_file_takes_back_lines_of_an_earlier_one(tmp_path: Path) -> None:
    import_rows(tmp_path, [retail_row("1001", "A", 5, "2.00", at="1/3/2011 10:00")])
    import_rows(tmp_path, [retail_row("C1003", "A", -2, "2.00", at="1/5/2011 10:00")], name="later.csv")
    assert RefundLine.objects.get().order_line == OrderLine.objects.get()
    assert OrderLine.objects.get().refunded_quantity == 2


def test_what_finds_no_earlier_line_is_an_unlinked_refund(tmp_path: Path) -> None:
    import_rows(
        tmp_path,
        [
            retail_row("C1001", "A", -1, "2.00", at="1/2/2011 10:00"),
            retail_row("1002", "A", 5, "2.00", at="1/3/2011 10:00"),
            retail_row("1003", "A", 5, "2.00", at="1/3/2011 11:00", customer="9"),
            retail_row("C1004", "A", -1, "2.00", at="1/5/2011 10:00", customer=""),
            retail_row("C1005", "D", -1, "3.00", at="1/5/2011 10:00"),
        ],
    )
    known = Customer.objects.order_by("pk").first()
    refunds = Refund.objects.order_by("pk")
    assert [(one.external_number, one.order, one.customer, one.amount) for one in refunds] == [
        ("C1001", None, known, D("2.00")),
        ("C1004", None, None, D("2.00")),
        ("C1005", None, known, D("3.00")),
    ]
    assert not OrderLine.objects.filter(refunded_quantity__gt=0).exists()
    assert list(PurchaseRefund.objects.values_list("purchase", flat=True)) == [None, None, None]
    rebate = SalesEntry.objects.get(line_kind="discount")
    assert (rebate.gross_amount, rebate.discount_amount) == (D(0), D("3.00"))


def test_postage_is_taken_back_from_postage(tmp_path: Path) -> None:
    import_rows(
        tmp_path,
        [
            retail_row("1001", "A", 1, "2.00"),
            retail_row("1001", "POST", 1, "18.00"),
            retail_row("C1002", "POST", -1, "18.00", at="1/5/2011 10:00"),
        ],
    )
    entry = SalesEntry.objects.get(kind="shipping_refund")
    assert (entry.shipping_amount, entry.order_line.kind) == (D("-18.00"), "shipping")
    assert PurchaseRefund.objects.get().goods_units == 0


def test_adjustments_are_entries_without_order_and_stock_notes_are_only_counted(tmp_path: Path) -> None:
    batch = import_rows(
        tmp_path,
        [
            retail_row("A563185", "B", 1, "11062.06", customer=""),
            retail_row("536589", "A", -10, "0", customer=""),
            retail_row("536590", "A", 1, "1.00", customer=""),
        ],
    )
    assert (batch.figures["adjustments"], batch.figures["stock_notes"], batch.figures["orders"]) == (1, 1, 1)
    entry = SalesEntry.objects.get(kind="adjustment")
    assert (entry.gross_amount, entry.order, entry.store_date) == (D("11062.06"), None, date(2011, 1, 3))
    assert Order.objects.count() == 1
    assert Purchase.objects.get().customer is None
    assert not Customer.objects.exists()


def test_an_order_with_nothing_paid_is_no_purchase(tmp_path: Path) -> None:
    import_rows(tmp_path, [retail_row("536590", "A", 1, "0")])
    assert Order.objects.get().payment_state == "paid"
    assert (Payment.objects.count(), Purchase.objects.count()) == (0, 0)
    assert ledger() == [("sale", "gift", "A", 1, D(0), D(0), D(0))]


def test_daily_sales_are_built_at_the_end_and_refunds_stand_on_their_own_day(tmp_path: Path) -> None:
    import_rows(
        tmp_path,
        [
            retail_row("1001", "A", 5, "2.00", at="1/3/2011 10:00"),
            retail_row("1002", "A", 1, "2.00", at="1/3/2011 11:00"),
            retail_row("1002", "A", 1, "0", at="1/3/2011 11:00"),
            retail_row("C1003", "A", -2, "2.00", at="1/5/2011 10:00"),
        ],
    )
    columns = ("day", "order_count", "units", "gift_units", "revenue", "refund_units", "refund_amount")
    assert list(DailySales.objects.order_by("day").values_list(*columns)) == [
        (date(2011, 1, 3), 2, 6, 1, D("12.00"), 0, D("0.00")),
        (date(2011, 1, 5), 0, 0, 0, D("0.00"), 2, D("4.00")),
    ]
    # only analytics' own marks are left
    assert set(StaleDay.objects.values_list("fact", flat=True)) == {"store_day"}


def test_a_second_import_of_the_same_file_changes_nothing(tmp_path: Path) -> None:
    rows = [
        retail_row("1001", "A", 5, "2.00"),
        retail_row("C1002", "A", -2, "2.00", at="1/5/2011 10:00"),
        retail_row("A1003", "B", 1, "-5.00", customer=""),
    ]
    first = import_rows(tmp_path, rows)
    before = {model: list(model.objects.order_by("pk").values()) for model in WRITTEN}
    second = import_rows(tmp_path, rows)
    assert first.pk != second.pk
    assert {model: list(model.objects.order_by("pk").values()) for model in WRITTEN} == before
    assert (second.figures["unchanged"], second.figures["created"]) == (3, 0)
    same = {"rows", "orders", "lines", "customers", "cancellations", "net_amount", "adjustments"}
    assert {name: first.figures[name] for name in same} == {name: second.figures[name] for name in same}


WRITTEN = (
    Order, OrderLine, Payment, Refund, RefundLine, SalesEntry, Purchase, PurchaseLine, PurchaseRefund, Customer, Sku,
    Store, DailySales,
)  # fmt: skip


def test_a_cancellation_or_adjustment_that_comes_again_with_other_content_is_left_and_said(tmp_path: Path) -> None:
    import_rows(tmp_path, [retail_row("C1", "A", -1, "2.00"), retail_row("A2", "B", 1, "5.00", customer="")])
    again = import_rows(
        tmp_path, [retail_row("C1", "A", -3, "2.00"), retail_row("A2", "B", 1, "6.00", customer="")], name="b.csv"
    )
    assert Refund.objects.get().amount == D("2.00")
    assert SalesEntry.objects.get(kind="adjustment").gross_amount == D("5.00")
    rows = ImportRow.objects.filter(batch=again).order_by("row_number").values_list("state", "first_code")
    assert list(rows) == [("warned", "cancellation_differs"), ("warned", "adjustment_differs")]


def test_bad_rows_reject_their_whole_order_and_are_kept_encrypted(tmp_path: Path) -> None:
    batch = import_rows(
        tmp_path,
        [
            retail_row("1001", "A", 1, "2.00"),
            retail_row("1002", "A", 1, "two"),
            retail_row("1002", "B", 1, "2.00", title="SECRET"),
        ],
    )
    assert batch.state == ImportBatch.State.APPLIED
    assert list(Order.objects.values_list("external_number", flat=True)) == ["1001"]
    assert batch.figures["rejected"] == 2
    rows = ImportRow.objects.order_by("row_number")
    assert list(rows.values_list("row_number", "unit_key", "state", "first_code")) == [
        (3, "1002", "rejected", "not_a_number"),
        (4, "1002", "rejected", "unit_rejected"),
    ]
    assert "SECRET" in rows[1].raw
    with connection.cursor() as cursor:
        cursor.execute("SELECT raw FROM kernel_importrow")
        assert not any("SECRET" in raw for (raw,) in cursor.fetchall())


def test_an_import_is_one_entry_in_the_audit_trail(tmp_path: Path) -> None:
    batch = import_rows(tmp_path, [retail_row("1001", "A", 1, "2.00")])
    entry = AuditEntry.objects.get(action="import.applied")
    assert (entry.batch_ref, entry.store_code, entry.after["orders"]) == (f"import:{batch.pk}", "uk", 1)


def test_the_number_of_queries_does_not_grow_with_the_orders(tmp_path: Path) -> None:
    def queries(orders: range) -> int:
        rows = [retail_row(str(1000 + at), f"S{at}", 1, "1.00", customer=str(at)) for at in orders]
        with CaptureQueriesContext(
            connection,
        ) as found:
            import_rows(tmp_path, rows, name=f"{orders.start}.csv")
        return len(found)

    few, many = queries(range(10)), queries(range(100, 145))
    assert many <= few + 10
