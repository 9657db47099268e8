"""Lists of the catalog in the admin: each opens, is searched by the words that people use, and asks before it deletes."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from catalog.models import (
    Brand,
    Category,
    DailySales,
    DailyTraffic,
    Listing,
    Price,
    Product,
    Sku,
    SkuCost,
)
from catalog.services import save_category, set_cost, set_price
from config.kernel.models import RoleScope, User
from tests.catalog.factories import make_listing, make_store

pytestmark = pytest.mark.django_db
# What people have at hand: a SKU's code, the bar code on the box, the product's name in either language.
WORDS = ["NUT-500", "6901234567892", "每日坚果", "daily nuts", "NUTS"]
MODELS = sorted(
    (model for model in admin.site._registry if model._meta.app_label == "catalog"), key=lambda model: model.__name__
)


def address(model, page="changelist"):
    return reverse(f"admin:catalog_{model._meta.model_name}_{page}")


@pytest.fixture
def goods():
    """Two SKUs that share no word, each with a row of everything."""
    made = {}
    for code, barcode, name, english in (
        ("NUT-500", "6901234567892", "每日坚果", "Daily Nuts"),
        ("TEA-100", "4712345678904", "高山乌龙", "Mountain Oolong"),
    ):
        product = Product.objects.create(code=f"P-{code}", name=name, english_name=english)
        sku = Sku.objects.create(product=product, code=code, barcode=barcode)
        store = make_store(f"store-{code}".lower())
        listing = make_listing(store, sku)
        set_price(listing, amount=Decimal(9), since=datetime(2026, 1, 1, tzinfo=UTC))
        set_cost(sku, amount=Decimal(4), since=date(2026, 1, 1))
        DailySales.objects.create(store=store, sku=sku, day=date(2026, 1, 1), units=1, revenue=Decimal(9))
        DailyTraffic.objects.create(store=store, sku=sku, day=date(2026, 1, 1), impressions=1)
        save_category(Category(code=code.lower(), name=name, english_name=english))
        Brand.objects.create(code=code.lower(), name=name, english_name=english)
        made[code] = sku
    return made


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_list_opens_full_and_searched(admin_client, goods, model):
    full = admin_client.get(address(model))
    assert (full.status_code, len(full.context["cl"].result_list)) == (200, 2)
    searched = admin_client.get(address(model), {"q": "nothing is called so"})
    assert (searched.status_code, len(searched.context["cl"].result_list)) == (200, 0)
    hostile = admin_client.get(address(model), {"q": "%' OR 1=1 --"})
    assert (hostile.status_code, len(hostile.context["cl"].result_list)) == (200, 0)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    "model", [Product, Sku, Listing, Price, SkuCost, DailySales, DailyTraffic], ids=lambda model: model.__name__
)
def test_whatever_belongs_to_a_sku_is_found_by_its_code_bar_code_and_both_names(admin_client, goods, model, word):
    [found] = admin_client.get(address(model), {"q": word}).context["cl"].result_list
    sku = {Product: lambda: found.skus.get(), Sku: lambda: found, Price: lambda: found.listing.sku}.get(model)
    assert (sku() if sku else found.sku) == goods["NUT-500"]


@pytest.mark.parametrize("model", [Category, Brand], ids=lambda model: model.__name__)
@pytest.mark.parametrize("word", ["每日坚果", "daily nuts"])
def test_categories_and_brands_are_found_by_both_names(admin_client, goods, model, word):
    [found] = admin_client.get(address(model), {"q": word}).context["cl"].result_list
    assert found.name == "每日坚果"


@pytest.mark.parametrize("word", WORDS[:4])
def test_a_sku_is_offered_by_the_same_words_where_one_is_chosen(admin_client, goods, word):
    asked = {"app_label": "catalog", "model_name": "listing", "field_name": "sku", "term": word}
    answer = admin_client.get(reverse("admin:autocomplete"), asked).json()
    assert [offered["text"] for offered in answer["results"]] == ["NUT-500"]


@pytest.mark.parametrize("model", [Brand, Category, Listing, Product, Sku], ids=lambda model: model.__name__)
def test_deleting_many_asks_first(admin_client, model):
    rows = free_rows(model)
    keys = [row.pk for row in rows]
    asked = admin_client.post(address(model), {"action": "delete_selected", "_selected_action": keys})
    assert asked.status_code == 200
    assert asked.context["queryset"].count() == 2
    assert model.objects.filter(pk__in=keys).count() == 2
    yes = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
    assert admin_client.post(address(model), yes).status_code == 302
    assert not model.objects.filter(pk__in=keys).exists()


def free_rows(model):
    """Two rows that nothing hangs on."""
    codes = ("one", "other")
    if model is Listing:
        return [make_listing(make_store(), code=code) for code in codes]
    if model is Sku:
        product = Product.objects.create(code="p", name="p")
        return [Sku.objects.create(product=product, code=code) for code in codes]
    return [model.objects.create(code=code, name=code) for code in codes]


@pytest.mark.parametrize("model", [Price, SkuCost, DailySales, DailyTraffic], ids=lambda model: model.__name__)
def test_facts_are_deleted_by_nobody(admin_client, goods, model):
    kept = set(model.objects.values_list("pk", flat=True))
    admin_client.post(address(model), {"action": "delete_selected", "_selected_action": list(kept), "post": "yes"})
    assert admin_client.get(address(model, "add")).status_code == 403
    assert set(model.objects.values_list("pk", flat=True)) == kept


def test_goods_that_something_hangs_on_stay_and_the_page_says_what(admin_client, goods):
    keys = [sku.pk for sku in goods.values()]
    yes = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
    shown = admin_client.post(address(Sku), yes)
    assert shown.status_code == 200
    assert shown.context["protected"]
    assert Sku.objects.filter(pk__in=keys).count() == 2


class Keeper:
    """A person who sees the listings of two stores and keeps those of one."""

    def __init__(self, client, near, far):
        self.user = User.objects.create_user("keeper", password="x", is_staff=True)
        self.role("looks", near, far, permissions=["view_listing", "view_price", "view_store", "view_sku"])
        self.role("keeps", near, permissions=["view_listing", "add_listing", "change_listing", "delete_listing"])
        client.force_login(self.user)

    def role(self, name, *stores, permissions):
        group = Group.objects.create(name=name)
        group.permissions.set(Permission.objects.filter(codename__in=permissions, content_type__app_label="catalog"))
        self.user.groups.add(group)
        for store in stores:
            RoleScope.objects.create(user=self.user, group=group, kind="store", code=store.code)


def test_who_only_looks_at_a_store_changes_nothing_in_it(client):
    near, far = make_store("near"), make_store("far")
    mine, theirs = make_listing(near, code="mine"), make_listing(far, code="theirs")
    Keeper(client, near, far)
    typed = {"store": far.pk, "code": "new", "sku": "", "title": "new", "state": "live"}
    change = "admin:catalog_listing_change"
    assert client.get(reverse(change, args=[theirs.pk])).status_code == 200
    assert client.post(reverse(change, args=[theirs.pk]), typed).status_code == 403
    assert client.get(reverse("admin:catalog_listing_set_price", args=[theirs.pk])).status_code == 404
    # Nor is a listing of one's own moved into it, or made in it.
    for page in (reverse(change, args=[mine.pk]), reverse("admin:catalog_listing_add")):
        assert list(client.post(page, typed).context["adminform"].form.errors) == ["store"]
    assert set(Listing.objects.values_list("store__code", "code")) == {("near", "mine"), ("far", "theirs")}
    assert client.post(reverse(change, args=[mine.pk]), typed | {"store": near.pk}).status_code == 302


def test_who_only_looks_at_a_store_withdraws_none_of_its_prices(client):
    near, far = make_store("near"), make_store("far")
    soon = datetime(2100, 1, 1, tzinfo=UTC)
    mine, theirs = (set_price(make_listing(store), amount=Decimal(5), since=soon) for store in (near, far))
    Keeper(client, near, far)
    address = "admin:catalog_price_withdraw"
    assert client.post(reverse(address, args=[theirs.pk]), {"reason": "no"}).status_code == 404
    assert client.post(reverse(address, args=[mine.pk]), {"reason": "no"}).status_code == 302
    assert list(Price.objects.filter(withdrawn_at__isnull=False)) == [mine]
