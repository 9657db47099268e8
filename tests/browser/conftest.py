"""One browser for a file of tests, both languages, and pages that may not complain."""

import os
import shutil

import pytest

from tests.browser.people import ARGUMENTS, make_person, open_page, sign_in

# Playwright keeps a loop in this thread; the database is used beside it, never inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


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


@pytest.fixture
def pages(browser):
    """Opens pages; at the end none of them may have complained."""
    opened = []

    def open_another(**size):
        opened.append(open_page(browser, **size))
        return opened[-1]

    yield open_another
    for page in opened:
        page.context.close()
    assert [complaint for page in opened for complaint in page.complaints] == []


@pytest.fixture
def signed_in(pages, live_server, language):
    """Signs somebody with a role in, in the language of the test, on a page of their own."""

    def sign_somebody_in(role, *, stores=()):
        page = pages()
        sign_in(page, make_person(role, language=language, stores=stores), at=live_server.url)
        return page

    return sign_somebody_in
