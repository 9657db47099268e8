"""An order below its supplier's minimum is filled up with what is due next; a person may decline."""

from decimal import Decimal

import pytest
from django.urls import reverse

from catalog.models import Sku
from config.kernel.errors import DomainError
from config.kernel.models import AuditEntry, User
from config.roles import install_roles
from fulfillment.models import PurchaseOrder, PurchaseOrderLine, SupplierItem
from fulfillment.services.approval import approve_suggestions
from fulfillment.services.fill_up import fill_up_of
from fulfillment.services.suggestions import edit_suggestion
from tests.fulfillment.factories import (
    make_restock_run,
    make_sku,
    make_suggestion,
    make_supplier,
    make_warehouse,
    put_in_stock,
)
from tests.fulfillment.restock_people import forecast_of, get, person, post, text_of

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def roles():
    install_roles()


@pytest.fixture
def planner():
    return person("supply_planner")


@pytest.fixture
def warehouse():
    return make_warehouse("main")


@pytest.fixture
def run():
    return make_restock_run()


@pytest.fixture
def supplier():
    return make_supplier(minimum="100.00", lead_days=Decimal(7))


@pytest.fixture
def sold(run, warehouse, supplier):
    """A SKU of the supplier that sells two a day, at 4.00 in packs of four, with so many in stock."""

    def make(code, *, stock, daily=2.0, **terms):
        sku = make_sku(code)
        SupplierItem.objects.create(supplier=supplier, sku=sku, unit_cost=Decimal(4), pack_units=4, **terms)
        forecast_of(run, sku, warehouse, daily_mean=daily)
        if stock:
            put_in_stock(sku, warehouse, quantity=stock)
        return sku

    return make


def asked(run, sku, warehouse, supplier):
    return make_suggestion(run, sku, warehouse, supplier, quantity=10)


def shown(fill):
    return [(line.code, line.suggested, line.extra) for line in fill.lines]


def test_what_is_due_next_is_taken_first_in_whole_packs(run, warehouse, supplier, sold):
    # After the order the asked one lasts (0 + 10) / 2 = 5 days, the next 12 / 2 = 6, the last 20 / 2 = 10.
    one = asked(run, sold("asked", stock=0), warehouse, supplier)
    sold("next", stock=12)
    sold("last", stock=20)
    fill = fill_up_of([one])
    # 60.00 are missing: 16 pieces in packs of four are 64.00, and the asked one has room for 30 days of 2 less its 10.
    assert shown(fill) == [("asked", 10, 16)]
    assert (fill.cost, fill.units, fill.lines[0].cover_days) == (Decimal("64.00"), 16, 13)


def test_other_skus_of_the_supplier_come_along_when_the_asked_ones_are_full(run, warehouse, supplier, sold):
    one = asked(run, sold("asked", stock=44), warehouse, supplier)
    sold("later", stock=20)
    sold("next", stock=8)
    # The asked one has room for 60 - 54 = 6, one pack; the other is due first and has room for 52.
    assert shown(fill_up_of([one])) == [("next", 0, 16)]


def test_what_was_refused_waits_has_no_cost_or_another_supplier_is_left_out(run, warehouse, supplier, sold):
    one = asked(run, sold("asked", stock=50), warehouse, supplier)
    make_suggestion(run, sold("waits", stock=0), warehouse, supplier)
    refused = make_suggestion(run, sold("refused", stock=0), warehouse, supplier)
    refused.state = "rejected"
    refused.save()
    costless = sold("costless", stock=0)
    SupplierItem.objects.filter(sku=costless).update(unit_cost=None)
    Sku.objects.filter(pk=costless.pk).update(unit_cost=None)
    sold("unsold", stock=0, daily=0.0)
    forecast_of(run, make_sku("foreign"), warehouse)
    sold("full", stock=58)
    assert fill_up_of([one]) is None


def test_an_order_above_the_minimum_needs_no_fill_up(run, warehouse, supplier, sold):
    supplier.minimum_order_amount = Decimal("40.00")
    supplier.save()
    assert fill_up_of([asked(run, sold("asked", stock=0), warehouse, supplier)]) is None


def approving(planner, page, **values):
    plan = page.context["plans"][0]
    sent = {"seen": page.context["seen"], f"{plan.code}-seen": plan.seen_fill, plan.code: "yes", **values}
    return planner.post(reverse("restock:approve"), sent)


def test_it_is_shown_first_and_then_ordered_as_shown(planner, run, warehouse, supplier, sold):
    one = asked(run, sold("asked", stock=44), warehouse, supplier)
    sold("next", stock=8)
    page = post(planner, "approve", chosen=one.pk)
    plan = page.context["plans"][0]
    assert (plan.is_filled, plan.shortfall, plan.filled_value) == (True, 60, Decimal("104.00"))
    assert "Fill up with 16 pieces for ¥64.00: the order is then worth ¥104.00" in text_of(page)
    assert page.context["needs_reason"] is False
    assert not PurchaseOrder.objects.exists()
    for _press in range(2):
        assert approving(planner, page).status_code == 302
    order = PurchaseOrder.objects.get()
    assert (order.total_amount, order.note) == (Decimal("104.00"), "")
    lines = order.lines.order_by("sku__code").values_list("sku__code", "quantity", "filled_up_quantity", "suggestion")
    assert list(lines) == [("asked", 10, 0, one.pk), ("next", 16, 16, None)]
    entry = AuditEntry.objects.get(action="purchase_order.approved")
    assert entry.after["filled_up"] == {"cost": "64.00", "skus": {"next": 16}}
    assert "16 of them to reach the minimum order" in text_of(get(planner, "order", order.pk))


