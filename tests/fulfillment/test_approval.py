"""From suggestions to purchase orders, and the supplier's minimum order value."""

from decimal import Decimal

import pytest
from django.urls import reverse

from config.kernel.errors import DomainError, InvalidInput
from config.kernel.models import AuditEntry, User
from fulfillment.models import PurchaseOrder, RestockSuggestion
from fulfillment.services.approval import approve_suggestions, orders_below_minimum
from tests.fulfillment.factories import make_restock_run, make_sku, make_suggestion, make_supplier, make_warehouse

pytestmark = pytest.mark.django_db(databases="__all__")
LIST = "admin:fulfillment_restocksuggestion_changelist"


@pytest.fixture
def planner():
    return User.objects.create_user("planner", password="a long pass phrase")


@pytest.fixture
def warehouse():
    return make_warehouse("main")


@pytest.fixture
def run():
    return make_restock_run()


def suggest(run, warehouse, supplier, **values) -> RestockSuggestion:
    return make_suggestion(run, make_sku(), warehouse, supplier, **values)


def ids(*suggestions: RestockSuggestion) -> list[int]:
    return [suggestion.pk for suggestion in suggestions]


def test_suggestions_become_one_order_for_each_supplier(planner, run, warehouse):
    one, other = make_supplier("one"), make_supplier("other")
    chosen = [suggest(run, warehouse, supplier) for supplier in (one, one, other)]
    approval = approve_suggestions(ids(*chosen), actor=planner)
    found = [(order.supplier.code, order.total_amount, order.state, order.note) for order in approval.orders]
    assert found == [("one", Decimal("80.00"), "approved", ""), ("other", Decimal("40.00"), "approved", "")]
    assert approval.skipped == ()
    assert approve_suggestions(ids(*chosen), actor=planner).skipped == tuple(ids(*chosen))
    assert PurchaseOrder.objects.count() == 2


def test_an_order_below_the_minimum_is_refused_and_nothing_is_ordered(planner, run, warehouse):
    small, fine = make_supplier("small", minimum="40.01"), make_supplier("fine", minimum="40.00")
    chosen = [suggest(run, warehouse, small), suggest(run, warehouse, fine)]
    with pytest.raises(DomainError) as refusal:
        approve_suggestions(ids(*chosen), actor=planner)
    assert refusal.value.code == "below_minimum_order"
    assert refusal.value.detail == {
        "orders": [
            {
                "supplier": "small",
                "warehouse": "main",
                "currency": "CNY",
                "value": "40.00",
                "minimum": "40.01",
                "shortfall": "0.01",
            }
        ]
    }
    assert "40.01" in str(refusal.value)
    assert not PurchaseOrder.objects.exists()
    assert set(RestockSuggestion.objects.values_list("state", flat=True)) == {"open"}


def test_the_minimum_is_asked_of_each_order_not_of_the_supplier(planner, run, warehouse):
    supplier = make_supplier(minimum="70.00")
    apart = [suggest(run, warehouse, supplier), suggest(run, make_warehouse("second"), supplier)]
    assert [low.shortfall for low in orders_below_minimum(apart)] == [Decimal("30.00")] * 2
    together = [apart[0], suggest(run, warehouse, supplier)]
    assert orders_below_minimum(together) == []


def test_goods_without_a_cost_count_as_nothing(planner, run, warehouse):
    low = suggest(run, warehouse, make_supplier(minimum="1.00"))
    RestockSuggestion.objects.update(unit_cost=None, value=None)
    low.refresh_from_db()
    assert [one.value for one in orders_below_minimum([low])] == [Decimal(0)]


def test_below_the_minimum_it_is_ordered_with_a_reason_that_is_kept(planner, run, warehouse):
    small, fine = make_supplier("small", minimum="100"), make_supplier("fine")
    chosen = ids(suggest(run, warehouse, small), suggest(run, warehouse, fine))
    with pytest.raises(InvalidInput) as refusal:
        approve_suggestions(chosen, actor=planner, accept_below_minimum=True, reason="  ")
    assert refusal.value.code == "below_minimum_needs_reason"
    assert not PurchaseOrder.objects.exists()
    approve_suggestions(chosen, actor=planner, accept_below_minimum=True, reason=" sold out for 11.11 ")
    notes = dict(PurchaseOrder.objects.values_list("supplier__code", "note"))
    assert notes == {"small": "sold out for 11.11", "fine": ""}
    entries = {entry.reason: entry.after for entry in AuditEntry.objects.filter(action="purchase_order.approved")}
    assert set(entries) == {"sold out for 11.11", ""}
    assert entries["sold out for 11.11"]["below_minimum"]["shortfall"] == "60.00"
    assert "below_minimum" not in entries[""]


def test_a_suggestion_without_supplier_is_not_approved(planner, run, warehouse):
    with pytest.raises(DomainError) as refusal:
        approve_suggestions(ids(suggest(run, warehouse, None)), actor=planner)
    assert refusal.value.code == "no_supplier"


def press(client, *chosen: RestockSuggestion, **values: str):
    data = {"action": "approve_selected", "_selected_action": ids(*chosen), **values}
    return client.post(reverse(LIST), data)


def test_the_page_shows_the_shortfall_and_asks_for_a_reason(admin_client, run, warehouse):
    low = suggest(run, warehouse, make_supplier("small", minimum="100"))
    asked = press(admin_client, low)
    assert asked.status_code == 200
    assert "60.00" in asked.content.decode()
    assert 'name="reason"' in asked.content.decode()
    # A press without a reason asks again.
    assert press(admin_client, low, confirmed="1").status_code == 200
    assert not PurchaseOrder.objects.exists()
    assert press(admin_client, low, confirmed="1", reason="urgent").status_code == 302
    assert PurchaseOrder.objects.get().note == "urgent"


def test_the_page_asks_for_no_reason_where_the_minimum_is_met(admin_client, run, warehouse):
    fine = suggest(run, warehouse, make_supplier(minimum="40"))
    assert 'name="reason"' not in press(admin_client, fine).content.decode()
    assert press(admin_client, fine, confirmed="1").status_code == 302
    assert PurchaseOrder.objects.get().total_amount == Decimal("40.00")
