"""An agent answers by keyboard only; two agents on one ticket; nothing on the page is out of the keyboard's reach."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from config.kernel.models import User
from config.roles import install_roles
from service_desk.models import Ticket
from service_desk.services import receive_message
from tests.browser.people import PASSWORD, sign_in
from tests.membership.factories import make_store
from tests.service_desk.desk_factories import make_macro, make_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = {
    "en": {
        "writing": "colleague is writing",
        "anyway": "I have read it: send anyway",
        "late": "Your text is still here.",
    },
    "zh-hans": {"writing": "colleague正在输入", "anyway": "已看过，仍然发送", "late": "您写的内容还在。"},
}
# Everything that a mouse could use, and that is there for the eye.
USABLE = """
() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
  .filter(one => one.type !== 'hidden' && !one.disabled && one.checkVisibility({visibilityProperty: true}))
  .filter(one => one.tabIndex >= 0 && one.closest('[data-desk], dialog[open]'))
  .map(one => { one.dataset.walked ??= 'no'; return one.outerHTML.slice(0, 120); })
"""
STEP = """
() => {
  const here = document.activeElement;
  if (here && here.dataset) here.dataset.walked = 'yes';
  return here ? here.outerHTML.slice(0, 80) : '';
}
"""
MISSED = "() => [...document.querySelectorAll('[data-walked=no]')].map(one => one.outerHTML.slice(0, 120))"


@pytest.fixture
def store():
    install_roles()
    return make_store("shop")


def another_agent(language):
    person = User.objects.create_user("colleague", password=PASSWORD, is_staff=True, language=language)
    person.groups.add(Group.objects.get(name="service_agent"))
    return person


def on_ticket(page, ticket):
    page.wait_for_url(f"**/desk/{ticket.number}/**")
    page.wait_for_selector("#context section")
    page.wait_for_selector("#walk a")


def test_an_agent_answers_by_keyboard_only(signed_in, store, live_server):
    first = make_ticket(store, subject="First", minutes_ago=30)
    second = make_ticket(store, subject="Second", minutes_ago=20)
    third = make_ticket(store, subject="Third", minutes_ago=10)
    make_macro(code="way", body="It is on its way.")
    page = signed_in("service_agent")
    keys = page.keyboard
    page.goto(f"{live_server.url}/desk/")
    for key in ("j", "j", "k", "j"):
        keys.press(key)
    keys.press("Enter")
    on_ticket(page, second)
    keys.press("a")
    page.wait_for_selector("button[data-key=a]", state="detached")
    on_ticket(page, second)
    page.wait_for_selector("[data-macro]", state="attached")
    keys.press("r")
    page.wait_for_function("document.activeElement.id === 'reply-body'")
    keys.press("/")
    page.wait_for_selector("#macros[open]")
    keys.type("way")
    keys.press("Enter")
    page.wait_for_selector("#macros[open]", state="hidden")
    keys.type(" Thank you!")
    page.evaluate("document.getElementById('after-reply').value = 'next'")
    keys.press("Control+Enter")
    on_ticket(page, third)
    sent = second.messages.get(author="agent")
    assert (sent.body, sent.is_note) == ("It is on its way. Thank you!", False)
    second.refresh_from_db()
    assert (second.state, second.assignee.username) == (Ticket.State.WAITING_CUSTOMER, "service_agent")
    keys.press("r")
    keys.type("Solved.")
    keys.press("Control+Shift+Enter")
    page.wait_for_url(f"{live_server.url}/desk/")
    third.refresh_from_db()
    first.refresh_from_db()
    assert (third.state, first.state) == (Ticket.State.RESOLVED, Ticket.State.NEW)


def test_two_agents_on_one_ticket(signed_in, pages, store, live_server, language):
    ticket, words = make_ticket(store), WORDS[language]
    mine, theirs = signed_in("service_agent"), pages()
    sign_in(theirs, another_agent(language), at=live_server.url)
    for page in (mine, theirs):
        page.goto(f"{live_server.url}/desk/{ticket.number}/")
        on_ticket(page, ticket)
    theirs.keyboard.press("r")
    theirs.keyboard.type("We look for it.")
    mine.wait_for_selector(f"#present >> text={words['writing']}", timeout=20_000)
    mine.keyboard.press("r")
    mine.keyboard.type("It is in Hangzhou.")
    theirs.keyboard.press("Control+Enter")
    theirs.wait_for_function("document.querySelectorAll('#talk .zg-agent').length === 1")
    mine.keyboard.press("Control+Enter")
    mine.wait_for_selector(".zg-late-box")
    assert "We look for it." in mine.locator(".zg-late-box").inner_text()
    assert words["late"] in mine.locator(".zg-late-box").inner_text()
    assert mine.locator("#reply-body").input_value() == "It is in Hangzhou."
    assert ticket.messages.filter(author="agent").count() == 1
    mine.get_by_role("button", name=words["anyway"]).click()
    mine.wait_for_selector(".zg-late-box", state="detached")
    bodies = [message.body for message in ticket.messages.filter(author="agent")]
    assert bodies == ["We look for it.", "It is in Hangzhou."]
    # The refusal is an answer of 409, which Chromium notes in its console.
    mine.complaints[:] = [one for one in mine.complaints if "409" not in one]


def test_a_new_message_comes_in_without_a_reload_and_is_announced(signed_in, store, live_server):
    ticket = make_ticket(store)
    page = signed_in("service_agent")
    page.goto(f"{live_server.url}/desk/{ticket.number}/")
    on_ticket(page, ticket)
    page.evaluate("window.stayed = true")
    told = receive_message(ticket, body="Are you there?", sent_at=ticket.opened_at)
    page.wait_for_selector(f"#talk [data-message='{told.pk}']", timeout=20_000)
    page.wait_for_function("document.getElementById('announce').textContent !== ''")
    assert page.evaluate("window.stayed")


def test_tab_reaches_everything_on_the_ticket_page(signed_in, store, live_server):
    ticket = make_ticket(store)
    make_ticket(store, subject="Another one", customer=ticket.customer)
    page = signed_in("service_lead")
    page.goto(f"{live_server.url}/desk/{ticket.number}/")
    on_ticket(page, ticket)
    usable = page.evaluate(USABLE)
    assert len(usable) > 25, "the walk sees the page"
    for _step in range(400):
        page.keyboard.press("Tab")
        page.evaluate(STEP)
        if not page.evaluate(MISSED):
            break
    assert page.evaluate(MISSED) == []


def test_the_help_opens_by_its_key_and_closes_by_escape(signed_in, store, live_server):
    page = signed_in("service_agent")
    page.goto(f"{live_server.url}/desk/")
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    assert page.locator("#keys dt").count() == 13
    page.keyboard.press("Escape")
    page.wait_for_selector("#keys[open]", state="hidden")


def test_the_clock_on_a_ticket_goes_on_by_itself(signed_in, live_server, language):
    ticket = make_ticket(make_store())
    now = timezone.now()
    page = signed_in("service_agent")
    words = {"en": ("due in", "overdue"), "zh-hans": ("剩", "超时")}[language]
    for left, word in ((timedelta(minutes=5), words[0]), (timedelta(seconds=-90), words[1])):
        Ticket.objects.filter(pk=ticket.pk).update(sla_due_at=now + left, sla_metric="first_response")
        page.goto(f"{live_server.url}/desk/{ticket.number}/")
        chip = page.locator(".zg-desk-talk time[data-words]").first
        said = chip.inner_text()
        assert word in said
        page.wait_for_function("([chip, said]) => chip.textContent !== said", arg=[chip.element_handle(), said])
        assert re.search(r"\d:\d\d", chip.inner_text())
