"""Forms that make one row however often they are sent."""

import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from config.kernel.admin.base import StaffAdmin
from config.kernel.models import CalendarDay, IdempotencyKey, JobRun, ShiftNote, User
from config.kernel.pressing import forget_presses

pytestmark = pytest.mark.django_db(databases="__all__")
ADD = "/admin/kernel/calendarday/add/"
TWICE = "This was sent twice and carried out once"


@pytest.fixture
def boss(client):
    client.force_login(User.objects.create_superuser("boss", password="x", language="en"))
    return client


def press_in(page):
    return re.search(r'name="press" value="([0-9a-f]{32})"', page.text)[1]


def test_the_second_press_leads_to_what_the_first_one_made(boss):
    sent = {"day": "2026-10-10", "name": "rest day", "press": press_in(boss.get(ADD))}
    first, second = boss.post(ADD, sent), boss.post(ADD, {**sent, "day": "2026-10-11"})
    day = CalendarDay.objects.get(name="rest day")
    assert first.status_code == 302
    assert second["Location"] == reverse("admin:kernel_calendarday_change", args=[day.pk])
    assert TWICE in boss.get(second["Location"]).text


def test_a_form_that_is_wrong_leaves_its_press_free(boss):
    press = press_in(boss.get(ADD))
    assert boss.post(ADD, {"day": "no day", "name": "rest day", "press": press}).status_code == 200
    assert not IdempotencyKey.objects.exists()
    assert boss.post(ADD, {"day": "2026-10-10", "name": "rest day", "press": press}).status_code == 302
    assert CalendarDay.objects.filter(name="rest day").count() == 1


def test_without_the_name_of_the_press_two_rows_are_made(boss):
    for _time in range(2):
        boss.post(reverse("shift-note"), {"text": "count the till"})
    assert ShiftNote.objects.count() == 2


def test_a_note_in_the_shift_book_is_left_once(boss):
    sent = {"text": "count the till", "press": press_in(boss.get("/"))}
    answers = [boss.post(reverse("shift-note"), sent) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert ShiftNote.objects.count() == 1


def test_a_press_is_a_persons_own_and_belongs_to_one_form(boss, client):
    sent = {"text": "count the till", "press": "0" * 32}
    boss.post(reverse("shift-note"), sent)
    boss.post(ADD, {"day": "2026-10-10", "name": "rest day", "press": "0" * 32})
    client.force_login(User.objects.create_superuser("other", password="x"))
    client.post(reverse("shift-note"), sent)
    assert ShiftNote.objects.count() == 2
    assert CalendarDay.objects.filter(name="rest day").exists()


@pytest.mark.parametrize("name", ["\0", "x" * 10_000, "'\"", "\ud800", "二"])
def test_any_name_of_a_press_is_borne(boss, name):
    sent = {"text": "count the till", "press": name.encode(errors="replace").decode()}
    assert boss.post(reverse("shift-note"), sent).status_code == 302


def test_work_that_broke_down_leaves_the_press_free(boss, monkeypatch):
    sent = {"text": "count the till", "press": "0" * 32}
    boss.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("config.views.leave_note", lambda *_a, **_k: 1 / 0)
        assert boss.post(reverse("shift-note"), sent).status_code == 500
    assert boss.post(reverse("shift-note"), sent).status_code == 302
    assert ShiftNote.objects.count() == 1


def test_old_presses_are_put_away(boss):
    boss.post(reverse("shift-note"), {"text": "count the till", "press": "0" * 32})
    now = timezone.now()
    assert forget_presses(now=now + timedelta(days=6)) == 0
    assert forget_presses(now=now + timedelta(days=8)) == 1


def test_a_job_is_started_once_per_press(boss):
    address = reverse("admin:membership_rfmrun_segment_now")
    press = boss.get(address).context["press"]
    first, second = (boss.post(address, {"press": press}) for _time in range(2))
    assert (first.status_code, first["Location"]) == (302, second["Location"])
    assert JobRun.objects.count() == 1


def test_every_form_that_adds_a_row_names_its_press(boss):
    request = RequestFactory().get("/")
    request.user = User.objects.get()
    unnamed, asked = [], 0
    for model, page in admin.site._registry.items():
        if not page.has_add_permission(request) or not isinstance(page, StaffAdmin):
            continue
        asked += 1
        answer = boss.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add"))
        if 'name="press"' not in answer.text:
            unnamed.append(model._meta.label)
    assert unnamed == []
    assert asked > 10


def test_every_table_that_people_add_to_is_guarded():
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_active=True, is_staff=True)
    unguarded = [
        model._meta.label
        for model, page in admin.site._registry.items()
        if not isinstance(page, StaffAdmin) and page.has_add_permission(request)
    ]
    assert unguarded == []
