"""A person signs in and looks around: no error in the console, nothing blocked by the content security policy."""

import pytest

# The neighbours read it from here as well.
from tests.browser.people import ARGUMENTS as ARGUMENTS
from tests.browser.people import make_person, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = [
    "/",
    "/boards/",
    "/boards/reports/",
    "/desk/",
    "/orders/",
    "/admin/",
    "/admin/catalog/sku/",
    "/admin/fulfillment/order/",
    "/admin/kernel/jobrun/",
]


@pytest.mark.parametrize("width", [1440, 390])
def test_an_operations_manager_signs_in_and_looks_around(pages, live_server, language, width):
    page = pages(width=width)
    sign_in(page, make_person("operations_manager", language=language), at=live_server.url)
    for path in PAGES:
        response = page.goto(f"{live_server.url}{path}")
        assert response is not None
        assert response.status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), f"{path} overflows"
