"""A person's own account: the second factor, recovery codes, sessions, preferences."""

import pytest
import time_machine
from constance.test import override_config
from django.contrib.auth.models import Group
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from config.kernel.models import AuditEntry, StaffSession, User
from config.roles import install_roles

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password-1"


@pytest.fixture
def person():
    install_roles()
    user = User.objects.create_user("planner", password=PASSWORD, is_staff=True, language="en")
    user.groups.add(Group.objects.get(name="supply_planner"))
    return user


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-12-01T00:00:00Z", tick=False) as traveller:
        yield traveller


def sign_in(client):
    return client.post(reverse("admin:login"), {"username": "planner", "password": PASSWORD})


def code_of(device):
    return f"{totp(device.bin_key):06d}"


def set_up(client):
    client.get(reverse("second-factor-set-up"))
    device = TOTPDevice.objects.get()
    shown = client.post(reverse("second-factor-set-up"), {"code": code_of(device)})
    return device, shown.context["codes"]


def test_setting_up_shows_a_picture_and_a_right_code_gives_ten_recovery_codes(client, person, clock):
    sign_in(client)
    shown = client.get(reverse("second-factor-set-up")).content.decode()
    assert "<svg" in shown
    wrong = client.post(reverse("second-factor-set-up"), {"code": "000000"})
    assert wrong.context["form"].errors.keys() == {"code"}
    assert not TOTPDevice.objects.filter(confirmed=True).exists()
    clock.shift(60)
    _device, codes = set_up(client)
    assert len(set(codes)) == 10
    assert client.get(reverse("start")).status_code == 200, "this session has passed the second step"


def test_after_the_password_every_page_leads_to_the_second_step_and_back(client, person, clock):
    sign_in(client)
    device, _codes = set_up(client)
    client.logout()
    sign_in(client)
    wanted = reverse("admin:catalog_sku_changelist")
    led = client.get(wanted)
    assert (led.status_code, led.url) == (302, f"{reverse('second-factor')}?next=%2Fadmin%2Fcatalog%2Fsku%2F")
    assert client.post(reverse("sessions-end")).status_code == 302
    assert client.get("/api/v1/skus/").status_code in {401, 403}
    clock.shift(60)
    back = client.post(reverse("second-factor"), {"code": code_of(device), "next": wanted})
    assert (back.status_code, back.url) == (302, wanted)
    assert client.get(wanted).status_code == 200


def test_a_code_works_once_and_wrong_codes_are_kept_in_the_audit_trail(client, person):
    sign_in(client)
    device, _codes = set_up(client)
    client.logout()
    sign_in(client)
    again = client.post(reverse("second-factor"), {"code": code_of(device)})
    assert again.context["form"].errors.keys() == {"code"}, "the code that set it up was used already"
    assert AuditEntry.objects.filter(action="second_factor.refused", actor=person).count() == 1


def test_a_recovery_code_works_once(client, person):
    sign_in(client)
    _device, codes = set_up(client)
    for expected in (302, 200):
        client.logout()
        sign_in(client)
        assert client.post(reverse("second-factor"), {"code": codes[0].upper()}).status_code == expected


def test_the_way_back_never_leaves_the_house(client, person):
    sign_in(client)
    _device, codes = set_up(client)
    client.logout()
    sign_in(client)
    led = client.post(reverse("second-factor"), {"code": codes[0], "next": "https://example.org/"})
    assert led.url == "/"


def test_a_role_that_demands_a_second_factor_leads_to_its_set_up(client, person, clock):
    with override_config(SECOND_FACTOR_ROLES=["supply_planner"]):
        sign_in(client)
        led = client.get("/")
        assert led.url.startswith(reverse("second-factor-set-up"))
        assert client.get(reverse("second-factor-set-up")).status_code == 200
    with override_config(SECOND_FACTOR_ROLES=["director"]):
        assert client.get("/").status_code == 200


def test_removing_and_new_codes_ask_for_the_password(client, person):
    sign_in(client)
    _device, codes = set_up(client)
    for name in ("second-factor-remove", "second-factor-recovery-codes"):
        assert client.post(reverse(name), {"password": "wrong"}).context["form"].errors.keys() == {"password"}
    fresh = client.post(reverse("second-factor-recovery-codes"), {"password": PASSWORD}).context["codes"]
    assert not set(fresh) & set(codes)
    client.post(reverse("second-factor-remove"), {"password": PASSWORD})
    assert not TOTPDevice.objects.exists()


def test_sessions_are_seen_and_ended_from_elsewhere(client, person, django_user_model):
    from django.test import Client

    elsewhere = Client(HTTP_USER_AGENT="Old phone")
    sign_in(elsewhere)
    elsewhere.get("/")
    sign_in(client)
    shown = client.get(reverse("account"))
    assert "Old phone" in shown.content.decode()
    other = StaffSession.objects.get(user_agent="Old phone")
    client.post(reverse("sessions-end"), {"session": other.pk})
    assert elsewhere.get("/").status_code == 302
    assert client.get("/").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(client, person):
    from django.test import Client

    User.objects.create_user("other", password=PASSWORD, is_staff=True)
    other = Client()
    other.post(reverse("admin:login"), {"username": "other", "password": PASSWORD})
    other.get("/")
    theirs = StaffSession.objects.get(user__username="other")
    sign_in(client)
    client.get("/")
    client.post(reverse("sessions-end"), {"session": theirs.pk})
    assert other.get("/").status_code == 200


def test_preferences_are_saved_and_half_given_quiet_hours_are_refused(client, person):
    sign_in(client)
    typed = {"display_name": "P", "language": "zh-hans", "theme": "dark", "chart_colours": "green_up"}
    refused = client.post(reverse("account"), {**typed, "quiet_from": "22:00"})
    assert refused.context["form"].errors.keys() == {"quiet_until"}
    client.post(reverse("account"), {**typed, "quiet_from": "22:00", "quiet_until": "08:00"})
    person.refresh_from_db()
    assert (person.language, person.theme, person.chart_colours) == ("zh-hans", "dark", "green_up")
    assert "/static/theme-dark.js" in client.get("/").content.decode()
