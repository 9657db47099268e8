"""`/api/v1/skus/`: what a program sees of the goods."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, Permission
from rest_framework.test import APIClient

from catalog.models import Sku
from catalog.services import set_cost
from config.kernel.models import RoleScope, User
from tests.catalog.factories import make_listing, make_sku, make_store

pytestmark = pytest.mark.django_db(databases="__all__")
SKUS = "/api/v1/skus/"


def make_client(*permissions, store=""):
    user = User.objects.create_user(f"user-{User.objects.count()}", password="a long pass phrase")
    group = Group.objects.create(name=f"role-{user.pk}")
    group.permissions.set(Permission.objects.filter(codename__in=permissions))
    user.groups.add(group)
    if store:
        RoleScope.objects.create(user=user, group=group, kind="store", code=store)
    client = APIClient()
    client.force_authenticate(user)
    return client


def test_nobody_and_who_may_not_are_refused_in_the_one_shape():
    for client, status in ((APIClient(), 401), (make_client("view_order"), 403)):
        answer = client.get(SKUS)
        assert answer.status_code == status
        assert set(answer.json()) == {"code", "message", "fields"}


def test_a_program_sees_listings_of_its_stores_only():
    near, far, sku = make_store("near"), make_store("far"), make_sku("A-1")
    for store in (near, far):
        make_listing(store, sku)
    [seen] = make_client("view_sku", store="near").get(SKUS).json()["results"]
    assert [listing["store"] for listing in seen["listings"]] == ["near"]
    [whole] = make_client("view_sku").get(SKUS).json()["results"]
    assert {listing["store"] for listing in whole["listings"]} == {"near", "far"}


def test_costs_are_for_who_may_see_costs():
    sku = make_sku("A-1")
    set_cost(sku, amount=Decimal("4.5"), since=date(2026, 1, 1))
    assert make_client("view_sku").get(f"{SKUS}A-1/").json()["unit_cost"] is None
    assert make_client("view_sku", "view_skucost").get(f"{SKUS}A-1/").json()["unit_cost"] == "4.5000"


@pytest.mark.parametrize(
    ("question", "status", "fields"),
    [
        ("state=odd", 400, ["state"]),
        ("state=%00", 400, ["state"]),
        ("state=active%27--", 400, ["state"]),
        ("is_kit=maybe", 400, ["is_kit"]),
        ("barcode=%00", 400, ["barcode"]),
        ("product=%00", 400, ["product"]),
        ("cursor=xx", 404, []),
        ("cursor=cD1ub25l", 404, []),
    ],
)
def test_a_question_that_cannot_be_read_is_refused_in_the_one_shape(question, status, fields):
    make_sku("A-1")
    answer = make_client("view_sku").get(f"{SKUS}?{question}")
    assert answer.status_code == status
    body = answer.json()
    assert set(body) == {"code", "message", "fields"}
    assert body["message"]
    assert list(body["fields"]) == fields


@pytest.mark.parametrize(
    "question",
    [
        "page_size=-1",
        "page_size=0",
        "page_size=x",
        "page_size=%00",
        "cursor=%00",
        "page_size=99999999999999999999",
        "barcode=",
        "q=",
    ],
)
def test_a_page_size_out_of_range_and_an_empty_filter_are_as_if_not_said(question):
    make_sku("A-1")
    answer = make_client("view_sku").get(f"{SKUS}?{question}")
    assert [row["code"] for row in answer.json()["results"]] == ["A-1"]


@pytest.mark.parametrize("code", ["nothing", "%00", "A-1%27", "..%2F..", "x" * 2000])
def test_a_code_that_nobody_has_is_not_found(code):
    make_sku("A-1")
    answer = make_client("view_sku").get(f"{SKUS}{code}/")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"
    assert set(answer.json()) == {"code", "message", "fields"}


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ("barcode=690", ["A-1"]),
        ("barcode=69", []),
        ("state=retired", ["A-2"]),
        ("state=active", ["A-3", "A-1"]),
        ("is_kit=true", ["A-3"]),
        ("is_kit=false", ["A-2", "A-1"]),
        ("product=product-A-2", ["A-2"]),
        ("state=active&is_kit=false", ["A-1"]),
        ("ordering=code", ["A-3", "A-2", "A-1"]),
        ("order_by=unit_cost&sort=code", ["A-3", "A-2", "A-1"]),
        ("unit_cost=5&product__id=1", ["A-3", "A-2", "A-1"]),
    ],
)
def test_the_list_of_filters_is_fixed_and_so_is_the_order(question, codes):
    make_sku("A-1", barcode="690")
    make_sku("A-2", state="retired")
    make_sku("A-3", is_kit=True)
    assert [row["code"] for row in make_client("view_sku").get(f"{SKUS}?{question}").json()["results"]] == codes


def test_pages_follow_each_other_without_a_gap_while_skus_are_added():
    for number in range(5):
        make_sku(f"S-{number}")
    client = make_client("view_sku")
    page = client.get(f"{SKUS}?page_size=2").json()
    seen = [row["code"] for row in page["results"]]
    make_sku("S-new")
    while page["next"]:
        page = client.get(page["next"]).json()
        seen += [row["code"] for row in page["results"]]
    assert seen == ["S-4", "S-3", "S-2", "S-1", "S-0"]


def test_nothing_is_written_by_this_address():
    make_sku("A-1")
    client = make_client("view_sku", "add_sku", "change_sku", "delete_sku")
    for answer in (client.post(SKUS, {}), client.patch(f"{SKUS}A-1/", {}), client.delete(f"{SKUS}A-1/")):
        assert answer.status_code == 405
        assert answer.json()["code"] == "method_not_allowed"
    assert Sku.objects.get().code == "A-1"


def test_thirty_skus_take_as_many_queries_as_three(django_assert_num_queries):
    client = make_client("view_sku", store="store-0")
    stores = [make_store(f"store-{number}") for number in range(3)]
    for number in range(3):
        make_listing(stores[0], make_sku(f"S-{number}"))
    client.get(SKUS)
    with django_assert_num_queries(2):
        assert len(client.get(SKUS).json()["results"]) == 3
    for number in range(3, 30):
        sku = make_sku(f"S-{number}")
        for store in stores:
            make_listing(store, sku)
    with django_assert_num_queries(2):
        answer = client.get(SKUS).json()["results"]
    assert (len(answer), {len(row["listings"]) for row in answer}) == (30, {1})
