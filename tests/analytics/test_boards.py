"""Boards as pages: who may see what, hostile addresses, what they cost, their exports and the rows behind a number."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from analytics.models import StoreDay
from analytics.services.rollups import rebuild_stale_days
from catalog.models import Channel, DailySales
from config.kernel.models import RoleScope
from config.kernel.stale import mark_stale
from fulfillment.models import StoreSupply, Warehouse
from service_desk.models import Ticket
from tests.analytics.factories import Sale, make_customer, make_order, make_reader, make_sku, make_store

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 18)
NOW = datetime(2026, 3, 20, 4, tzinfo=UTC)
VIEW = "analytics.view_storeday"
LINKS = (
    "fulfillment.view_order",
    "fulfillment.view_salesentry",
    "membership.view_purchase",
    "service_desk.view_ticket",
)
ONE_DAY = {"first": "2026-03-18", "last": "2026-03-18"}
BOARDS = ("sales", "members", "stock", "service", "today")
# Of a whole page, sign-in, permissions, scopes and stores included.
MOST_QUERIES = 12
D = Decimal


@pytest.fixture(autouse=True)
def the_clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def shops():
    one, two = make_store("one"), make_store("two")
    two.channel = Channel.objects.create(code="douyin", name="抖音", english_name="Douyin")
    two.save()
    for store, goods in ((one, 100), (two, 40)):
        make_order(store, Sale(DAY, D(goods)), customer=make_customer())
        warehouse = Warehouse.objects.create(code=f"wh-{store.code}", name=store.code)
        StoreSupply.objects.create(store=store, warehouse=warehouse)
    rebuild_stale_days()
    return one, two


def sign_in(client, *permissions, username="reader", stores=(), language="en"):
    user = make_reader(username, permissions=(VIEW, *permissions), stores=stores, language=language)
    client.force_login(user)
    return user


def page(client, code, **parameters):
    return client.get(reverse(f"analytics:{code}"), parameters)


def total(client, **parameters):
    return page(client, "sales", **ONE_DAY, **parameters).context["board"].sections[0].cards[0].value


@pytest.mark.parametrize("code", [*BOARDS, "index"])
def test_a_board_needs_a_sign_in_and_the_permission(client, shops, code):
    assert page(client, code).status_code == 302
    client.force_login(make_reader(permissions=("analytics.view_report",)))
    assert page(client, code).status_code == 403


def test_store_and_channel_in_the_address_narrow_the_figures(client, shops):
    sign_in(client)
    assert total(client) == "¥140.00"
    assert total(client, store="two") == "¥40.00"
    assert total(client, channel="channel") == "¥100.00"
    assert total(client, channel="douyin", store="two") == "¥40.00"
    response = page(client, "sales", **ONE_DAY, channel="channel", store="two")
    assert "This store is not on this channel." in response.content.decode()


@pytest.mark.parametrize("code", BOARDS)
def test_a_store_out_of_reach_is_not_there_and_never_in_a_total(client, shops, code):
    one, _two = shops
    sign_in(client, stores=[one])
    assert page(client, code, store="two").status_code == 404
    assert page(client, code, channel="douyin").status_code == 404
    assert page(client, code, store="nothing").status_code == 404
    text = page(client, code, **ONE_DAY).content.decode()
    assert "two store" not in text
    assert "Douyin" not in text
    assert "¥40.00" not in text
    assert "¥140.00" not in text


def test_exports_keep_within_the_same_reach(client, shops):
    one, _two = shops
    sign_in(client, stores=[one])
    address = reverse("analytics:export", args=["sales", "days-cny", "csv"])
    assert "100.00" in client.get(address, ONE_DAY).content.decode()
    assert "140.00" not in client.get(address, ONE_DAY).content.decode()
    assert client.get(address, {**ONE_DAY, "store": "two"}).status_code == 404
    assert client.get(reverse("analytics:export", args=["sales", "stores-cny", "csv"]), ONE_DAY).status_code == 404


def test_a_role_limited_to_a_channel_sees_its_stores(client, shops):
    user = sign_in(client, stores=[])
    RoleScope.objects.create(user=user, group=user.groups.get(), kind="channel", code="douyin")
    assert total(client) == "¥40.00"


HOSTILE = [
    {"first": "2026-03-18"},
    {"last": "2026-03-18"},
    {"first": "2026-03-19", "last": "2026-03-18"},
    {"first": "0001-01-01", "last": "0001-01-02"},
    {"first": "9999-12-30", "last": "9999-12-31"},
    {"first": "2026-02-30", "last": "2026-03-01"},
    {"first": "yesterday", "last": "'; DROP TABLE"},
    {"first": "2020-01-01", "last": "2026-03-18"},
    {"range": "-1"},
    {"range": "99999999999"},
    {"compare": "mars"},
]


@pytest.mark.parametrize("code", ["sales", "members", "stock", "service"])
@pytest.mark.parametrize("parameters", HOSTILE, ids=str)
def test_days_that_make_no_sense_are_answered_in_words(client, shops, code, parameters):
    sign_in(client)
    response = page(client, code, **parameters)
    assert response.status_code == 200
    assert response.context["choice"].problems
    assert 'role="alert"' in response.content.decode()
    assert not response.context["board"].sections
    export = client.get(reverse("analytics:export", args=[code, "days", "csv"]), parameters)
    assert (export.status_code, urlsplit(export["Location"]).path) == (302, reverse(f"analytics:{code}"))


def test_what_was_typed_stays_in_the_form(client, shops):
    sign_in(client)
    text = page(client, "sales", first="2026-03-19", last="2026-03-18").content.decode()
    assert 'value="2026-03-19"' in text
    assert 'value="2026-03-18"' in text


def test_a_range_with_nothing_says_so_and_leads_to_days_that_hold_something(client, shops):
    sign_in(client)
    response = page(client, "sales", first="2026-01-01", last="2026-01-07")
    assert "No orders in this range. The last day with paid orders is 2026-03-18." in response.content.decode()
    led = client.get(response.context["board"].nothing_link)
    assert led.context["board"].sections[0].cards[0].value == "¥140.00"


@pytest.mark.parametrize("code", [*BOARDS, "index"])
def test_every_board_of_an_empty_shop_opens(client, code):
    sign_in(client)
    assert page(client, code).status_code == 200
    make_store("new")
    assert page(client, code).status_code == 200


@pytest.mark.parametrize("code", [*BOARDS, "index"])
def test_a_board_costs_the_same_on_much_more_data(client, shops, code):
    one, _two = shops
    sign_in(client, *LINKS)
    page(client, code)

    def count():
        with CaptureQueriesContext(connection) as context:
            assert page(client, code).status_code == 200
        return len(context)

    few = count()
    for back in range(20):
        make_order(one, Sale(DAY - timedelta(days=back), D(10)), customer=make_customer())
    sku = make_sku()
    DailySales.objects.create(store=one, sku=sku, day=DAY, units=1, revenue=5)
    rebuild_stale_days()
    assert count() == few <= MOST_QUERIES


def test_the_limits_of_data_are_told(client, shops):
    one, _two = shops
    sign_in(client)
    StoreDay.objects.update(uncosted_amount=0)
    assert page(client, "sales", **ONE_DAY).context["board"].quality == ["nothing is missing"]
    mark_stale("store_day", store_code="one", day=DAY)
    StoreDay.objects.filter(store=one).update(uncosted_amount=7)
    assert page(client, "sales", first="2026-03-18", last="2026-03-19").context["board"].quality == [
        "yesterday and today are provisional: payments still come in",
        "1 store day waits to be built again",
        "net sales of ¥7.00 without a cost",
    ]


def test_numbers_lead_to_the_rows_behind_them(client, shops):
    sign_in(client, *LINKS)
    board = page(client, "sales", **ONE_DAY, store="one").context["board"]
    links = {card.code: card.link for card in board.sections[0].cards}
    orders = urlsplit(links["paid_orders"])
    assert orders.path == reverse("orders:list")
    assert parse_qs(orders.query)["paid_first"] == ["2026-03-18"]
    listing = client.get(links["paid_orders"])
    assert [order.payable_amount for order in listing.context["page"].rows] == [D("100.00")]
    assert client.get(links["refunds"]).status_code == 200
    assert client.get(links["buyers"]).status_code == 200
    service = page(client, "service", **ONE_DAY).context["board"]
    opened = next(card.link for card in service.sections[0].cards if card.code == "tickets_opened")
    assert client.get(opened).status_code == 200


def test_the_tickets_of_a_day_are_those_of_the_stores_own_clock(client):
    store = make_store("one")
    store.time_zone = "America/New_York"
    store.save()
    make_order(store, Sale(DAY, D(100)), customer=make_customer())
    for subject, opened_at in (
        ("late evening", datetime(2026, 3, 19, 3, 59, tzinfo=UTC)),
        ("next morning", datetime(2026, 3, 19, 4, 0, tzinfo=UTC)),
        ("evening before", datetime(2026, 3, 18, 3, 59, tzinfo=UTC)),
    ):
        Ticket.objects.create(
            number=f"T-{subject}", subject=subject, store=store, opened_at=opened_at, last_message_at=opened_at
        )
    rebuild_stale_days()
    sign_in(client, *LINKS)
    board = page(client, "service", **ONE_DAY).context["board"]
    opened = next(card.link for card in board.sections[0].cards if card.code == "tickets_opened")
    listing = client.get(opened)
    assert [ticket.subject for ticket in listing.context["cl"].result_list] == ["late evening"]


def test_a_sku_leads_to_its_stock_card_for_who_may_see_stock(client, shops):
    one, _two = shops
    sku = make_sku("A-1")
    DailySales.objects.create(store=one, sku=sku, day=DAY, units=3, revenue=12)
    for permission, address in (
        ("catalog.view_sku", reverse("admin:catalog_sku_change", args=[sku.pk])),
        ("fulfillment.view_stockbalance", reverse("restock:sku", args=[sku.pk])),
    ):
        sign_in(client, permission, username=permission)
        rows = page(client, "sales", **ONE_DAY).context["board"].panel("products-cny").table.rows
        assert [cell.link for cell in rows[0] if cell.link] == [address]


def test_two_of_three_stores_are_told_to_the_lists_too(client, shops):
    one, two = shops
    third = make_store("three")
    make_order(third, Sale(DAY, D(7)), customer=make_customer())
    rebuild_stale_days()
    sign_in(client, *LINKS, stores=[one, two])
    board = page(client, "sales", **ONE_DAY).context["board"]
    listing = client.get(board.sections[0].cards[0].link)
    assert sorted(order.payable_amount for order in listing.context["page"].rows) == [D(40), D(100)]


def test_who_may_not_read_orders_gets_no_links_to_them(client, shops):
    sign_in(client)
    board = page(client, "sales", **ONE_DAY).context["board"]
    assert all(not card.link for card in board.sections[0].cards)


@pytest.fixture
def formula(shops):
    one, _two = shops
    sku = make_sku("=1+1")
    sku.product.english_name = "=HYPERLINK(0)"
    sku.product.save()
    DailySales.objects.create(store=one, sku=sku, day=DAY, units=3, revenue=12)
    return reverse("analytics:export", args=["sales", "products-cny", "csv"])


def test_exports_hold_exact_values_and_nothing_that_a_spreadsheet_runs(client, formula):
    sign_in(client)
    response = client.get(formula, ONE_DAY)
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines == ["SKU,Units,Net sales", "'=HYPERLINK(0) · =1+1,3,12.00"]
    assert "sales-products-cny-20260318-20260318.csv" in response["Content-Disposition"]
    book = load_workbook(io.BytesIO(client.get(formula.replace(".csv", ".xlsx"), ONE_DAY).content))
    assert [[cell.value for cell in row] for row in book.active.rows] == [
        ["SKU", "Units", "Net sales"],
        ["'=HYPERLINK(0) · =1+1", 3, 12],
    ]


@pytest.mark.parametrize("ending", ["days-cny.exe", "nothing.csv"])
def test_an_export_that_does_not_exist_is_not_there(client, shops, ending):
    sign_in(client)
    assert client.get(f"/boards/sales/tables/{ending}", ONE_DAY).status_code == 404
    assert client.get("/boards/mars/tables/days.csv").status_code == 404


def test_names_of_stores_and_products_cannot_break_out_of_the_page(client, shops):
    one, _two = shops
    one.english_name = "</script><script>alert(1)</script>"
    one.save()
    sign_in(client)
    assert "<script>alert(1)" not in page(client, "sales", **ONE_DAY).content.decode()


def test_the_live_part_answers_304_while_nothing_has_changed(client, shops):
    one, _two = shops
    sign_in(client)
    whole = page(client, "today")
    ask = {"HX-Request": "true"}
    part = client.get(reverse("analytics:today"), headers=ask)
    assert "<html" not in part.content.decode()
    assert part["ETag"] == whole.context["etag"]
    same = client.get(reverse("analytics:today"), headers={**ask, "If-None-Match": part["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    make_order(one, Sale(date(2026, 3, 20), D(5)), customer=make_customer())
    changed = client.get(reverse("analytics:today"), headers={**ask, "If-None-Match": part["ETag"]})
    assert changed.status_code == 200
    assert "¥5.00" in changed.content.decode()


def test_no_script_stands_in_a_page_and_each_chart_has_a_label_and_its_table(client, shops):
    sign_in(client)
    text = page(client, "sales", **ONE_DAY).content.decode()
    board = page(client, "sales", **ONE_DAY).context["board"]
    assert text.count('<canvas data-chart="') == sum(
        bool(one.data and one.table.rows) for one in board.sections[0].panels
    )
    assert text.count('role="img" aria-label="') == text.count("<canvas")
    for panel in board.sections[0].panels:
        assert f'id="{panel.id}-table"' in text
    assert 'data-colours="red_up"' in text