def test_it_can_be_declined_with_a_reason(planner, run, warehouse, supplier, sold):
    one = asked(run, sold("asked", stock=0), warehouse, supplier)
    page = post(planner, "approve", chosen=one.pk)
    code = page.context["plans"][0].code
    refused = approving(planner, page, **{code: "no"})
    assert (refused.status_code, PurchaseOrder.objects.count()) == (200, 0)
    assert refused.context["plans"][0].is_filled is False
    approving(planner, page, **{code: "no"}, reason="season ends")
    order = PurchaseOrder.objects.get()
    assert (order.total_amount, order.note) == (Decimal("40.00"), "season ends")
    assert PurchaseOrderLine.objects.get().filled_up_quantity == 0


def test_another_offer_than_the_shown_one_is_shown_before_it_is_ordered(planner, run, warehouse, supplier, sold):
    one = asked(run, sold("asked", stock=44), warehouse, supplier)
    sku = sold("next", stock=8)
    page = post(planner, "approve", chosen=one.pk)
    put_in_stock(sku, warehouse, quantity=44)
    answer = approving(planner, page)
    assert answer.status_code == 409
    assert not PurchaseOrder.objects.exists()
    assert "has changed. Look once more" in text_of(answer)


def test_an_offer_that_no_longer_holds_orders_nothing(run, warehouse, supplier, sold):
    one = asked(run, sold("asked", stock=44), warehouse, supplier)
    sku = sold("next", stock=8)
    fill = fill_up_of([one])
    put_in_stock(sku, warehouse, quantity=4)
    supplier.minimum_order_amount = Decimal("90.00")
    supplier.save()
    with pytest.raises(DomainError) as refusal:
        approve_suggestions([one.pk], actor=User.objects.create_user("p"), fill_ups={(supplier.pk, warehouse.pk): fill})
    assert refusal.value.code == "fill_up_changed"
    assert not PurchaseOrder.objects.exists()
    one.refresh_from_db()
    assert one.state == "open"


@pytest.mark.parametrize("count", [2, 20])
def test_an_offer_asks_the_same_whatever_the_number_of_skus(
    run, warehouse, supplier, sold, count, django_assert_num_queries
):
    supplier.minimum_order_amount = Decimal(count * 60)
    supplier.save()
    rows = [asked(run, sold(f"asked-{place}", stock=0), warehouse, supplier) for place in range(count)]
    for place in range(count):
        sold(f"more-{place}", stock=20)
    with django_assert_num_queries(10):
        assert fill_up_of(rows) is not None


# Suggestions of an older check that a person changed


def test_an_older_edited_suggestion_goes_into_the_same_order_as_the_newer_ones(planner, warehouse):
    supplier, older, newer = make_supplier(), make_restock_run(), make_restock_run()
    kept_sku = make_sku("kept")
    kept = make_suggestion(older, kept_sku, warehouse, supplier)
    edit_suggestion(kept.pk, quantity=30, actor=planner.user, reason="live show")
    forecast_of(newer, kept_sku, warehouse)
    put_away = make_suggestion(newer, make_sku("x"), warehouse, supplier, quantity=24)
    type(put_away).objects.filter(pk=put_away.pk).update(sku=kept_sku, state="superseded")
    fresh = make_suggestion(newer, make_sku("fresh"), warehouse, supplier)
    words = f"Set by hand and kept; the newer check of {newer.business_date} suggests 24."
    assert words in text_of(get(planner, "suggestions"))
    assert words in text_of(get(planner, "suggestion", kept.pk))
    page = post(planner, "approve", chosen=[kept.pk, fresh.pk])
    assert words in text_of(page)
    assert len(page.context["plans"]) == 1
    planner.post(reverse("restock:approve"), {"seen": page.context["seen"]})
    order = PurchaseOrder.objects.get()
    lines = order.lines.order_by("sku__code").values_list("sku__code", "quantity", "is_hand_edited")
    assert list(lines) == [("fresh", 10, False), ("kept", 30, True)]


def test_a_newer_check_that_asks_for_none_is_told(planner, warehouse):
    older, newer, sku = make_restock_run(), make_restock_run(), make_sku("kept")
    kept = make_suggestion(older, sku, warehouse, make_supplier())
    edit_suggestion(kept.pk, quantity=30, actor=planner.user, reason="live show")
    assert get(planner, "suggestion", kept.pk).context["older"] is None
    forecast_of(newer, sku, warehouse)
    page = text_of(get(planner, "suggestion", kept.pk))
    assert f"the newer check of {newer.business_date} suggests to order none." in page
