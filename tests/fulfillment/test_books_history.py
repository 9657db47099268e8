"""The books of imported history: sound after an import and after its undoing, and each tampered row is named."""

from datetime import date
from pathlib import Path

import pytest

from catalog.models import DailySales, Store
from config.kernel.importing.batches import undo_batch
from config.kernel.stale import mark_stale
from fulfillment.books import checks
from fulfillment.models import Order, OrderLine, Refund, RefundLine, SalesEntry
from fulfillment.services.daily import rebuild_stale_days
from fulfillment.services.orders import cancel_order
from membership.models import Purchase, PurchaseRefund
from tests.fulfillment.factories import line_of, make_order, make_sku, make_store, make_warehouse, put_in_stock
from tests.fulfillment.import_files import generic_row, import_generic, import_rows, retail_row
from tests.fulfillment.test_books import change

pytestmark = pytest.mark.django_db
BY_STORE = "ledger = purchases by store"


def problems() -> dict[str, list[str]]:
    found = {check.name: list(check.run()) for check in checks()}
    return {name: sentences for name, sentences in found.items() if sentences}


@pytest.fixture
def history(tmp_path: Path) -> str:
    """Two orders, a cancellation of one of them, one that finds no sale, postage, and a correction of the books."""
    rows = [
        retail_row("1001", "A", 3, "2.00"),
        retail_row("1001", "20001", 1, "5.00"),
        retail_row("1001", "POST", 1, "4.00"),
        retail_row("1002", "A", 2, "2.50", customer="17851"),
        retail_row("C1", "A", -1, "2.00", at="1/9/2011 9:00"),
        retail_row("C2", "A", -1, "9.00", at="1/10/2011 9:00", customer="17852"),
        retail_row("A1", "B", 1, "-5.00", customer="", at="1/11/2011 9:00"),
    ]
    import_rows(tmp_path, rows)
    return Order.objects.get(external_number="1001").number


def test_imported_history_is_sound(history: str) -> None:
    assert problems() == {}
    assert SalesEntry.objects.filter(order__isnull=True).count() == 2
    assert PurchaseRefund.objects.count() == 2
    assert DailySales.objects.count() == 4


def test_refunds_in_an_orders_own_row_are_sound_also_after_an_undo(tmp_path: Path) -> None:
    rows = [
        generic_row("1", quantity=2, postage="3.00", refund="4.00"),
        generic_row("2", refund="25.00"),
        generic_row("3", paid="0", state="Unpaid"),
    ]
    batch = import_generic(tmp_path, rows)
    assert problems() == {}
    undo_batch(batch)
    assert problems() == {}
    rebuild_stale_days()
    assert problems() == {}


def one(model: type, **which: object) -> str:
    """A condition that names one row."""
    return f"id = {model._default_manager.filter(**which).order_by('pk').first().pk}"


def test_a_tampered_sale_is_named(history: str) -> None:
    change(SalesEntry, one(SalesEntry, kind="sale"), gross_amount="gross_amount + 1.00")
    sold = "order_count=2 units=5 gift_units=0 revenue={} cost=None refund_units=0 refund_amount=0.00"
    assert problems() == {
        "ledger = imported orders": [f"order {history}: ledger 14.00, order 13.00"],
        BY_STORE: ["store uk GBP: ledger 10.00, purchases 20.00 less refunds 11.00"],
        "daily sales = ledger": [
            f"uk 2011-01-03 A: ledger {sold.format('12.00')}, daily sales {sold.format('11.00')}",
        ],
    }


def test_a_sale_that_moved_to_another_day_is_named_on_both_days(history: str) -> None:
    change(SalesEntry, one(SalesEntry, sku__code="20001"), store_date="'2011-01-04'")
    found = problems()
    assert list(found) == ["daily sales = ledger"]
    assert [sentence.split(":")[0] for sentence in found["daily sales = ledger"]] == [
        "uk 2011-01-03 20001",
        "uk 2011-01-04 20001",
    ]
    assert "ledger nothing" in found["daily sales = ledger"][0]
    assert found["daily sales = ledger"][1].endswith("daily sales nothing")


def test_a_tampered_day_is_named_unless_it_waits_to_be_built_again(history: str) -> None:
    DailySales.objects.filter(sku__code="20001", day=date(2011, 1, 3)).update(units=7)
    (sentence,) = problems()["daily sales = ledger"]
    assert sentence.startswith("uk 2011-01-03 20001: ledger order_count=1 units=1 ")
    assert "daily sales order_count=1 units=7 " in sentence
    mark_stale("daily_sales", store_code="uk", day=date(2011, 1, 3))
    assert problems() == {}
    rebuild_stale_days()
    assert problems() == {}


def test_a_tampered_order_is_named(history: str) -> None:
    change(Order, f"number = '{history}'", paid_amount="paid_amount + 2.00")
    assert problems() == {
        "ledger = imported orders": [f"order {history}: ledger 13.00, order 15.00"],
        "purchases = paid orders": [f"order {history}: purchase 15.00, order 17.00"],
    }


