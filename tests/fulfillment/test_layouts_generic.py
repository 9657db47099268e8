"""The layout for everybody's own table."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from config.kernel.importing.headings import propose_mapping
from fulfillment.layouts import LAYOUTS
from fulfillment.layouts.base import LineKind, SourceState
from tests.fulfillment.order_rows import found_in, parse


def line(**values: str) -> dict[str, str]:
    return {
        "order_number": "W-1",
        "placed_at": "2026-03-29 03:30:00",
        "sku_code": "tea-1",
        "title": "Tea",
        "quantity": "3",
        "unit_price": "3.3333",
    } | values


def test_lines_alone_are_a_paid_order_in_the_stores_currency_and_zone():
    unit = parse("generic", [line(), line(sku_code="cup", quantity="1", unit_price="0")])
    order = unit.order
    assert (order.currency, order.country, order.state) == ("EUR", "DE", SourceState.PAID)
    assert order.placed_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert [(entry.kind, entry.amount) for entry in order.lines] == [
        (LineKind.GOODS, Decimal("10.00")),
        (LineKind.GIFT, Decimal("0.00")),
    ]
    assert order.goods_amount == order.total_amount == order.paid_amount == order.net_amount == Decimal("10.00")


def test_discounts_postage_and_refunds_are_worked_in():
    cells = {"shop_discount": "1.00", "postage": "4.90", "platform_discount": "0.50", "refund": "2.00"}
    order = parse("generic", [line(line_discount="0.40", **cells)]).order
    assert (order.goods_amount, order.total_amount) == (Decimal("8.60"), Decimal("13.50"))
    assert (order.paid_amount, order.net_amount) == (Decimal("13.00"), Decimal("11.00"))


@pytest.mark.parametrize(
    ("cells", "state", "paid"),
    [
        ({"status": "unpaid"}, "unpaid", "0.00"),
        ({"status": "Cancelled"}, "closed", "0.00"),
        ({"status": "unshipped"}, "paid", "10.00"),
        ({"status": "shipped"}, "shipped", "10.00"),
        ({"paid_at": ""}, "unpaid", "0.00"),
        ({"paid_at": "2026-03-29 04:00"}, "paid", "10.00"),
        ({"paid": "7.00"}, "paid", "7.00"),
    ],
)
def test_what_was_paid_follows_from_what_the_file_says(cells, state, paid):
    order = parse("generic", [line(**cells)]).order
    assert (order.state, order.paid_amount) == (state, Decimal(paid))


def test_currency_country_and_kind_may_come_from_the_row():
    order = parse("generic", [line(currency="usd", country="US", line_kind="Shipping", phone="+1 212 555 2368")]).order
    assert (order.currency, order.country, order.lines[0].kind) == ("USD", "US", LineKind.SHIPPING)


def test_a_customer_number_comes_before_phone_and_mail():
    both = parse("generic", [line(buyer_id="K7", email="A@b.example")]).order.buyer
    assert both.identity == ("external", "K7")
    assert parse("generic", [line(email="A@b.example")]).order.buyer.identity == ("email", "a@b.example")
    assert parse("generic", [line(email="a***@b.example")]).order.buyer.identity is None


@pytest.mark.parametrize(
    ("cells", "finding"),
    [
        ({"currency": "Euro"}, ("CURRENCY", "currency_unknown")),
        ({"line_kind": "thing"}, ("LINE_KIND", "kind_unknown")),
        ({"quantity": "-1"}, ("QUANTITY", "quantity_negative")),
        ({"placed_at": "3/4/2026"}, ("PLACED_AT", "date_ambiguous")),
        ({"line_discount": "-1"}, ("LINE_DISCOUNT", "amount_negative")),
    ],
)
def test_a_broken_line_rejects_the_order(cells, finding):
    unit = parse("generic", [line(), line(**cells)])
    assert (3, *finding) in found_in(unit)
    assert unit.count.rejected == 2


def test_a_time_that_the_clock_skipped_is_settled_and_said():
    unit = parse("generic", [line(placed_at="2026-03-29 02:30:00")])
    assert unit.order.placed_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert found_in(unit) == [(2, "PLACED_AT", "time_skipped")]


@pytest.mark.parametrize(
    "headings",
    [
        ["Order ID", "Order date", "SKU", "Qty", "Price"],
        ["订单编号", "下单时间", "商家编码", "数量", "单价（元）"],
    ],
)
def test_english_and_chinese_headings_are_known(headings):
    columns = propose_mapping(headings, fields=LAYOUTS["generic"].fields).mapping.columns
    assert list(columns) == ["order_number", "placed_at", "sku_code", "quantity", "unit_price"]
