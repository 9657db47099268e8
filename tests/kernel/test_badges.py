"""States in lists are badges: the word on the colour of what it asks."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from config.kernel.admin.badges import STATES, TONES
from config.kernel.models import JobRun


def states():
    """(model, code) of every state that an admin list shows."""
    return [
        (model._meta.label, str(code))
        for model, pages in admin.site._registry.items()
        for field in getattr(model._meta, "fields", ())
        if field.name in STATES and field.name in pages.list_display
        for code, _word in field.flatchoices
    ]


# Finished, called off or never begun: nothing is asked of anybody.
QUIET = {"cancelled", "closed", "dropped", "discarded", "draft", "ended", "expired", "merged", "apart", "nothing", "over",
         "pending", "released", "retired", "spam", "superseded", "undone", "void", "resolved_no_reply"}  # fmt: skip


def test_every_state_of_every_list_has_a_colour_or_is_quiet_on_purpose():
    assert sorted({code for _model, code in states()} - TONES.keys() - QUIET) == []
    assert TONES.keys() & QUIET == set()


@pytest.mark.django_db
def test_a_list_shows_states_as_badges_and_still_sorts_by_them(client, django_user_model):
    for number, state in enumerate((JobRun.State.FAILED, JobRun.State.SUCCEEDED)):
        JobRun.objects.create(kind="kernel.sweep", state=state, dedupe_key=str(number), finished_at=timezone.now())
    client.force_login(django_user_model.objects.create_superuser("root", language="en"))
    page = client.get(reverse("admin:kernel_jobrun_changelist"), {"o": "2"})
    words = page.content.decode()
    assert [run.state for run in page.context["cl"].result_list] == ["failed", "succeeded"]
    assert "bg-red-100" in words
    assert "bg-green-100" in words
    assert "o=-2" in words


@pytest.mark.django_db
def test_a_state_without_a_colour_is_told_by_its_word(client, django_user_model):
    JobRun.objects.create(kind="kernel.sweep", state="cancelled", dedupe_key="1", finished_at=timezone.now())
    client.force_login(django_user_model.objects.create_superuser("root", language="zh-hans"))
    page = client.get(reverse("admin:kernel_jobrun_changelist")).content.decode()
    badge = re.search(r"field-state_badge.*?<span[^>]*>(.*?)</span>", page, re.DOTALL)
    assert badge[1].strip() == "已取消"
