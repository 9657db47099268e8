"""The page of a customer and the page of a product: their figures, their reach, their masks, their questions."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import DailySales
from config.kernel.models import RoleScope, User
from config.roles import install_roles
from fulfillment.orders import BuyerInput
from fulfillment.services.refunds import RefundPiece, refund_lines
from membership.models import Customer
from tests.fulfillment.factories import (
    NOON,
    line_of,
    make_listing,
    make_order,
    make_sku,
    make_store,
    make_warehouse,
    put_in_stock,
)

pytestmark = pytest.mark.django_db(databases="__all__")
BUYER = BuyerInput(id="buyer-9", name="张三丰", phone="13812345678", province="浙江")


@pytest.fixture
def store():
    return make_store("tmall")


@pytest.fixture
def sku(store):
    sku = make_sku("apple")
    put_in_stock(sku, make_warehouse("main", store=store), 500)
    return sku


@pytest.fixture
def staff(admin_client, admin_user):
    User.objects.filter(pk=admin_user.pk).update(language="en")
    return admin_client


def limited_to(store, role):
    install_roles()
    user = User.objects.create_user(role, password="x", is_staff=True, language="en")
    group = Group.objects.get(name=role)
    user.groups.add(group)
    RoleScope.objects.create(user=user, group=group, kind="store", code=store.code)
    client = Client()
    client.force_login(user)
    return client


def test_a_customers_page_adds_up_what_they_bought_and_sent_back(staff, store, sku):
    orders = [make_order(store, line_of(sku, 2), paid="20.00", buyer=BUYER) for _one in range(3)]
    line = orders[0].lines.get()
    refund_lines(
        orders[0],
        lines=[RefundPiece(line.pk, 1, Decimal("10.00"))],
        source_ref="back",
        kind="refund_only",
        reason="late",
        refunded_at=NOON,
    )
    customer = Customer.objects.get()
    page = staff.get(reverse("customer", args=[customer.pk]))
    (worth,) = page.context["worth"]
    assert (worth.purchases, worth.paid, worth.refunded) == (3, Decimal("60.00"), Decimal("10.00"))
    assert (worth.net, worth.average) == (Decimal("50.00"), Decimal("50.00") / 3)
    assert page.context["bought"][0]["units"] == 6
    assert [order.pk for order in page.context["orders"]] == [order.pk for order in reversed(orders)]
    text = page.content.decode()
    assert "****5678" in text
    for secret in ("13812345678", "张三丰", "buyer-9"):
        assert secret not in text


def test_a_customer_of_two_stores_shows_to_each_only_its_own(store, sku):
    other = make_store("jd")
    put_in_stock(sku, make_warehouse("second", store=other), 10)
    make_order(store, line_of(sku), paid="10.00", buyer=BUYER)
    make_order(other, line_of(sku, 3), paid="30.00", buyer=BUYER)
    found = Customer.objects.order_by("pk")
    client = limited_to(store, "operations_manager")
    pages = [client.get(reverse("customer", args=[customer.pk])) for customer in found]
    seen = [page for page in pages if page.status_code == 200]
    assert [[one.paid for one in page.context["worth"]] for page in seen] == [[Decimal("10.00")]]
    assert all(order.store_id == store.pk for page in seen for order in page.context["orders"])


def test_a_part_is_shown_to_who_may_see_its_rows_elsewhere(store, sku):
    make_order(store, line_of(sku), paid="10.00", buyer=BUYER)
    install_roles()
    user = User.objects.create_user("plain", password="x", is_staff=True)
    user.user_permissions.add(*user.user_permissions.model.objects.filter(codename="view_customer"))
    client = Client()
    client.force_login(user)
    page = client.get(reverse("customer", args=[Customer.objects.get().pk]))
    assert page.status_code == 200
    assert [page.context[part] for part in ("worth", "bought", "scores", "orders", "tickets")] == [None] * 5


def test_a_products_page_tells_stock_sales_and_listings_of_what_is_in_reach(staff, store, sku):
    other = make_store("jd", currency="USD")
    make_listing(store, sku)
    make_listing(other, sku)
    make_order(store, line_of(sku, 4), paid="40.00")
    yesterday = timezone.localdate() - timedelta(days=1)
    DailySales.objects.all().delete()
    for where, day, units in ((store, yesterday, 5), (other, yesterday, 2), (store, yesterday - timedelta(days=28), 9)):
        DailySales.objects.create(store=where, sku=sku, day=day, units=units, revenue=units * 10)
    address = reverse("product", args=[sku.product_id])
    page = staff.get(address)
    (row,) = page.context["rows"]
    assert (row.available, row.incoming, row.suggested) == (496, 0, 0)
    assert (row.units, row.units_before) == (7, 9)
    assert [(one.units, one.revenue, one.units_before) for one in page.context["sales"]] == [
        (5, Decimal("50.00"), 9),
        (2, Decimal("20.00"), 0),
    ]
    assert len(page.context["listings"]) == 2
    own = limited_to(store, "operations_manager").get(address)
    assert [one.units for one in own.context["sales"]] == [5]
    assert [one.listing.store_id for one in own.context["listings"]] == [store.pk]
    assert own.context["rows"][0].units == 5


def test_the_questions_do_not_grow_with_the_rows(staff, store):
    counts = []
    for size in (2, 20):
        skus = [make_sku(f"sku-{size}-{n}") for n in range(size)]
        product = skus[0].product
        for sku in skus:
            type(sku).objects.filter(pk=sku.pk).update(product=product)
            make_listing(store, sku)
        buyer = BuyerInput(id=f"buyer-{size}")
        order = None
        for sku in skus:
            order = make_order(store, line_of(sku), paid="10.00", buyer=buyer)
        asked = []
        for address in (reverse("customer", args=[order.customer_id]), reverse("product", args=[product.pk])):
            staff.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert staff.get(address).status_code == 200
            asked.append(len(captured))
        counts.append(asked)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 15


def test_what_does_not_exist_is_not_found(staff):
    assert staff.get("/members/customers/1/").status_code == 404
    assert staff.get("/goods/1/").status_code == 404
    assert staff.get("/goods/99999999999999999999/").status_code == 404
