"""The admin of orders: lists, masked persons, actions and the page of parked orders."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse

from catalog.models import Listing
from config.kernel.models import RoleScope, User
from fulfillment.apps import FulfillmentConfig
from fulfillment.models import Order
from fulfillment.orders import BuyerInput
from fulfillment.services.inbox import receive_order
from tests.fulfillment.factories import line_of, make_order, make_sku, make_store, make_warehouse, put_in_stock

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def store():
    return make_store("tmall")


@pytest.fixture
def sku(store):
    sku = make_sku("apple")
    put_in_stock(sku, make_warehouse("main", store=store), 10)
    return sku


def page(name: str, *arguments: object) -> str:
    return reverse(f"admin:fulfillment_{name}", args=arguments)


def test_every_table_of_fulfillment_has_a_list_that_opens(admin_client, store, sku):
    make_order(store, line_of(sku, 12), paid="120.00")
    models = [model for model in admin.site._registry if model._meta.app_label == FulfillmentConfig.name]
    assert len(models) >= 20
    for model in models:
        answer = admin_client.get(page(f"{model._meta.model_name}_changelist"))
        assert answer.status_code == 200, model


def test_the_page_of_an_order_shows_persons_masked(admin_client, store, sku):
    buyer = BuyerInput(id="b-secret", name="张三丰", phone="13812345678", address="浙江省杭州市西湖区1号", note="门口")
    order = make_order(store, line_of(sku, 1), paid="10.00", buyer=buyer)
    text = admin_client.get(page("order_change", order.pk)).content.decode()
    assert "****5678" in text
    assert order.number in text
    for secret in ("13812345678", "张三丰", "西湖区1号", "b-secret", "门口"):
        assert secret not in text


def test_an_action_ships_what_can_be_shipped_and_says_why_the_rest_cannot(admin_client, store, sku):
    paid, unpaid = make_order(store, line_of(sku, 1), paid="10.00"), make_order(store, line_of(sku, 1))
    data = {"action": "ship", "_selected_action": [paid.pk, unpaid.pk]}
    answer = admin_client.post(page("order_changelist"), data, follow=True)
    states = dict(Order.objects.values_list("number", "fulfilment_state"))
    assert states == {paid.number: "shipped", unpaid.number: "unshipped"}
    assert unpaid.number in answer.content.decode()


def payload_of(code: str) -> dict[str, object]:
    line = {"sku": code, "title": "Apple juice", "quantity": 2, "unit_price": "10.00"}
    return {"store": "tmall", "external_number": "T1", "placed_at": "2026-11-11T12:00:00+08:00", "lines": [line]}


def test_matching_a_code_takes_the_parked_order_in(admin_client, store, sku):
    receive_order(store, payload=payload_of("NEW-1"))
    address = page("order_parked")
    text = admin_client.get(address).content.decode()
    assert "NEW-1" in text
    assert "Apple juice" in text
    listing = Listing.objects.get(code="NEW-1")
    admin_client.post(address, {"listing": listing.pk, "sku": "nothing"})
    assert not Order.objects.exists()
    admin_client.post(address, {"listing": listing.pk, "sku": "apple"})
    assert Order.objects.get().lines.get().sku == sku
    assert "NEW-1" not in admin_client.get(address).content.decode()


def test_who_may_not_replay_is_refused_and_a_limited_role_sees_its_stores_only(client, store, sku):
    receive_order(store, payload=payload_of("NEW-1"))
    user = User.objects.create_user("clerk", password="a long pass phrase", is_staff=True)
    client.force_login(user)
    assert client.get(page("order_parked")).status_code == 403
    group = user.groups.create(name="clerks")
    names = ["replay_inboxmessage", "view_order", "change_listing"]
    group.permissions.set(Permission.objects.filter(codename__in=names))
    RoleScope.objects.create(user=user, group=group, kind="store", code="other")
    assert "NEW-1" not in client.get(page("order_parked")).content.decode()
    listing = Listing.objects.get(code="NEW-1")
    client.post(page("order_parked"), {"listing": listing.pk, "sku": "apple"})
    assert not Order.objects.exists()
    listing.refresh_from_db()
    assert listing.sku is None
