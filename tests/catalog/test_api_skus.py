"""`/api/v1/skus/`: what a program sees of the goods."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, Permission
from rest_framework.test import APIClient

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
    "question", ["state=%00", "is_kit=maybe", "page_size=-1", "page_size=x", "cursor=xx", "ordering=x"]
)
def test_odd_questions_are_answered_in_the_one_shape_or_ignored(question):
    make_sku("A-1")
    answer = make_client("view_sku").get(f"{SKUS}?{question}")
    assert answer.status_code in {200, 400, 404}
    if answer.status_code != 200:
        assert set(answer.json()) == {"code", "message", "fields"}


def test_filters_narrow_and_an_unknown_code_is_not_found():
    make_sku("A-1", barcode="690")
    make_sku("A-2")
    client = make_client("view_sku")
    assert [row["code"] for row in client.get(f"{SKUS}?barcode=690").json()["results"]] == ["A-1"]
    assert client.get(f"{SKUS}nothing/").json()["code"] == "not_found"
    assert client.post(SKUS, {}).status_code in {403, 405}


def test_thirty_skus_take_as_many_queries_as_three(django_assert_num_queries):
    client = make_client("view_sku")
    store = make_store()
    for number in range(3):
        make_listing(store, make_sku(f"S-{number}"))
    client.get(SKUS)
    with django_assert_num_queries(2):
        client.get(SKUS)
    for number in range(3, 33):
        make_listing(store, make_sku(f"S-{number}"))
    with django_assert_num_queries(2):
        client.get(SKUS)
