"""An empty list says how rows come into it; what nobody adds by hand has words of its own."""

import pytest
from django.contrib import admin
from django.urls import reverse

from config.kernel.admin.base import KeptByServices
from config.kernel.admin.first_steps import first_step
from config.kernel.models import User
from config.roles import install_roles

# Seen from the row that they belong to, or of interest to who keeps the machine going only.
SILENT = {
    "kernel.WorkerHeartbeat", "kernel.Notice", "kernel.IdempotencyKey", "kernel.NumberSeries", "kernel.StaleDay",
    "kernel.ChecklistTick", "kernel.StaffSession", "kernel.ShiftNote", "analytics.ReportPicture", "auth.Group",
    "service_desk.Draft",
}  # fmt: skip


def test_lists_that_nobody_adds_to_by_hand_say_how_they_fill():
    silent = {
        model._meta.label
        for model, pages in admin.site._registry.items()
        if isinstance(pages, KeptByServices) and first_step(model._meta.label) is None
    }
    assert silent - SILENT == set()


@pytest.mark.django_db
def test_who_may_begin_is_led_there_and_others_are_only_told(client):
    install_roles()
    for role, is_led in (("operations_manager", True), ("auditor", False)):
        person = User.objects.create_user(role, is_staff=True, language="en")
        person.groups.add(person.groups.model.objects.get(name=role))
        client.force_login(person)
        page = client.get(reverse("admin:fulfillment_salesentry_changelist")).content.decode()
        assert "Orders come in by file or through the API" in page
        assert (f'href="{reverse("imports:upload")}" class="zg-list-all"' in page) is is_led


def test_every_page_that_a_step_leads_to_is_there():
    for model in admin.site._registry:
        step = first_step(getattr(model._meta, "label", ""))
        assert step is None or not step.address or reverse(step.address)
