"""A person limited to one store: lists, totals and exports hold that store's numbers, the other store is not there."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from analytics.services.rollups import rebuild_stale_days
from tests.analytics.factories import Sale, make_customer, make_order, make_store

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def trade():
    """Store -> its orders: one sold 100 twice, two sold 40 once, within the last week."""
    one, two = make_store("one"), make_store("two")
    day = timezone.localdate() - timedelta(days=3)
    sold = {store: [make_order(store, Sale(day, Decimal(goods)), customer=make_customer()) for goods in amounts]
            for store, amounts in ((one, (100, 100)), (two, (40,)))}  # fmt: skip
    rebuild_stale_days()
    return sold


def figure(page, metric):
    return page.locator(f"[data-metric={metric}] .zg-figure").first.inner_text()


def test_a_person_of_one_store_sees_no_number_of_another(signed_in, live_server, trade):
    (one, own), (_two, (foreign,)) = trade.items()
    page, house = signed_in("operations_manager", stores=[one]), live_server.url
    ask = page.context.request

    page.goto(f"{house}/orders/")
    listed = page.locator("body").inner_text()
    assert [order.number in listed for order in (*own, foreign)] == [True, True, False]

    # Without a choice, and with the other store typed into the address, the totals are the own store's.
    page.goto(f"{house}/boards/sales/?range=7")
    assert (figure(page, "paid_orders"), "200" in figure(page, "gmv")) == ("2", True)
    assert page.locator("select[name=store] option[value=two]").count() == 0
    typed = ask.get(f"{house}/boards/sales/?range=7&store=two")
    assert typed.status == 404 or "240" not in typed.text()

    export = ask.get(f"{house}/boards/sales/tables/days-cny.csv?range=7")
    rows = list(csv.reader(io.StringIO(export.body().decode("utf-8-sig"))))
    numbers = {cell for row in rows for cell in row if cell}
    assert any(Decimal(cell) == 200 for cell in numbers if cell.replace(".", "").isdecimal())
    assert not [cell for cell in numbers if cell in {"240", "240.00", "40", "40.00", "240.0000", "40.0000"}]
    orders = ask.get(f"{house}/orders/export/csv/").body().decode("utf-8-sig")
    assert [order.number in orders for order in (*own, foreign)] == [True, True, False]

    for path in ("/orders/{}/", "/admin/fulfillment/order/{}/change/", "/members/customers/{}/"):
        keys = {"/orders/{}/": "number", "/members/customers/{}/": "customer_id"}
        key = keys.get(path, "pk")
        assert ask.get(house + path.format(getattr(foreign, key))).status == 404, path
    assert ask.get(f"{house}/orders/{own[0].number}/").status == 200
