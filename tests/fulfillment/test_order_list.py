"""The list of orders: filters, tabs, pages by key, sums, exports, and what is done with chosen ones."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from config.kernel.keyset import in_keyset_chunks, keyset_page
from config.kernel.models import AuditEntry, RoleScope, User
from config.roles import install_roles
from fulfillment.models import Order, Refund, StockMovement
from fulfillment.order_pages import list_reads
from fulfillment.order_pages.moves import MOVES
from fulfillment.orders import BuyerInput
from fulfillment.services.dispatch import ship_lines
from fulfillment.services.orders import hold_order
from tests.fulfillment.factories import NOON, line_of, make_order, make_sku, make_store, make_warehouse, put_in_stock

pytestmark = pytest.mark.django_db(databases="__all__")
LIST, MOVE = "/orders/", "/orders/move/"


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


def shown(client, **filters):
    answer = client.get(LIST, filters)
    assert answer.status_code == 200
    return [order.number for order in answer.context["page"].rows]


def manager_of(store):
    install_roles()
    user = User.objects.create_user("manager", password="x", is_staff=True, language="en")
    group = Group.objects.get(name="operations_manager")
    user.groups.add(group)
    RoleScope.objects.create(user=user, group=group, kind="store", code=store.code)
    client = Client()
    client.force_login(user)
    return client


def test_each_filter_finds_its_orders_and_no_other(staff, store, sku):
    other = make_store("jd")
    pear = make_sku("pear")
    unpaid = make_order(store, line_of(sku))
    paid = make_order(store, line_of(sku), paid="10.00", placed_at=NOON + timedelta(days=2))
    elsewhere = make_order(other, line_of(pear), paid="10.00", placed_at=NOON + timedelta(days=1))
    everything = [paid.number, elsewhere.number, unpaid.number]
    assert shown(staff) == everything
    assert shown(staff, store=store.pk) == [paid.number, unpaid.number]
    assert shown(staff, store=f"{store.pk},{other.pk}") == everything
    assert shown(staff, store="x") == []
    assert shown(staff, payment="unpaid") == [unpaid.number]
    assert shown(staff, state="confirmed") == [paid.number, elsewhere.number]
    assert shown(staff, sku="pear") == [elsewhere.number]
    day = NOON.date()
    assert shown(staff, placed_last=day.isoformat()) == [unpaid.number]
    assert shown(staff, paid_first=day.isoformat()) == [paid.number, elsewhere.number]
    assert shown(staff, refunded="yes") == []
    assert shown(staff, refunded="no") == everything
    assert shown(staff, origin="history") == []
    assert shown(staff, origin="live") == everything


def test_an_order_is_found_by_its_numbers_and_by_its_buyer(staff, store, sku):
    buyer = BuyerInput(id="buyer-77", name="张三", phone="13812345678")
    order = make_order(store, line_of(sku), paid="10.00", buyer=buyer)
    make_order(store, line_of(sku), paid="10.00")
    for text in (order.number, order.number.lower(), order.external_number, "13812345678", "138 1234 5678", "buyer-77"):
        assert shown(staff, q=text) == [order.number], text
    assert order.number in shown(staff, q=order.number[:6])
    assert shown(staff, customer=order.customer.number) == [order.number]
    assert shown(staff, q="nobody") == []


def test_a_filter_that_is_wrong_or_finds_nothing_says_so(staff, store, sku):
    make_order(store, line_of(sku))
    wrong = staff.get(LIST, {"paid_first": "2026-02-30"})
    assert wrong.context["form"].errors["paid_first"]
    assert wrong.context["page"].rows == []
    backwards = staff.get(LIST, {"paid_first": "2026-02-03", "paid_last": "2026-02-01"})
    assert "The range ends before it begins." in backwards.content.decode()
    assert "Nothing matches these filters." in staff.get(LIST, {"q": "nobody"}).content.decode()
    for hostile in (
        {"state": "x"},
        {"cursor": "o9.9"},
        {"cursor": "o99999999999999999999.1"},
        {"view": "x"},
        {"q": "\x00"},
    ):
        assert staff.get(LIST, hostile).status_code == 200, hostile


def test_an_empty_shop_says_what_to_do_first(staff, store):
    text = staff.get(LIST).content.decode()
    assert "There is no order yet." in text
    assert reverse("imports:upload") in text


def test_tabs_count_what_waits(staff, store, sku, monkeypatch):
    late = make_order(store, line_of(sku), paid="10.00")
    held = make_order(store, line_of(sku), paid="10.00")
    hold_order(held, reason="address")
    unpaid = make_order(store, line_of(sku))
    gone = make_order(store, line_of(sku), paid="10.00")
    ship_lines(gone, key="gone", shipped_at=NOON)
    Order.objects.filter(pk=late.pk).update(dispatch_due_at=NOON - timedelta(days=400))
    counts = {tab.code: tab.count for tab in staff.get(LIST).context["tabs"]}
    assert counts == {"": None, "dispatch": 1, "late": 1, "soon": 0, "payment": 1, "held": 1}
    for view, number in (("dispatch", late), ("late", late), ("payment", unpaid), ("held", held)):
        assert shown(staff, view=view) == [number.number]
    assert shown(staff, view="soon") == []


def test_pages_by_key_show_every_order_once_both_ways(store, sku):
    orders = [make_order(store, line_of(sku), placed_at=NOON + timedelta(hours=n // 2)) for n in range(7)]
    newest_first = [order.pk for order in reversed(orders)]
    rows = Order.objects.all()
    seen, cursors, cursor = [], [], ""
    while True:
        page = keyset_page(rows, moment="placed_at", cursor=cursor, size=3)
        seen.append([order.pk for order in page.rows])
        cursors.append(page.newer)
        if not page.older:
            break
        cursor = page.older
    assert seen == [newest_first[:3], newest_first[3:6], newest_first[6:]]
    back = keyset_page(rows, moment="placed_at", cursor=cursors[2], size=3)
    assert [order.pk for order in back.rows] == seen[1]
    first = keyset_page(rows, moment="placed_at", cursor=back.newer, size=3)
    assert ([order.pk for order in first.rows], first.newer) == (seen[0], "")
    assert [order.pk for order in in_keyset_chunks(rows, moment="placed_at", size=2)] == newest_first


def test_sums_are_those_of_the_orders_found_and_stop_at_a_limit(staff, store, sku, monkeypatch):
    usd = make_store("amazon", currency="USD")
    make_order(store, line_of(sku, 2), paid="20.00")
    make_order(store, line_of(sku), paid="10.00")
    make_order(usd, line_of(sku, price="3.00"), paid="3.00")
    sums = staff.get(LIST, {"payment": "paid"}).context["sums"]
    assert [(one.currency, one.orders, one.payable) for one in sums] == [
        ("CNY", 2, Decimal("30.00")),
        ("USD", 1, Decimal("3.00")),
    ]
    monkeypatch.setattr(list_reads, "MOST_SUMMED", 2)
    assert staff.get(LIST, {"payment": "paid"}).context["sums"] is None


def test_the_questions_do_not_grow_with_the_orders(staff, store, sku):
    counts = []
    for size in (3, 27):
        for _one in range(size):
            make_order(store, line_of(sku), paid="10.00", buyer=BuyerInput(id=f"buyer-{size}-{_one}"))
        staff.get(LIST, {"payment": "paid"})
        with CaptureQueriesContext(connection) as asked:
            staff.get(LIST, {"payment": "paid"})
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 15


def test_exports_hold_the_orders_of_the_list_without_personal_data(staff, store, sku):
    buyer = BuyerInput(id="=cmd()", name="张三丰", phone="13812345678", address="西湖区1号")
    order = make_order(store, line_of(sku), paid="10.00", buyer=buyer, number="=1+1")
    make_order(store, line_of(sku))
    answer = staff.get("/orders/export/csv/", {"payment": "paid"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(text))
    assert row[0] == order.number
    assert row[2] == "'=1+1"
    assert row[head.index("Payable")] == "10.00"
    for secret in ("张三丰", "13812345678", "西湖区"):
        assert secret not in text
    book = load_workbook(io.BytesIO(b"".join(staff.get("/orders/export/xlsx/").streaming_content)))
    assert book.active.max_row == 3
    assert AuditEntry.objects.filter(action="orders.exported").count() == 2
    assert staff.get("/orders/export/pdf/").status_code == 404


def test_an_export_that_is_too_long_is_refused_in_words(staff, store, sku, monkeypatch):
    monkeypatch.setattr("fulfillment.order_pages.lists.MOST_EXPORTED", 1)
    for _one in range(2):
        make_order(store, line_of(sku))
    answer = staff.get("/orders/export/csv/", {"payment": "unpaid"}, follow=True)
    assert answer.redirect_chain[0][0] == "/orders/?payment=unpaid"
    assert "More than 1 orders match" in answer.content.decode()


def test_one_store_sees_and_moves_its_own_orders_only(store, sku):
    other = make_store("jd")
    put_in_stock(sku, make_warehouse("second", store=other), 10)
    own, foreign = (make_order(one, line_of(sku), paid="10.00") for one in (store, other))
    client = manager_of(store)
    page = client.get(LIST, {"payment": "paid"})
    assert [order.number for order in page.context["page"].rows] == [own.number]
    assert [one.payable for one in page.context["sums"]] == [Decimal("10.00")]
    assert "jd" not in [str(words) for _value, words in page.context["form"].fields["store"].widget.choices]
    export = b"".join(client.get("/orders/export/csv/").streaming_content).decode()
    assert own.number in export
    assert foreign.number not in export
    client.post(MOVE, {"action": "ship", "chosen": [own.number, foreign.number], "confirmed": "yes", "press": "0" * 12})
    own.refresh_from_db()
    foreign.refresh_from_db()
    assert (own.fulfilment_state, foreign.fulfilment_state) == ("shipped", "unshipped")


def test_what_will_happen_is_shown_before_it_happens(staff, store, sku):
    ready, unpaid = make_order(store, line_of(sku), paid="10.00"), make_order(store, line_of(sku))
    answer = staff.post(MOVE, {"action": "ship", "chosen": [ready.number, unpaid.number], "next": "/orders/?q=SO"})
    assert [order.number for order in answer.context["possible"]] == [ready.number]
    assert [(one.order.number, one.why) for one in answer.context["refused"]] == [(unpaid.number, "It is new.")]
    assert not StockMovement.objects.filter(kind="ship").exists()
    press = answer.context["press"]
    sent = {"action": "ship", "chosen": [ready.number], "confirmed": "yes", "press": press, "next": "/orders/?q=SO"}
    done = staff.post(MOVE, sent)
    assert (done.status_code, done["Location"]) == (302, "/orders/?q=SO")
    staff.post(MOVE, sent)
    assert StockMovement.objects.filter(kind="ship").count() == 1
    ready.refresh_from_db()
    assert ready.fulfilment_state == "shipped"


def test_cancelling_needs_a_reason_and_pays_back(staff, store, sku):
    order = make_order(store, line_of(sku), paid="10.00")
    asked = staff.post(MOVE, {"action": "cancel", "chosen": [order.number], "confirmed": "yes", "reason": " "})
    assert "Say why." in asked.content.decode()
    order.refresh_from_db()
    assert order.state == "confirmed"
    staff.post(MOVE, {"action": "cancel", "chosen": [order.number], "confirmed": "yes", "reason": "buyer asked"})
    order.refresh_from_db()
    assert (order.state, order.refunded_amount) == ("cancelled", Decimal("10.00"))
    assert Refund.objects.get().reason == "buyer asked"


@pytest.mark.parametrize("data", [{}, {"action": "ship"}, {"action": "burn", "chosen": ["SO1"]}, {"chosen": ["\x00"]}])
def test_choosing_nothing_is_said(staff, data):
    answer = staff.post(MOVE, data | {"next": "https://elsewhere.example/"}, follow=True)
    assert answer.redirect_chain == [("/orders/", 302)]
    assert "Choose orders and what to do with them." in answer.content.decode()


def test_who_may_only_look_is_offered_no_move(store, sku):
    install_roles()
    user = User.objects.create_user("auditor", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name="auditor"))
    client = Client()
    client.force_login(user)
    order = make_order(store, line_of(sku), paid="10.00")
    assert client.get(LIST).context["moves"] == {}
    assert client.get(f"/orders/{order.number}/").context["moves"] == []
    assert client.post(MOVE, {"action": "ship", "chosen": [order.number], "confirmed": "yes"}).status_code == 403


def test_the_order_page_offers_what_is_possible_now(staff, store, sku):
    order = make_order(store, line_of(sku), paid="10.00")
    page = staff.get(f"/orders/{order.number}/")
    assert [code for code, _move in page.context["moves"]] == ["ship", "hold", "cancel"]
    hold_order(order, reason="address")
    page = staff.get(f"/orders/{order.number}/")
    assert [code for code, _move in page.context["moves"]] == ["clear", "cancel"]
    assert set(MOVES) == {"ship", "confirm", "hold", "clear", "cancel", "close"}
