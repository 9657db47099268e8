"""The settings that staff change while the software runs."""

import pytest
from constance import config
from django.urls import reverse

from config.kernel.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    client.force_login(User.objects.create_superuser("owner", language="en"))
    return client


SETTINGS = {
    "SHOP_NAME": "Corner shop",
    "RFM_WINDOW_DAYS": "180",
    "RFM_MINIMUM_BUYERS": "50",
    "FORECAST_HISTORY_DAYS": "400",
    "STOCK_HOLD_MINUTES": "30",
}


def save_settings(client, **changed):
    form = client.get(reverse("admin:constance_config_changelist")).context["form"]
    return client.post(
        reverse("admin:constance_config_changelist"), {**SETTINGS, "version": form.initial["version"], **changed}
    )


def test_settings_are_saved_and_what_was_shipped_is_named(owner):
    assert save_settings(owner).status_code == 302
    assert config.RFM_WINDOW_DAYS == 180
    page = owner.get(reverse("admin:constance_config_changelist")).content.decode()
    assert "Shipped as 365." in page
    assert "Constance" not in page


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RFM_WINDOW_DAYS", "0"),
        ("FORECAST_HISTORY_DAYS", "-3"),
        ("STOCK_HOLD_MINUTES", "99999999999"),
        ("SHOP_NAME", ""),
    ],
)
def test_a_setting_that_no_job_could_work_with_is_refused(owner, name, value):
    before = getattr(config, name)
    answer = save_settings(owner, **{name: value})
    assert answer.status_code == 200
    assert answer.context["form"].errors[name]
    assert getattr(config, name) == before
