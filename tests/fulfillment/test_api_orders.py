"""`/api/v1/orders/` and `/api/v1/stock/`."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, Permission
from rest_framework.test import APIClient

from config.kernel.models import InboxMessage, RoleScope, User
from fulfillment.models import Order, StockBalance
from fulfillment.orders import BuyerInput
from tests.fulfillment.factories import (
    line_of,
    make_listing,
    make_order,
    make_sku,
    make_store,
    make_warehouse,
    put_in_stock,
)

# The cache of the throttles has a database of its own on SQLite.
pytestmark = pytest.mark.django_db(databases="__all__")
ORDERS = "/api/v1/orders/"


def make_client(*permissions: str, store: str = "") -> APIClient:
    user = User.objects.create_user(f"user-{User.objects.count()}", password="a long pass phrase")
    group = Group.objects.create(name=f"role-{user.pk}")
    group.permissions.set(Permission.objects.filter(codename__in=permissions))
    user.groups.add(group)
    if store:
        RoleScope.objects.create(user=user, group=group, kind="store", code=store)
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def store():
    return make_store("tmall")


@pytest.fixture
def sku(store):
    sku = make_sku("apple")
    put_in_stock(sku, make_warehouse("main", store=store), 10)
    make_listing(store, sku)
    return sku


@pytest.fixture
def client():
    return make_client("view_order", "add_order", "view_stockbalance")


def payload_of(**values):
    return {
        "store": "tmall",
        "external_number": "T1",
        "placed_at": "2026-11-11T12:00:00+08:00",
        "buyer": {"id": "b1", "name": "张三丰", "phone": "13812345678", "address": "浙江省杭州市西湖区1号"},
        "lines": [{"sku": "apple", "quantity": 2, "unit_price": "10.00"}],
        "payments": [{"amount": "20.00", "paid_at": "2026-11-11T12:01:00+08:00", "reference": "pay-1"}],
    } | values


def test_a_new_order_answers_201_with_masked_personal_data(client, sku):
    answer = client.post(ORDERS, payload_of(), format="json")
    assert answer.status_code == 201
    body = answer.json()
    assert (body["state"], body["payment_state"], body["payable_amount"]) == ("confirmed", "paid", "20.00")
    assert (body["buyer_name"], body["buyer_phone"], body["buyer_address"]) == ("张**", "****5678", "浙江省杭州市****")
    assert body["lines"][0]["net_amount"] == "20.00"
    assert "13812345678" not in answer.content.decode()


def test_the_same_order_again_answers_200_and_makes_no_second_one(client, sku):
    first = client.post(ORDERS, payload_of(), format="json")
    again = client.post(ORDERS, payload_of(), format="json")
    assert (again.status_code, again.json()["number"]) == (200, first.json()["number"])
    assert Order.objects.count() == 1
    assert StockBalance.objects.get().reserved == 2


def test_an_idempotency_key_gives_the_first_answer_again(client, sku):
    answers = [client.post(ORDERS, payload_of(), format="json", headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    other = client.post(ORDERS, payload_of(external_number="T2"), format="json", headers={"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert Order.objects.count() == 1


def test_unknown_goods_answer_202_and_park_the_order(client, sku):
    lines = [{"sku": "what", "quantity": 1, "unit_price": "20.00"}]
    answer = client.post(ORDERS, payload_of(lines=lines), format="json")
    assert answer.status_code == 202
    assert (answer.json()["code"], answer.json()["detail"]) == ("order_parked", {"codes": ["what"]})
    assert not Order.objects.exists()
    assert InboxMessage.objects.get().state == "parked"


def test_a_wrong_field_answers_400_by_its_name(client, sku):
    answer = client.post(ORDERS, payload_of(placed_at="yesterday"), format="json")
    assert (answer.status_code, answer.json()["code"], list(answer.json()["fields"])) == (400, "invalid", ["placed_at"])
    answer = client.post(ORDERS, {"store": "tmall"}, format="json")
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["external_number"])
    assert not Order.objects.exists()


def test_a_refused_change_answers_409(client, sku):
    client.post(ORDERS, payload_of(), format="json")
    lines = [{"sku": "apple", "quantity": 3, "unit_price": "10.00"}]
    answer = client.post(ORDERS, payload_of(lines=lines, source_version=1), format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "order_change_refused")
    assert Order.objects.get().lines.get().quantity == 2


def test_a_store_out_of_sight_does_not_exist(sku):
    near = make_client("view_order", "add_order", store="other")
    assert near.post(ORDERS, payload_of(), format="json").status_code == 404
    order = make_order(Order.store.field.related_model.objects.get(), line_of(sku))
    assert near.get(f"{ORDERS}{order.number}/").status_code == 404
    assert near.get(ORDERS).json()["results"] == []
    assert Order.objects.count() == 1


def test_who_may_only_read_may_not_post(sku):
    reader = make_client("view_order")
    assert reader.post(ORDERS, payload_of(), format="json").status_code == 403
    assert make_client().get(ORDERS).status_code == 403
    assert not InboxMessage.objects.exists()


def test_the_list_filters_and_pages_by_cursor_with_a_fixed_number_of_queries(
    client, store, sku, django_assert_max_num_queries
):
    for _ in range(3):
        make_order(store, line_of(sku), buyer=BuyerInput(id="b", name="李四"))
    make_order(store, line_of(sku), paid="10.00")
    with django_assert_max_num_queries(11):
        page = client.get(ORDERS, {"page_size": 2, "state": "new"}).json()
    assert len(page["results"]) == 2
    following = client.get(page["next"]).json()
    assert (len(following["results"]), following["next"]) == (1, None)
    assert page["results"][0]["buyer_name"] == "李**"
    assert client.get(ORDERS, {"store": "other"}).json()["results"] == []


def test_stock_is_summed_over_lots_within_the_callers_warehouses(client, store, sku):
    make_order(store, line_of(sku, 3))
    answer = client.get("/api/v1/stock/", {"sku": "apple"}).json()
    assert answer["results"] == [{"sku": "apple", "warehouse": "main", "on_hand": 10, "reserved": 3, "available": 7}]
    elsewhere = make_client("view_stockbalance")
    user = User.objects.latest("pk")
    RoleScope.objects.create(user=user, group=user.groups.get(), kind="warehouse", code="other")
    assert elsewhere.get("/api/v1/stock/").json()["results"] == []


def test_money_is_text(client, store, sku):
    order = make_order(store, line_of(sku, 2, "9.99"), shipping=Decimal("5.00"))
    body = client.get(f"{ORDERS}{order.number}/").json()
    assert (body["payable_amount"], body["paid_amount"], body["lines"][0]["unit_price"]) == ("24.98", "0.00", "9.9900")
