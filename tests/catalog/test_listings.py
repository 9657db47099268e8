"""Stores and listings: made where they are missing, once."""

import pytest

from catalog.models import Channel, Listing, Product, Sku, Store
from catalog.queries import skus_by_listing_code
from catalog.services import ensure_skus, ensure_store, match_listing
from catalog.services import listings as service
from config.kernel.errors import InvalidInput
from config.kernel.models import AuditEntry
from config.kernel.sql import insert_new
from tests.catalog.factories import make_listing, make_sku, make_store

pytestmark = pytest.mark.django_db


def test_a_missing_store_is_made_with_its_channel():
    store = ensure_store("uk", currency="GBP", time_zone="Europe/London", name="UK gifts", channel_code="own")
    assert (store.code, store.name, store.currency, store.time_zone) == ("uk", "UK gifts", "GBP", "Europe/London")
    assert (store.channel.code, store.channel.name) == ("own", "UK gifts")
    assert AuditEntry.objects.get().action == "store.made"


def test_a_store_that_is_there_stays_as_it_is():
    first = ensure_store("uk", currency="GBP", time_zone="Europe/London")
    again = ensure_store("uk", currency="CNY", time_zone="Asia/Shanghai", name="other", channel_code="other")
    assert (again.pk, again.currency, again.name) == (first.pk, "GBP", "uk")
    assert (Store.objects.count(), Channel.objects.count(), AuditEntry.objects.count()) == (1, 1, 1)


def test_two_stores_may_share_a_channel():
    one = ensure_store("a", currency="CNY", time_zone="Asia/Shanghai", channel_code="tmall")
    other = ensure_store("b", currency="CNY", time_zone="Asia/Shanghai", channel_code="tmall")
    assert one.channel == other.channel


def test_unknown_codes_get_a_provisional_product_a_sku_and_a_listing():
    store = make_store()
    skus = ensure_skus(store, items=[("85123A", "WHITE HANGING HEART"), ("22423", "")])
    assert skus == dict(Sku.objects.values_list("code", "pk"))
    assert set(skus) == {"85123A", "22423"}
    products = Product.objects.order_by("code").values_list("code", "name", "is_provisional")
    assert list(products) == [("22423", "22423", True), ("85123A", "WHITE HANGING HEART", True)]
    assert list(Listing.objects.order_by("code").values_list("code", "title", "sku__code", "state")) == [
        ("22423", "", "22423", "live"),
        ("85123A", "WHITE HANGING HEART", "85123A", "live"),
    ]


def test_the_same_codes_again_make_nothing_and_change_no_title():
    store = make_store()
    first = ensure_skus(store, items=[("A", "first"), ("B", "second")])
    again = ensure_skus(store, items=[("B", "other"), ("A", "")])
    assert again == first
    assert (Product.objects.count(), Sku.objects.count(), Listing.objects.count()) == (2, 2, 2)
    assert Product.objects.get(code="A").name == "first"


def test_a_code_that_is_a_skus_own_is_matched_to_it():
    store, sku = make_store(), make_sku("A")
    assert ensure_skus(store, items=[("A", "whatever")])["A"] == sku.pk
    assert not Product.objects.filter(is_provisional=True).exists()


def test_a_listing_that_means_another_sku_is_believed():
    store, sku = make_store(), make_sku("OWN")
    make_sku("A")
    make_listing(store, sku, code="A")
    assert ensure_skus(store, items=[("A", "")])["A"] == sku.pk


def test_a_code_that_waits_without_sku_gets_one_in_its_store_only():
    store, other = make_store(), make_store()
    make_listing(store, code="A")
    waiting = make_listing(other, code="A")
    skus = ensure_skus(store, items=[("A", "title")])
    assert skus_by_listing_code(store, ["A"]) == skus
    waiting.refresh_from_db()
    assert waiting.sku is None


def test_a_product_of_that_code_without_sku_is_used():
    product = Product.objects.create(code="A", name="ours")
    skus = ensure_skus(make_store(), items=[("A", "theirs")])
    assert product.skus.get().pk == skus["A"]
    assert not Product.objects.get().is_provisional


def test_long_codes_that_begin_alike_stay_apart():
    store = make_store()
    codes = ["x" * 70 + "1", "x" * 70 + "2", "x" * 60]
    skus = ensure_skus(store, items=[(code, "") for code in codes])
    assert len(set(skus.values())) == 3
    assert all(len(code) <= 60 for code in Sku.objects.values_list("code", flat=True))
    assert ensure_skus(store, items=[(code, "") for code in codes]) == skus


def test_two_imports_at_once_make_one_sku(monkeypatch):
    store = make_store()
    sku_ids, calls = service._sku_ids, []

    def another_was_faster(codes):
        found = sku_ids(codes)
        if not calls:
            calls.append(codes)
            product = Product.objects.create(code="A", name="first")
            sku = Sku.objects.create(product=product, code="A")
            insert_new([Listing(store=store, code="A", sku=sku)], conflict=["store", "code"])
        return found

    monkeypatch.setattr(service, "_sku_ids", another_was_faster)
    found = ensure_skus(store, items=[("A", "second")])
    assert found["A"] == Sku.objects.get().pk
    assert Product.objects.get().name == "first"


def test_three_hundred_new_codes_take_as_many_reads_as_three(django_assert_max_num_queries):
    store = make_store()
    with django_assert_max_num_queries(7):
        ensure_skus(store, items=[(f"a{number}", "") for number in range(3)])
    # Only inserts come in more statements, by the limit of parameters.
    with django_assert_max_num_queries(20):
        ensure_skus(store, items=[(f"b{number}", "") for number in range(300)])
    with django_assert_max_num_queries(3):
        ensure_skus(store, items=[(f"b{number}", "") for number in range(300)])


def test_a_person_says_what_a_code_means_and_the_audit_knows():
    store, sku = make_store(), make_sku()
    listing = match_listing(make_listing(store, code="??"), sku=sku)
    listing.refresh_from_db()
    assert listing.sku == sku
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.before, entry.after) == ("listing.matched", {"sku": None}, {"sku": sku.pk})


def test_a_retired_sku_is_no_answer():
    listing = make_listing(make_store(), code="??")
    with pytest.raises(InvalidInput):
        match_listing(listing, sku=make_sku(state=Sku.State.RETIRED))
    listing.refresh_from_db()
    assert listing.sku is None


def test_codes_are_looked_up_within_the_store_and_only_when_matched():
    store, other, sku = make_store(), make_store(), make_sku("A")
    make_listing(store, sku, code="A")
    make_listing(store, code="B")
    make_listing(other, sku, code="C")
    assert skus_by_listing_code(store, ["A", "B", "C", "D", "A"]) == {"A": sku.pk}
