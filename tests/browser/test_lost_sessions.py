"""What was typed when the session had ended is there again after sign-in; going back and pressing again makes one row."""

import pytest
from django.contrib.sessions.models import Session

from config.kernel.models import CalendarDay, ShiftNote, StaffSession, User
from tests.browser.people import give_password, make_person
from tests.membership.factories import make_store
from tests.service_desk.desk_factories import make_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Count the till twice.\n第二行。\n" * 40
NOTE = "form[action='/shift/notes/'] textarea"
SEND = "form[action='/shift/notes/'] button[type=submit]"


@pytest.fixture
def start_page(pages, live_server, language):
    person = make_person("operations_manager", language=language)
    User.objects.update(is_superuser=True)
    page = pages()
    page.goto(f"{live_server.url}/")
    give_password(page, person)
    page.wait_for_url(f"{live_server.url}/")
    return page, person


def end_all_sessions():
    StaffSession.objects.all().delete()
    Session.objects.all().delete()


def write_note(page):
    page.click("section[aria-labelledby=shift-book] summary")
    page.fill(NOTE, LONG)


def test_a_note_typed_in_an_ended_session_is_there_again_after_sign_in(start_page, live_server):
    page, person = start_page
    write_note(page)
    end_all_sessions()
    page.click(SEND)
    page.wait_for_url("**/admin/login/?next=%2F")
    assert not ShiftNote.objects.exists()
    give_password(page, person)
    page.wait_for_url(f"{live_server.url}/")
    assert page.input_value(NOTE) == LONG
    assert page.locator(NOTE).is_visible()
    page.click(SEND)
    page.wait_for_load_state()
    assert ShiftNote.objects.get().text.replace("\r", "").strip() == LONG.strip()
    page.reload()
    assert page.input_value(NOTE) == ""


def test_somebody_else_at_the_same_browser_does_not_see_it(start_page, live_server, language):
    page, _person = start_page
    other = make_person("director", language=language)
    write_note(page)
    end_all_sessions()
    page.click(SEND)
    page.wait_for_url("**/admin/login/?next=%2F")
    give_password(page, other)
    page.wait_for_url(f"{live_server.url}/")
    assert page.input_value(NOTE) == ""
    assert page.evaluate("sessionStorage.getItem('zg-kept')") is None


def test_going_back_and_pressing_again_makes_one_row(start_page, live_server):
    page, _person = start_page
    page.goto(f"{live_server.url}/admin/kernel/calendarday/add/")
    page.fill("[name=day]", "2030-01-01")
    page.fill("[name=name]", "rest day")
    page.click("[name=_save]")
    page.wait_for_url("**/calendarday/")
    page.go_back()
    page.wait_for_url("**/calendarday/add/")
    page.fill("[name=day]", "2030-01-02")
    page.fill("[name=name]", "rest day")
    page.click("[name=_save]")
    page.wait_for_url("**/calendarday/*/change/")
    assert CalendarDay.objects.filter(day__year=2030).count() == 1


def test_a_part_that_refreshes_itself_leads_to_the_sign_in_once(start_page, live_server):
    page, person = start_page
    page.goto(f"{live_server.url}/boards/today/")
    end_all_sessions()
    page.evaluate("htmx.ajax('GET', location.href, {target: '#live', swap: 'innerHTML'})")
    page.wait_for_url("**/admin/login/?next=%2Fboards%2Ftoday%2F")
    assert page.locator("#login-form").count() == 1
    give_password(page, person)
    page.wait_for_url("**/boards/today/")


def test_an_answer_at_the_desk_stays_in_its_box_and_the_ended_session_is_said_once(start_page, live_server):
    page, person = start_page
    ticket = make_ticket(make_store("shop"))
    page.goto(f"{live_server.url}/desk/{ticket.number}/")
    assert page.locator("[data-ended]").is_hidden()
    page.fill("#reply-body", LONG)
    end_all_sessions()
    page.wait_for_selector("[data-ended]:not([hidden])")
    with page.expect_response(f"**/desk/{ticket.number}/talk/"):
        pass
    assert page.locator("[data-ended]:visible").count() == 1
    assert page.input_value("#reply-body") == LONG
    assert "<" not in page.locator("[data-saved]").first.inner_text()
    with page.context.expect_page() as opened:
        page.click("[data-ended] a")
    give_password(opened.value, person)
    opened.value.wait_for_url(f"**/desk/{ticket.number}/")
    opened.value.close()
    page.wait_for_selector("[data-ended]", state="hidden")
    assert page.input_value("#reply-body") == LONG
