"""A planner goes from the start page to received goods: what waits, why, how many, approved, sent, received in parts."""

import os
import re
import shutil
from datetime import timedelta

import pytest
from django.utils import timezone

from config.kernel.models import User
from config.roles import install_roles
from fulfillment.models import PurchaseOrder, RestockSuggestion, SkuForecast, StockBalance
from tests.browser.test_sign_in import ARGUMENTS
from tests.fulfillment.factories import make_restock_run, make_sku, make_suggestion, make_supplier, make_warehouse
from tests.fulfillment.restock_people import with_arithmetic

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = {
    "en": ("Restock suggestions to decide", "still to come", "received"),
    "zh-hans": ("待处理的补货建议", "待收", "已收货"),
}


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
def needs():
    """A check that suggests 24 of one SKU and 10 of another, together below the supplier's minimum."""
    run, warehouse = make_restock_run(), make_warehouse("main")
    supplier = make_supplier("nut-works", minimum="500.00")
    first = make_suggestion(run, make_sku("NUTS-1"), warehouse, supplier)
    with_arithmetic(first)
    make_suggestion(run, make_sku("TEA-1"), warehouse, supplier)
    SkuForecast.objects.create(
        run=run,
        sku=first.sku,
        warehouse=warehouse,
        demand_class="smooth",
        velocity_class="fast",
        method="ses",
        daily_mean=5,
        horizon_days=28,
        daily_units=[5.0] * 28,
    )
    RestockSuggestion.objects.update(order_by=timezone.localdate() + timedelta(days=2))
    return first


@pytest.fixture
def page(browser, live_server, request):
    install_roles()
    language = request.param
    person = User.objects.create_user("planner", password="a-long-password-1", is_staff=True, language=language)
    person.groups.set(person.groups.model.objects.filter(name="supply_planner"))
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(f"{live_server.url}/admin/login/")
    page.fill("input[name=username]", "planner")
    page.fill("input[name=password]", "a-long-password-1")
    page.click("button[type=submit]")
    page.wait_for_url(f"{live_server.url}/")
    page.words = WORDS[language]
    yield page
    context.close()


@pytest.mark.parametrize("page", ["zh-hans", "en"], indirect=True)
def test_a_planner_goes_from_the_start_page_to_received_goods(needs, page, live_server):
    to_decide, to_come, received = page.words
    card = page.locator("a.zg-card[href='/restock/suggestions/']")
    assert (card.locator("strong").inner_text(), to_decide in card.inner_text()) == ("2", True)
    card.click()
    page.wait_for_url("**/restock/suggestions/")

    # Why, and another quantity with its reason.
    page.click(f"a[href='/restock/suggestions/{needs.pk}/']")
    page.wait_for_function("[...document.querySelectorAll('canvas[data-chart]')].every(c => Chart.getChart(c))")
    assert page.locator(".zg-restock-steps > li").count() == 8
    page.fill("#id_quantity", "48")
    page.fill("#id_reason", "live show")
    page.click("form[action$='/edit/'] button[type=submit]")
    page.wait_for_url(f"**/restock/suggestions/{needs.pk}/")

    # Both lines are chosen and approved, below the minimum with a reason.
    page.goto(f"{live_server.url}/restock/suggestions/")
    page.locator("[data-check-all]").check()
    assert re.search(r"\b58\b", page.locator("[data-restock-sum]").inner_text())
    page.click(".zg-restock-foot button")
    page.wait_for_url("**/approve/")
    page.fill("#reason", "season")
    page.click("form[data-once] button[type=submit]")
    page.wait_for_url("**/restock/orders/*/")
    order = PurchaseOrder.objects.get()
    assert sorted(order.lines.values_list("quantity", flat=True)) == [10, 48]
    assert order.note == "season"

    # Sent; then it comes in parts, more than ordered is refused.
    page.click("form[action$='/send/'] button")
    page.wait_for_selector(".zg-restock-sent")
    page.click("a[href$='/receive/']")
    page.locator("input[name$='-accepted']").first.fill("49")
    page.click("form:has(input[name=press]) button[type=submit]")
    page.wait_for_selector("[role=alert]")
    assert to_come in page.locator(".zg-restock-arrival").first.inner_text()
    assert not StockBalance.objects.exists()
    page.locator("input[name$='-accepted']").first.fill("40")
    page.click("form:has(input[name=press]) button[type=submit]")
    page.wait_for_selector(".zg-restock-part_received")
    assert received in page.locator("body").inner_text()
    page.click("a[href$='/receive/']")
    page.click("[data-fill]")
    page.click("form:has(input[name=press]) button[type=submit]")
    page.wait_for_selector(".zg-restock-received")

    # The stock card shows what has come.
    page.click("th.zg-restock-sku a >> nth=0")
    page.wait_for_url("**/restock/skus/*/")
    assert page.locator("#stock ~ div tbody td strong").first.inner_text() == "48"
    order.refresh_from_db()
    assert order.state == "received"
    assert sorted(StockBalance.objects.values_list("on_hand", flat=True)) == [10, 48]
    assert page.complaints == []
