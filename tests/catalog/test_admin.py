"""Goods in the admin: prices and costs by services, the tree without circles, spreadsheets that overwrite no history."""

from datetime import date
from decimal import Decimal

import pytest
import tablib
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from catalog.models import Category, Listing, Price, Sku, SkuCost
from catalog.resources import CostResource, SkuResource
from catalog.services import save_category, set_cost
from config.kernel.models import AuditEntry
from tests.catalog.factories import make_listing, make_sku, make_store

pytestmark = pytest.mark.django_db


def test_every_list_opens_and_searches(admin_client):
    for model in admin.site._registry:
        if model._meta.app_label == "catalog":
            address = reverse(f"admin:catalog_{model._meta.model_name}_changelist")
            for question in ("", "?q=x"):
                assert admin_client.get(address + question).status_code in {200, 302}, (model, question)


def test_a_price_is_set_by_form_and_an_odd_one_comes_back_with_what_was_typed(admin_client, admin_user):
    listing = make_listing(make_store(), make_sku())
    address = reverse("admin:catalog_listing_set_price", args=[listing.pk])
    refused = admin_client.post(address, {"kind": "list", "amount": "-1", "since": "2020-01-01T00:00"})
    assert refused.context["form"].errors.keys() == {"amount", "since"}
    assert 'value="-1"' in refused.content.decode()
    admin_client.post(address, {"kind": "list", "amount": "12.50"})
    price = Price.objects.get()
    assert (price.amount, price.actor, price.valid_to) == (Decimal("12.5000"), admin_user, None)


def test_a_scheduled_price_is_withdrawn_by_form_with_its_reason(admin_client):
    listing = make_listing(make_store(), make_sku())
    address = reverse("admin:catalog_listing_set_price", args=[listing.pk])
    tomorrow = timezone.localtime() + timezone.timedelta(days=1)
    admin_client.post(address, {"kind": "list", "amount": "5", "since": f"{tomorrow:%Y-%m-%dT%H:%M}"})
    withdraw = reverse("admin:catalog_price_withdraw", args=[Price.objects.get().pk])
    assert admin_client.post(withdraw, {"reason": ""}).context["form"].errors.keys() == {"reason"}
    admin_client.post(withdraw, {"reason": "typed wrong"})
    assert Price.objects.get().withdrawn_at is not None
    assert "form" in admin_client.post(withdraw, {"reason": "again"}).context


def test_a_cost_is_set_by_form(admin_client):
    sku = make_sku()
    set_cost(sku, amount=Decimal(3), since=date(2026, 1, 1))
    admin_client.post(reverse("admin:catalog_sku_set_cost", args=[sku.pk]), {"amount": "4", "since": "2026-02-01"})
    sku.refresh_from_db()
    assert (sku.unit_cost, SkuCost.objects.count()) == (Decimal(4), 2)


def test_a_category_below_itself_is_refused_at_its_field(admin_client):
    top = save_category(Category(code="top", name="Top"))
    middle = save_category(Category(code="middle", name="Middle", parent=top))
    low = save_category(Category(code="low", name="Low", parent=middle))
    for parent in (top, middle, low):
        typed = {"code": "top", "name": "Top", "parent": parent.pk}
        shown = admin_client.post(reverse("admin:catalog_category_change", args=[top.pk]), typed)
        assert shown.context["adminform"].form.errors.keys() == {"parent"}
    top.refresh_from_db()
    assert (top.parent, top.path) == (None, "top/")


def test_matching_a_listing_tells_the_trail_what_it_was_before(admin_client):
    store, old, new = make_store(), make_sku(), make_sku()
    listing = make_listing(store, old)
    typed = {"store": store.pk, "code": listing.code, "sku": new.pk, "title": "t", "state": listing.state}
    answer = admin_client.post(reverse("admin:catalog_listing_change", args=[listing.pk]), typed)
    assert answer.status_code == 302
    assert Listing.objects.get().sku == new
    entry = AuditEntry.objects.get(action="listing.matched")
    assert (entry.before, entry.after) == ({"sku": old.pk}, {"sku": new.pk})


def test_a_spreadsheet_of_skus_never_touches_the_cost():
    sku = make_sku()
    set_cost(sku, amount=Decimal(3), since=date(2026, 1, 1))
    rows = tablib.Dataset(headers=["id", "code", "product", "unit_cost", "barcode"])
    rows.append([sku.pk, sku.code, sku.product_id, "999", "690"])
    outcome = SkuResource().import_data(rows, raise_errors=True)
    assert not outcome.has_errors()
    sku.refresh_from_db()
    assert (sku.unit_cost, sku.barcode) == (Decimal(3), "690")
    assert "unit_cost" not in SkuResource().export().headers


def test_costs_come_as_dated_rows_and_the_same_again_changes_nothing():
    sku = make_sku("A")
    rows = tablib.Dataset(headers=["sku", "amount", "valid_from", "reason"])
    rows.append(["A", "5.25", "2026-03-01", "new contract"])
    for _time in range(2):
        assert not CostResource().import_data(rows, raise_errors=True).has_errors()
    cost = SkuCost.objects.get()
    assert (cost.amount, cost.valid_from, cost.source) == (Decimal("5.2500"), date(2026, 3, 1), "import")
    assert Sku.objects.get(pk=sku.pk).unit_cost == Decimal("5.2500")


def test_bad_rows_of_costs_are_named_and_nothing_goes_in():
    make_sku("A")
    rows = tablib.Dataset(headers=["sku", "amount", "valid_from"])
    rows.append(["A", "5", "2026-03-01"])
    rows.append(["nobody", "5", "2026-03-01"])
    rows.append(["A", "-5", "2026-03-02"])
    outcome = CostResource().import_data(rows, use_transactions=True)
    assert outcome.has_errors()
    assert not SkuCost.objects.exists()
