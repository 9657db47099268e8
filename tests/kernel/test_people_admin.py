"""Accounts: nobody lifts themselves up, and every change is in the trail."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from rest_framework.test import APIClient

from config.kernel.models import AuditEntry, RoleScope, User
from config.roles import install_roles

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def administrator(client):
    install_roles()
    user = User.objects.create_user("sysadmin", password="x", is_staff=True)
    user.groups.set(Group.objects.filter(name="system_administrator"))
    client.force_login(user)
    return user


def change(client, user, **typed):
    base = {"username": user.username, "display_name": "", "email": "", "language": "en", "theme": "auto"}
    base |= {"chart_colours": "red_up", "is_active": "on", "is_staff": "on"}
    base |= {"role_scopes-TOTAL_FORMS": "0", "role_scopes-INITIAL_FORMS": "0"}
    return client.post(reverse("admin:kernel_user_change", args=[user.pk]), base | typed)


def test_an_administrator_gives_roles_to_others_and_the_trail_knows(client, administrator):
    other = User.objects.create_user("other", password="x")
    analyst = Group.objects.get(name="analyst")
    change(client, other, groups=[analyst.pk], is_superuser="on")
    other.refresh_from_db()
    assert (list(other.groups.all()), other.is_superuser) == ([analyst], False)
    entry = AuditEntry.objects.get(action="staff.roles_changed")
    assert (entry.before, entry.after, entry.actor) == ({"roles": []}, {"roles": ["analyst"]}, administrator)


def test_an_administrator_does_not_lift_themselves_up(client, administrator):
    everything = Group.objects.get(name="operations_manager")
    change(client, administrator, groups=[everything.pk], is_superuser="on")
    administrator.refresh_from_db()
    assert list(administrator.groups.values_list("name", flat=True)) == ["system_administrator"]
    assert not administrator.is_superuser


def test_an_administrator_does_not_touch_superusers_or_their_own_limits(client, administrator):
    boss = User.objects.create_superuser("boss", password="x")
    assert change(client, boss, is_active="").status_code == 403
    scope = RoleScope.objects.create(user=administrator, group=administrator.groups.get(), kind="store", code="a")
    page = client.post(reverse("admin:kernel_rolescope_delete", args=[scope.pk]), {"post": "yes"})
    assert page.status_code in {302, 403, 404}
    assert RoleScope.objects.filter(pk=scope.pk).exists()


def test_a_token_asks_for_the_second_factor_of_who_has_one():
    user = User.objects.create_user("li", password="a-long-password-1")
    device = TOTPDevice.objects.create(user=user, name="phone", confirmed=True)
    client, typed = APIClient(), {"username": "li", "password": "a-long-password-1"}
    refused = client.post(reverse("api-token"), typed)
    assert (refused.status_code, refused.json()["code"]) == (401, "second_factor_needed")
    device.refresh_from_db()
    device.throttle_reset()
    given = client.post(reverse("api-token"), {**typed, "code": f"{totp(device.bin_key):06d}"})
    assert given.status_code == 200
    assert set(given.json()) == {"token"}
