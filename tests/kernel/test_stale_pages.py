"""A change page that somebody else saved meanwhile."""

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client

from config.kernel.models import CalendarDay, User

ADDRESS = "/admin/kernel/calendarday/{}/change/"


@pytest.fixture
def day(db):
    return CalendarDay.objects.create(day=date(2026, 10, 10), is_working=False, name="rest day")


@pytest.fixture
def two_people(db):
    clients = []
    for name in ("ann", "bo"):
        user = User.objects.create_superuser(name, password="x", language="en")
        client = Client()
        client.force_login(user)
        clients.append(client)
    return clients


def token_in(page, name="page_as_loaded"):
    return unescape(re.search(rf'name="{name}" value="([^"]+)"', page.content.decode())[1])


def typed(name, **more):
    return {"day": "2026-10-10", "name": name, **more}


def test_a_save_over_somebody_elses_is_refused_with_the_difference(day, two_people):
    ann, bo = two_people
    address = ADDRESS.format(day.pk)
    seen_by_bo = token_in(bo.get(address))
    assert ann.post(address, typed("swap day", page_as_loaded=token_in(ann.get(address)))).status_code == 302

    page = bo.post(address, typed("bridge day", page_as_loaded=seen_by_bo))

    assert page.status_code == 200
    day.refresh_from_db()
    assert day.name == "swap day"
    (difference,) = page.context["adminform"].form.stale_differences
    assert (difference.was, difference.now, difference.yours) == ("rest day", "swap day", "bridge day")
    assert 'value="bridge day"' in page.content.decode()
    assert "Last saved by ann" in page.content.decode()


def test_what_was_seen_may_be_saved_over_knowingly(day, two_people):
    ann, bo = two_people
    address = ADDRESS.format(day.pk)
    seen_by_bo = token_in(bo.get(address))
    ann.post(address, typed("swap day"))
    refused = bo.post(address, typed("bridge day", page_as_loaded=seen_by_bo))
    over = token_in(refused, "page_save_over")

    answer = bo.post(address, typed("bridge day", page_as_loaded=seen_by_bo, page_save_over=over))

    assert answer.status_code == 302
    day.refresh_from_db()
    assert day.name == "bridge day"


def test_a_third_save_that_nobody_has_seen_is_not_saved_over(day, two_people):
    ann, bo = two_people
    address = ADDRESS.format(day.pk)
    seen_by_bo = token_in(bo.get(address))
    ann.post(address, typed("swap day"))
    over = token_in(bo.post(address, typed("bridge day", page_as_loaded=seen_by_bo)), "page_save_over")
    ann.post(address, typed("feast day"))

    page = bo.post(address, typed("bridge day", page_as_loaded=seen_by_bo, page_save_over=over))

    assert page.status_code == 200
    day.refresh_from_db()
    assert day.name == "feast day"


def test_a_fresh_page_is_saved_and_a_damaged_one_is_refused(day, two_people):
    ann, _bo = two_people
    address = ADDRESS.format(day.pk)
    assert ann.post(address, typed("swap day", page_as_loaded="damaged")).status_code == 200
    day.refresh_from_db()
    assert day.name == "rest day"
    assert ann.post(address, typed("swap day", page_as_loaded=token_in(ann.get(address)))).status_code == 302
    day.refresh_from_db()
    assert day.name == "swap day"
