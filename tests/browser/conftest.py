"""One browser for a file of tests, both languages, and pages that may not complain."""

import os
import shutil
import threading

import pytest
from django.core.signals import request_finished, request_started
from django.db import connections

from tests.browser.people import ARGUMENTS, make_person, open_page, sign_in

# Playwright keeps a loop in this thread; the database is used beside it, never inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory):
    """SQLite in a file, as a shop has it: in memory, two requests at once do not wait for each other but fail."""
    settings = connections["default"].settings_dict
    if settings["ENGINE"].endswith("sqlite3"):
        settings["TEST"]["NAME"] = str(tmp_path_factory.mktemp("browser") / "shop.sqlite3")


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


@pytest.fixture(params=["zh-hans", "en"])
def language(request):
    return request.param


class Underway:
    """How many requests are being answered. A page that asks every few seconds may have one open when its test ends."""

    def __init__(self):
        self.count = 0
        self.changed = threading.Condition()

    def more(self, **_said):
        with self.changed:
            self.count += 1

    def less(self, **_said):
        with self.changed:
            self.count -= 1
            self.changed.notify_all()

    def wait(self):
        with self.changed:
            assert self.changed.wait_for(lambda: self.count <= 0, timeout=20), "a request was never answered"


@pytest.fixture
def underway():
    """Requests that are being answered; emptying the tables meanwhile would find them locked."""
    requests = Underway()
    request_started.connect(requests.more)
    request_finished.connect(requests.less)
    yield requests
    request_started.disconnect(requests.more)
    request_finished.disconnect(requests.less)


@pytest.fixture
def pages(browser, underway):
    """Opens pages; at the end none of them may have complained."""
    opened = []

    def open_another(**size):
        opened.append(open_page(browser, **size))
        return opened[-1]

    yield open_another
    for page in opened:
        page.context.close()
    underway.wait()
    assert [complaint for page in opened for complaint in page.complaints] == []


@pytest.fixture
def signed_in(pages, live_server, language):
    """Signs somebody with a role in, in the language of the test, on a page of their own."""

    def sign_somebody_in(role, *, stores=()):
        page = pages()
        sign_in(page, make_person(role, language=language, stores=stores), at=live_server.url)
        return page

    return sign_somebody_in