def test_a_tampered_purchase_is_named(history: str) -> None:
    change(Purchase, f"source_ref = 'order:{history}'", amount="amount + 2.00")
    assert problems() == {
        "purchases = paid orders": [f"order {history}: purchase 17.00, order 15.00"],
        BY_STORE: ["store uk GBP: ledger 9.00, purchases 22.00 less refunds 11.00"],
    }


def test_a_purchase_of_no_order_is_named(history: str) -> None:
    change(Purchase, f"source_ref = 'order:{history}'", source_ref="'order:nobody'")
    assert problems() == {
        "purchases = paid orders": [f"order {history}: purchase None, order 15.00"],
        "purchases without sale": ["purchase order:nobody: there is no such sale"],
    }


def test_a_tampered_refund_is_named(history: str) -> None:
    refund = Refund.objects.get(external_number="C1")
    change(Refund, f"id = {refund.pk}", amount="amount + 1.00")
    assert problems() == {"refunds = their lines": [f"refund {refund.source_ref}: 3.00, lines 2.00"]}


def test_a_tampered_refund_line_is_named(history: str) -> None:
    refund = Refund.objects.get(external_number="C1")
    change(RefundLine, f"refund_id = {refund.pk}", amount="amount + 1.00")
    found = problems()
    assert found["refunds = their lines"] == [f"refund {refund.source_ref}: 2.00, lines 3.00"]
    assert found["refund facts = refunds"] == [f"refund {refund.source_ref}: refund fact 2.00, refund 3.00"]
    assert found["ledger = imported orders"] == [f"order {history}: ledger 13.00, order 12.00"]
    assert len(found["refunds of lines"]) == 1
    assert found["refunds of lines"][0].startswith(f"order {history} line 1: refunded 2.00 and 1 pieces")


def test_a_tampered_line_is_named(history: str) -> None:
    change(OrderLine, one(OrderLine, order__number=history), refunded_quantity="2")
    (sentence,) = problems()["refunds of lines"]
    assert sentence.startswith(f"order {history} line 1: refunded 2.00 and 2 pieces")


def test_a_tampered_refund_without_sale_is_named_by_its_day(history: str) -> None:
    entry = SalesEntry.objects.get(order__isnull=True, kind="refund")
    change(SalesEntry, f"id = {entry.pk}", gross_amount="gross_amount - 0.50")
    found = problems()
    sentence = "store uk 2011-01-10: ledger gave back 9.50 without a sale, refunds 9.00"
    assert found["ledger = refunds without sale"] == [sentence]
    assert found[BY_STORE] == ["store uk GBP: ledger 8.50, purchases 20.00 less refunds 11.00"]
    assert set(found) == {"ledger = refunds without sale", BY_STORE, "daily sales = ledger"}


def test_a_tampered_refund_fact_is_named(history: str) -> None:
    refund = Refund.objects.get(external_number="C2")
    change(PurchaseRefund, f"source_ref = '{refund.source_ref}'", amount="amount + 1.00")
    assert problems() == {
        "refund facts = refunds": [f"refund {refund.source_ref}: refund fact 10.00, refund 9.00"],
        BY_STORE: ["store uk GBP: ledger 9.00, purchases 20.00 less refunds 12.00"],
    }


def test_a_lost_refund_fact_and_one_of_no_refund_are_named(history: str) -> None:
    refund = Refund.objects.get(external_number="C2")
    change(PurchaseRefund, f"source_ref = '{refund.source_ref}'", source_ref="'nobody'")
    assert problems() == {
        "refund facts = refunds": [
            f"refund {refund.source_ref}: refund fact None, refund 9.00",
            "refund fact nobody: there is no such refund",
        ]
    }


def test_a_correction_of_the_books_is_no_purchase(history: str) -> None:
    assert SalesEntry.objects.get(kind="adjustment").gross_amount == -5
    change(SalesEntry, "kind = 'adjustment'", gross_amount="-6.00")
    assert problems() == {}


def test_stores_are_summed_apart(history: str, tmp_path: Path) -> None:
    import_generic(tmp_path, [generic_row("1")], name="b.csv")
    cn = Store.objects.get(code="cn")
    change(SalesEntry, f"store_id = {cn.pk}", discount_amount="discount_amount + 0.10")
    assert problems()[BY_STORE] == ["store cn CNY: ledger 9.90, purchases 10.00 less refunds 0.00"]


def test_what_was_paid_too_much_is_no_refund_of_a_purchase() -> None:
    store, sku = make_store("tmall"), make_sku("apple")
    put_in_stock(sku, make_warehouse("main", store=store), 10)
    order = make_order(store, line_of(sku, 2), paid="25.00")
    cancel_order(order, reason="changed mind")
    assert [fact.amount for fact in PurchaseRefund.objects.all()] == [20]
    assert Refund.objects.get().amount == 25
    rebuild_stale_days()
    assert problems() == {}
