"""Sessions: a key known beforehand is worth nothing, and what was ended stays ended."""

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from config.kernel.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "a long pass phrase"
COOKIE = django_settings.SESSION_COOKIE_NAME


@pytest.fixture
def person():
    return User.objects.create_superuser("li", password=PASSWORD, language="en")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-20T08:00:00Z", tick=False) as traveller:
        yield traveller


def sign_in(client):
    return client.post(reverse("admin:login"), {"username": "li", "password": PASSWORD})


def planted(client):
    """A session that an attacker began and laid into the browser."""
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[COOKIE] = session.session_key
    return session.session_key


def with_key(key):
    client = Client()
    client.cookies[COOKIE] = key
    return client


def is_in(client):
    return client.get("/").status_code == 200


def test_a_session_laid_into_a_browser_beforehand_is_not_the_one_that_is_signed_in(client, person):
    before = planted(client)
    sign_in(client)
    assert client.cookies[COOKIE].value != before
    assert not Session.objects.filter(pk=before).exists()
    assert is_in(client)
    assert not is_in(with_key(before))


def test_the_key_changes_again_at_the_second_factor(client, person, clock):
    device = TOTPDevice.objects.create(user=person, name="x", confirmed=True)
    sign_in(client)
    between = client.cookies[COOKIE].value
    assert client.get("/").status_code == 302
    client.post(reverse("second-factor"), {"code": f"{totp(device.bin_key):06d}"})
    assert client.cookies[COOKIE].value != between
    assert is_in(client)
    assert not is_in(with_key(between))


def test_wrong_codes_make_wait_so_that_even_the_right_one_is_refused(client, person, clock):
    device = TOTPDevice.objects.create(user=person, name="x", confirmed=True)
    sign_in(client)
    for _try in range(6):
        client.post(reverse("second-factor"), {"code": "000000"})
    right = {"code": f"{totp(device.bin_key):06d}"}
    assert client.post(reverse("second-factor"), right).status_code == 200
    assert not is_in(client)
    clock.shift(3600)
    assert client.post(reverse("second-factor"), {"code": f"{totp(device.bin_key):06d}"}).status_code == 302


def test_signing_out_ends_the_session_on_the_server(client, person):
    sign_in(client)
    key = client.cookies[COOKIE].value
    client.post(reverse("admin:logout"))
    assert not is_in(with_key(key))


def test_a_new_password_ends_every_other_session(client, person):
    elsewhere = Client()
    sign_in(elsewhere)
    person.set_password("another long phrase")
    person.save()
    assert not is_in(elsewhere)


def test_who_left_is_out_at_once(client, person):
    sign_in(client)
    User.objects.update(is_active=False)
    assert not is_in(client)


def test_a_session_is_over_after_twelve_hours(client, person, clock):
    sign_in(client)
    clock.shift(12 * 3600 + 1)
    assert not is_in(client)


def test_the_cookies_are_out_of_reach_of_scripts_and_of_other_sites(client, person, settings):
    answer = sign_in(client)
    assert answer.cookies[COOKIE]["httponly"]
    assert answer.cookies[COOKIE]["samesite"] == "Lax"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    again = sign_in(Client())
    assert {name: bool(cookie["secure"]) for name, cookie in again.cookies.items()}[COOKIE]
