"""Goods in the admin: prices and costs by services, the tree without circles, spreadsheets that overwrite no history."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.models import Category, Listing, Price, Sku, SkuCost
from catalog.services import save_category, set_cost, set_price
from config.kernel.models import AuditEntry
from tests.catalog.factories import make_listing, make_sku, make_store

pytestmark = pytest.mark.django_db


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
    tomorrow = timezone.localtime() + timedelta(days=1)
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


@pytest.mark.parametrize(
    ("language", "words"), [("en", "A category cannot lie below itself."), ("zh-hans", "类目不能放在它自己下面。")]
)
def test_the_refusal_of_a_circle_is_told_in_the_persons_language(admin_client, admin_user, language, words):
    admin_user.language = language
    admin_user.save()
    top = save_category(Category(code="top", name="Top"))
    address = reverse("admin:catalog_category_change", args=[top.pk])
    shown = admin_client.post(address, {"code": "top", "name": "Top", "parent": top.pk})
    assert shown.status_code == 200
    assert words in shown.content.decode()


def test_matching_a_listing_tells_the_trail_what_it_was_before(admin_client):
    store, old, new = make_store(), make_sku(), make_sku()
    listing = make_listing(store, old)
    typed = {"store": store.pk, "code": listing.code, "sku": new.pk, "title": "t", "state": listing.state}
    answer = admin_client.post(reverse("admin:catalog_listing_change", args=[listing.pk]), typed)
    assert answer.status_code == 302
    assert Listing.objects.get().sku == new
    entry = AuditEntry.objects.get(action="listing.matched")
    assert (entry.before, entry.after) == ({"sku": old.pk}, {"sku": new.pk})


def test_a_listing_that_loses_its_sku_or_keeps_it_tells_the_trail_only_of_the_loss(admin_client):
    store, sku = make_store(), make_sku()
    listing = make_listing(store, sku)
    address = reverse("admin:catalog_listing_change", args=[listing.pk])
    typed = {"store": store.pk, "code": listing.code, "sku": sku.pk, "title": "new title", "state": "paused"}
    admin_client.post(address, typed)
    assert not AuditEntry.objects.filter(action="listing.matched").exists()
    admin_client.post(address, typed | {"sku": ""})
    entry = AuditEntry.objects.get(action="listing.matched")
    assert (entry.before, entry.after) == ({"sku": sku.pk}, {"sku": None})
    listing.refresh_from_db()
    assert (listing.sku, listing.title, listing.state) == (None, "new title", "paused")


def test_a_new_listing_tells_the_trail_that_it_was_matched_with_nothing_before(admin_client):
    store, sku = make_store(), make_sku()
    typed = {"store": store.pk, "code": "new", "sku": sku.pk, "title": "", "state": "live"}
    assert admin_client.post(reverse("admin:catalog_listing_add"), typed).status_code == 302
    entry = AuditEntry.objects.get(action="listing.matched")
    assert (entry.before, entry.after, Listing.objects.get().sku) == ({"sku": None}, {"sku": sku.pk}, sku)


def test_a_retired_sku_is_refused_at_its_field_but_may_stay_where_it_is(admin_client):
    store, old, retired = make_store(), make_sku(), make_sku("gone", state=Sku.State.RETIRED)
    listing, kept = make_listing(store, old), make_listing(store, retired)
    typed = {"store": store.pk, "sku": retired.pk, "title": "", "state": "live"}
    address = reverse("admin:catalog_listing_change", args=[listing.pk])
    shown = admin_client.post(address, typed | {"code": listing.code})
    assert (shown.status_code, list(shown.context["adminform"].form.errors)) == (200, ["sku"])
    listing.refresh_from_db()
    assert listing.sku == old
    address = reverse("admin:catalog_listing_change", args=[kept.pk])
    assert admin_client.post(address, typed | {"code": kept.code, "state": "ended"}).status_code == 302


def test_the_history_of_a_sku_shows_no_cost(admin_client):
    sku = make_sku()
    for number, amount in enumerate(("7.1234", "8.5678"), 1):
        set_cost(sku, amount=Decimal(amount), since=date(2026, 1, number))
        sku.barcode = f"69{number}"
        sku.save()
    shown = admin_client.get(reverse("admin:catalog_sku_history", args=[sku.pk])).content.decode()
    assert "692" in shown
    assert "7.1234" not in shown
    assert "8.5678" not in shown


def test_withdrawing_asks_first_and_a_look_withdraws_nothing(admin_client, admin_user):
    admin_user.language = "en"
    admin_user.save()
    listing = make_listing(make_store(), make_sku())
    price = set_price(listing, amount=Decimal(5), since=timezone.now() + timedelta(days=1))
    asked = admin_client.get(reverse("admin:catalog_price_withdraw", args=[price.pk]))
    assert asked.status_code == 200
    assert "It will not begin, and what holds before it holds on." in asked.content.decode()
    price.refresh_from_db()
    assert price.withdrawn_at is None
