"""The page of an order: its sums, its reach, its masks, its questions to the database."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.kernel.models import RoleScope, User
from config.palette import find
from config.roles import install_roles
from fulfillment.models import Order, OrderLine
from fulfillment.order_pages.money import LineMoney, money_of
from fulfillment.orders import BuyerInput
from fulfillment.services.dispatch import ship_lines
from tests.fulfillment.factories import NOON, line_of, make_order, make_sku, make_store, make_warehouse, put_in_stock

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def store():
    return make_store("tmall")


@pytest.fixture
def sku(store):
    sku = make_sku("apple")
    put_in_stock(sku, make_warehouse("main", store=store), 500)
    return sku


def address(order):
    return reverse("orders:order", args=[order.number])


def a_line(price, quantity, *, net, shop="0", platform="0", kind="goods"):
    amounts = {"shop_discount_amount": Decimal(shop), "platform_discount_amount": Decimal(platform)}
    return LineMoney(
        OrderLine(unit_price=Decimal(price), quantity=quantity, net_amount=Decimal(net), kind=kind, **amounts)
    )


def an_order(payable, *, postage="0", paid="0", refunded="0"):
    return Order(
        payable_amount=Decimal(payable),
        shipping_amount=Decimal(postage),
        paid_amount=Decimal(paid),
        refunded_amount=Decimal(refunded),
    )


@pytest.mark.parametrize(
    ("order", "rows", "expected"),
    [
        # Two lines of 30 and 9.99 with 5.00 off, 8 postage apart: 30 + 9.99 - 5 + 8 = 42.99.
        (
            an_order("42.99", postage="8", paid="42.99", refunded="9.99"),
            [a_line("10", 3, net="25", shop="3", platform="2"), a_line("9.99", 1, net="9.99")],
            {
                "gross": "39.99",
                "discount": "5",
                "rounding": "0",
                "net": "34.99",
                "postage_apart": "8",
                "unassigned": "0",
            }
            | {"due": "0", "kept": "33.00"},
        ),
        # Three pieces at 3.3333 make 9.9999, booked as 10.00.
        (
            an_order("10.00"),
            [a_line("3.3333", 3, net="10.00")],
            {
                "rounding": "0.0001",
                "net": "10.00",
                "postage_apart": "0",
                "unassigned": "0",
                "due": "10.00",
                "kept": "0",
            },
        ),
        # Postage with a line of its own is not counted twice; the channel took 1.50 less than all lines say.
        (
            an_order("13.50", postage="5", paid="13.50"),
            [a_line("10", 1, net="10"), a_line("5", 1, net="5", kind="shipping")],
            {"net": "15", "postage_apart": "0", "unassigned": "-1.50", "due": "0", "kept": "13.50"},
        ),
        (an_order("0"), [], {"gross": "0", "net": "0", "unassigned": "0", "due": "0", "kept": "0"}),
    ],
)
def test_every_cent_between_lines_and_money_has_a_name(order, rows, expected):
    money = money_of(order, rows)
    assert {name: getattr(money, name) for name in expected} == {name: Decimal(text) for name, text in expected.items()}
    steps = money.gross - money.discount + money.rounding + money.postage_apart + money.unassigned
    assert steps == order.payable_amount


def test_the_page_tells_lines_money_and_what_happened(admin_client, store, sku):
    order = make_order(store, line_of(sku, 3, "12.50"), paid="37.50")
    ship_lines(order, key="first", shipped_at=NOON)
    answer = admin_client.get(address(order), headers={"accept-language": "en"})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert answer.context["money"].kept == Decimal("37.50")
    assert text.count("¥37.50") >= 4
    assert sku.code in text
    words = [moment.words for moment in answer.context["moments"]]
    assert any("37.50" in said for said in words)
    assert any("→" in said for said in words)
    assert [moment.at for moment in answer.context["moments"]] == sorted(
        moment.at for moment in answer.context["moments"]
    )


def test_persons_are_masked(admin_client, store, sku):
    buyer = BuyerInput(id="b-secret", name="张三丰", phone="13812345678", address="浙江省杭州市西湖区1号", note="门口")
    text = admin_client.get(address(make_order(store, line_of(sku), paid="10.00", buyer=buyer))).content.decode()
    assert "****5678" in text
    for secret in ("13812345678", "张三丰", "西湖区1号", "b-secret", "门口"):
        assert secret not in text


def test_an_order_out_of_reach_or_unknown_is_not_found(store, sku):
    install_roles()
    user = User.objects.create_user("clerk", password="x", is_staff=True)
    group = Group.objects.get(name="operations_manager")
    user.groups.add(group)
    RoleScope.objects.create(user=user, group=group, kind="store", code=make_store("own").code)
    client = Client()
    client.force_login(user)
    order = make_order(store, line_of(sku), paid="10.00")
    assert client.get(address(order)).status_code == 404
    assert client.get("/orders/nobody/").status_code == 404
    assert client.get("/orders/SO%00/").status_code == 404
    assert list(find(user, order.number)) == []


def test_the_questions_do_not_grow_with_the_lines(admin_client, store, sku):
    counts = []
    for size in (2, 20):
        skus = [make_sku(f"sku-{size}-{n}") for n in range(size)]
        order = make_order(store, *(line_of(one) for one in skus), paid=f"{size * 10}.00")
        admin_client.get(address(order))
        with CaptureQueriesContext(connection) as asked:
            assert admin_client.get(address(order)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 15


def test_the_palette_leads_to_the_page(admin_user, store, sku):
    order = make_order(store, line_of(sku), paid="10.00")
    assert [found.link for found in find(admin_user, order.number)] == [address(order)]
