"""A manager goes from the sales board to the orders behind a number, and the charts are drawn and told in a table."""

import os
import re
import shutil
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from analytics.services.rollups import rebuild_stale_days
from config.kernel.models import User
from config.roles import install_roles
from membership.models import Purchase
from tests.analytics.factories import Sale, make_customer, make_order, make_store
from tests.browser.test_sign_in import ARGUMENTS

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = {"en": "Orders paid", "zh-hans": "付款订单数"}


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the heavy tools")
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("needs Chromium, which was not found")
    with playwright.sync_playwright() as runner:
        started = runner.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def trade():
    """Two stores; within the last week one sold 100 twice and two sold 40."""
    one, two = make_store("one"), make_store("two")
    day = timezone.localdate() - timedelta(days=3)
    for store, goods in ((one, 100), (one, 100), (two, 40)):
        make_order(store, Sale(day, Decimal(goods)), customer=make_customer())
    rebuild_stale_days()
    return one, two


@pytest.fixture
def page(browser, live_server, request):
    install_roles()
    language = request.param
    person = User.objects.create_user("manager", password="a-long-password-1", is_staff=True, language=language)
    person.groups.set(person.groups.model.objects.filter(name="operations_manager"))
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(f"{live_server.url}/admin/login/")
    page.fill("input[name=username]", "manager")
    page.fill("input[name=password]", "a-long-password-1")
    page.click("button[type=submit]")
    page.wait_for_url(f"{live_server.url}/")
    page.words = WORDS[language]
    yield page
    context.close()


@pytest.mark.parametrize("page", ["zh-hans", "en"], indirect=True)
def test_a_manager_goes_from_the_board_to_the_orders_behind_a_number(trade, page, live_server):
    one, _two = trade
    page.goto(f"{live_server.url}/boards/")
    page.click("a.zg-board-card[href='/boards/sales/']")
    page.wait_for_selector("[data-metric=paid_orders]")
    page.click(".zg-presets a[href*='range=7']")
    page.wait_for_url("**/boards/sales/?range=7")
    page.select_option("select[name=store]", "one")
    page.click(".zg-picker button[type=submit]")
    page.wait_for_url("**store=one**")
    assert "range=7" in page.url, "the preset stays when the store changes"
    card = page.locator("[data-metric=paid_orders]")
    assert page.words in card.inner_text()
    assert card.locator(".zg-figure").inner_text() == "2"
    card.locator("a").click()
    page.wait_for_url("**/orders/?**")
    numbers = set(re.findall(r"SO\d{10}", page.locator(".zg-restock-box tbody").inner_text()))
    assert numbers == set(one.orders.values_list("number", flat=True))
    assert page.complaints == []


@pytest.mark.parametrize("page", ["zh-hans"], indirect=True)
def test_charts_are_drawn_and_their_tables_open_and_stay_open(trade, page, live_server):
    page.goto(f"{live_server.url}/boards/sales/?range=7")
    page.wait_for_function("document.querySelectorAll('canvas[data-chart]').length === 3")
    page.wait_for_function("[...document.querySelectorAll('canvas[data-chart]')].every(c => Chart.getChart(c))")
    box = page.locator("#days-cny-table")
    assert "zg-folded" in box.get_attribute("class")
    assert box.locator("caption").count() == 1, "folded for the eye only"
    page.click("button[data-chart-table=days-cny]")
    assert "zg-folded" not in box.get_attribute("class")
    page.reload()
    page.wait_for_selector("#days-cny-table:not(.zg-folded)")
    begins = "Chart.getChart(document.querySelector('#days-cny canvas')).scales.y.min"
    assert page.evaluate(begins) == 0
    assert page.complaints == []


@pytest.mark.parametrize("page", ["en"], indirect=True)
def test_the_live_board_shows_a_new_order_without_a_reload(trade, page, live_server):
    page.goto(f"{live_server.url}/boards/today/")
    assert page.locator("[data-metric=gmv] .zg-figure").last.inner_text() == "¥0.00"
    one, _two = trade
    now = timezone.now()
    Purchase.objects.create(
        source_ref="new",
        checkout_ref="new",
        store=one,
        paid_at=now,
        paid_on=timezone.localdate(now),
        currency="CNY",
        amount=25,
        goods_amount=25,
    )
    page.wait_for_function("document.querySelector('#hours-cny-data').textContent.includes('25.0')", timeout=20_000)
    assert page.locator("[data-metric=gmv] .zg-figure").last.inner_text() == "¥25.00"
    assert page.complaints == []
