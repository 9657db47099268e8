"""Purchase and refund facts: noted once, with exact rows."""

from datetime import date
from decimal import Decimal

import pytest

from membership.models import Purchase, PurchaseLine, PurchaseRefund
from membership.queries import order_values
from membership.services import PurchaseFactLine, record_purchases, record_refunds
from tests.membership.factories import make_customer, make_sku, make_store, noon, purchase, refund

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)


def test_a_purchase_is_noted_with_its_lines():
    store, customer, sku = make_store(currency="GBP"), make_customer(), make_sku()
    fact = purchase("order:1", customer, store, DAY, "30.00", sku=sku, units=3, currency="GBP", base=Decimal("280.50"))
    assert record_purchases([fact]) == 1
    row = Purchase.objects.get()
    assert (row.source_ref, row.checkout_ref, row.customer, row.store) == ("order:1", "order:1", customer, store)
    assert (row.paid_at, row.paid_on, row.currency) == (noon(DAY), DAY, "GBP")
    assert (row.amount, row.base_amount, row.goods_amount) == (Decimal("30.00"), Decimal("280.50"), Decimal("30.00"))
    assert (row.goods_units, row.cost) == (3, None)
    lines = list(PurchaseLine.objects.values_list("purchase_id", "sku_id", "quantity", "net_amount", "cost"))
    assert lines == [(row.pk, sku.pk, 3, Decimal("30.00"), None)]


def test_the_same_purchases_again_change_nothing():
    store, customer = make_store(), make_customer()
    first = purchase("order:1", customer, store, DAY, "30.00")
    record_purchases([first])
    changed = purchase("order:1", customer, store, DAY, "99.00", units=9)
    assert record_purchases([changed, purchase("order:2", customer, store, DAY, "5.00")]) == 1
    amounts = dict(Purchase.objects.values_list("source_ref", "amount"))
    assert amounts == {"order:1": Decimal("30.00"), "order:2": Decimal("5.00")}
    assert PurchaseLine.objects.count() == 2


def test_a_reference_twice_in_one_report_is_one_purchase_with_one_set_of_lines():
    store, customer = make_store(), make_customer()
    twice = [purchase("order:1", customer, store, DAY, amount, units=units) for amount, units in (("30", 3), ("40", 4))]
    assert record_purchases(twice) == 1
    assert [(row.amount, row.goods_units) for row in Purchase.objects.all()] == [(Decimal("30.00"), 3)]
    assert list(PurchaseLine.objects.values_list("quantity", flat=True)) == [3]


def test_a_guest_has_a_purchase_without_customer():
    record_purchases([purchase("order:1", None, make_store(), DAY, "1.00", units=0)])
    assert Purchase.objects.get().customer is None
    assert not PurchaseLine.objects.exists()


def test_hundreds_of_purchases_take_as_many_queries_as_a_few(django_assert_max_num_queries):
    store, customer = make_store(), make_customer()

    def facts(first, count):
        return [purchase(f"order:{first + number}", customer, store, DAY, "1.00") for number in range(count)]

    with django_assert_max_num_queries(4):  # a savepoint, its release, purchases, lines
        record_purchases(facts(0, 5))
    # Only the limit of parameters of one statement makes more of them.
    with django_assert_max_num_queries(12):
        record_purchases(facts(100, 300))
    assert Purchase.objects.count() == PurchaseLine.objects.count() == 305


def test_refunds_find_their_purchase_or_stay_unlinked():
    store, customer = make_store(), make_customer()
    record_purchases([purchase("order:1", customer, store, DAY, "30.00", units=3)])
    facts = [
        refund("refund:1", customer, store, date(2026, 6, 3), "10.00", of="order:1", units=1),
        refund("refund:2", customer, store, date(2026, 6, 4), "7.00"),
        refund("refund:3", customer, store, date(2026, 6, 5), "2.00", of="order:unknown"),
    ]
    assert record_refunds(facts) == 3
    rows = PurchaseRefund.objects.order_by("source_ref")
    assert list(rows.values_list("source_ref", "purchase__source_ref", "amount", "goods_units")) == [
        ("refund:1", "order:1", Decimal("10.00"), 1),
        ("refund:2", None, Decimal("7.00"), 0),
        ("refund:3", None, Decimal("2.00"), 0),
    ]
    assert record_refunds(facts) == 0
    assert PurchaseRefund.objects.count() == 3


def test_goods_units_are_the_sum_of_the_lines():
    store, sku = make_store(), make_sku()
    fact = purchase("order:1", None, store, DAY, "9.00")
    lines = [PurchaseFactLine(sku.pk, 2, Decimal("4.00")), PurchaseFactLine(None, 5, Decimal("5.00"), Decimal("1.25"))]
    object.__setattr__(fact, "lines", lines)
    record_purchases([fact])
    assert Purchase.objects.get().goods_units == 7
    assert list(PurchaseLine.objects.order_by("pk").values_list("quantity", "cost")) == [
        (2, None),
        (5, Decimal("1.25")),
    ]


def test_order_values_are_those_of_the_store_and_the_days():
    store, other = make_store(), make_store()
    record_purchases(
        [
            purchase("a", None, store, DAY, "20.00"),
            purchase("b", None, store, date(2026, 6, 30), "10.00"),
            purchase("c", None, store, date(2026, 7, 1), "99.00"),
            purchase("d", None, other, DAY, "98.00"),
        ]
    )
    assert order_values(store, first=DAY, last=date(2026, 6, 30)) == [Decimal("10.00"), Decimal("20.00")]
