"""A person signs in and looks around: no error in the console, nothing blocked by the content security policy."""

import os
import shutil

import pytest

from config.kernel.models import User
from config.roles import install_roles

# Playwright keeps a loop in this thread; the database is used beside it, never inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGES = [
    "/",
    "/boards/",
    "/boards/reports/",
    "/desk/",
    "/admin/",
    "/admin/catalog/sku/",
    "/admin/fulfillment/order/",
    "/admin/kernel/jobrun/",
]


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


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [1440, 390])
def test_an_operations_manager_signs_in_and_looks_around(browser, live_server, language, width):
    install_roles()
    person = User.objects.create_user("manager", password="a-long-password-1", is_staff=True, language=language)
    person.groups.set(person.groups.model.objects.filter(name="operations_manager"))
    page = browser.new_page(viewport={"width": width, "height": 900})
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live_server.url}/admin/login/")
    page.fill("input[name=username]", "manager")
    page.fill("input[name=password]", "a-long-password-1")
    page.click("button[type=submit]")
    page.wait_for_url(f"{live_server.url}/")
    for path in PAGES:
        response = page.goto(f"{live_server.url}{path}")
        assert response is not None
        assert response.status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), f"{path} overflows"
    assert complaints == []
    page.close()
