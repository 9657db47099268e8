"""A change page whose related rows were added, changed or deleted by somebody else meanwhile."""

from datetime import date

import pytest
from django.test import Client

from config.kernel.models import User
from marketing.models import CampaignEvent, EventPeriod
from tests.kernel.test_stale_pages import token_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    event = CampaignEvent.objects.create(code="big-sale", name="大促")
    EventPeriod.objects.create(
        event=event, year=2026, phase="sale", starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 2)
    )
    return event


@pytest.fixture
def boss():
    client = Client()
    client.force_login(User.objects.create_superuser("boss", password="x", language="en"))
    return client


def address(event):
    return f"/admin/marketing/campaignevent/{event.pk}/change/"


def as_loaded(page):
    """What a browser would send back of a page, unchanged."""
    typed = dict(page.context["adminform"].form.initial)
    for one in page.context["inline_admin_formsets"]:
        formset = one.formset
        for form in [formset.management_form, *formset.forms]:
            typed |= {form.add_prefix(name): form[name].value() for name in form.fields}
    kept = {name: value for name, value in typed.items() if value not in (None, False)}
    return kept | {"page_as_loaded": token_in(page)}


def labels(page):
    return [(one.label, one.was, one.now, one.yours) for one in page.context["adminform"].form.stale_differences]


def test_an_untouched_page_is_saved(boss, event):
    assert boss.post(address(event), as_loaded(boss.get(address(event)))).status_code == 302


def test_a_changed_row_is_shown_with_what_was_typed(boss, event):
    sent = as_loaded(boss.get(address(event)))
    EventPeriod.objects.update(ends_on=date(2026, 6, 9))
    (name,) = (name for name in sent if name.endswith("-0-ends_on"))
    page = boss.post(address(event), {**sent, name: "2026-06-05"})
    assert page.status_code == 200
    ((label, was, now, yours),) = labels(page)
    assert "big-sale" in label or "大促" in label
    assert (was, now, yours) == ("2026-06-02", "2026-06-09", "2026-06-05")
    assert EventPeriod.objects.get().ends_on == date(2026, 6, 9)
    assert "2026-06-05" in page.text
    over = token_in(page, "page_save_over")
    assert boss.post(address(event), {**sent, name: "2026-06-05", "page_save_over": over}).status_code == 302
    assert EventPeriod.objects.get().ends_on == date(2026, 6, 5)


def test_an_added_row_is_shown_and_stays(boss, event):
    sent = as_loaded(boss.get(address(event)))
    EventPeriod.objects.create(
        event=event, year=2027, phase="sale", starts_on=date(2027, 6, 1), ends_on=date(2027, 6, 2)
    )
    page = boss.post(address(event), sent)
    ((_label, was, now, yours),) = labels(page)
    assert (was, yours) == ("—", "—")
    assert now.startswith("added: ")
    over = token_in(page, "page_save_over")
    assert boss.post(address(event), {**sent, "page_save_over": over}).status_code == 302
    assert EventPeriod.objects.count() == 2


def test_a_deleted_row_is_shown_and_stays_deleted(boss, event):
    sent = as_loaded(boss.get(address(event)))
    EventPeriod.objects.all().delete()
    page = boss.post(address(event), sent)
    assert page.status_code == 200
    ((_label, _was, now, _yours),) = labels(page)
    assert now == "deleted, and stays so"
    over = token_in(page, "page_save_over")
    assert boss.post(address(event), {**sent, "page_save_over": over}).status_code == 302
    assert not EventPeriod.objects.exists()


def test_related_rows_without_the_guard_are_saved_over_unseen(boss, event, monkeypatch):
    monkeypatch.setattr("config.kernel.admin.stale_pages.guarded", lambda *_formsets, **_more: [])
    sent = as_loaded(boss.get(address(event)))
    EventPeriod.objects.update(ends_on=date(2026, 6, 9))
    assert boss.post(address(event), sent).status_code == 302
    assert EventPeriod.objects.get().ends_on == date(2026, 6, 2)
