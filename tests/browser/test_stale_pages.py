"""Somebody saves over a row that another person has changed meanwhile, knowingly."""

from datetime import date

import pytest

from config.kernel.models import CalendarDay, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = {"en": ("Changed meanwhile", "Save mine over it"), "zh-hans": ("期间的改动", "用我的内容覆盖保存")}


def test_a_page_that_went_stale_shows_the_difference_and_is_saved_over(signed_in, live_server, language):
    day = CalendarDay.objects.create(day=date(2026, 10, 10), is_working=False, name="rest day")
    page = signed_in("operations_manager")
    User.objects.update(is_superuser=True)
    page.goto(f"{live_server.url}/admin/kernel/calendarday/{day.pk}/change/")
    page.fill("[name=name]", "bridge day")
    CalendarDay.objects.update(name="swap day")
    page.click("[name=_save]")
    heading, button = WORDS[language]
    assert page.locator("#stale-page h2").inner_text() == heading
    assert page.locator("#stale-page tbody td").all_inner_texts() == ["rest day", "swap day", "bridge day"]
    page.locator("[name=name]").press("Enter")
    page.wait_for_load_state()
    assert page.locator("#stale-page").count() == 1
    day.refresh_from_db()
    assert day.name == "swap day"
    page.get_by_role("button", name=button).click()
    page.wait_for_url("**/calendarday/")
    day.refresh_from_db()
    assert day.name == "bridge day"
