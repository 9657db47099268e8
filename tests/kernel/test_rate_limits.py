"""Limits that guard accounts and the API: counted where they last, by an address that nobody can make up."""

import pytest
import time_machine
from django.core.cache import cache
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient
from rest_framework.throttling import UserRateThrottle

from config.kernel.client_address import client_address
from config.kernel.models import RateCounter, User
from config.kernel.rate_limits import is_within_rate

pytestmark = pytest.mark.django_db(databases="__all__")
PASSWORD = "a long pass phrase"


@pytest.fixture(autouse=True)
def clock():
    cache.clear()
    with time_machine.travel("2026-11-20T08:00:10Z", tick=False) as traveller:
        yield traveller


def try_page(client, name, **headers):
    return client.post(reverse("admin:login"), {"username": name, "password": "wrong"}, headers=headers)


def try_api(client, name, **headers):
    body = {"username": name, "password": "wrong"}
    return client.post(reverse("api-token"), body, content_type="application/json", headers=headers)


@pytest.mark.parametrize("attempt", [try_page, try_api])
def test_one_password_tried_for_many_names_meets_the_limit_of_the_address(client, settings, clock, attempt):
    settings.SIGN_IN_TRIES_PER_MINUTE = 3
    answers = [attempt(client, f"name{number}") for number in range(4)]
    assert [answer.status_code for answer in answers][-1] == 429
    assert 429 not in {answer.status_code for answer in answers[:-1]}
    assert answers[-1]["Retry-After"] == "60"
    if attempt is try_api:
        assert (answers[-1].json()["code"], set(answers[-1].json())) == ("throttled", {"code", "message", "fields"})
    cache.clear()
    assert attempt(client, "other").status_code == 429, "the count is no matter of the cache"
    clock.shift(60)
    assert attempt(client, "other").status_code != 429


def test_the_right_password_counts_as_well_and_is_not_looked_at_beyond_the_limit(client, settings):
    User.objects.create_user("li", password=PASSWORD, is_staff=True)
    settings.SIGN_IN_TRIES_PER_MINUTE = 1
    try_page(client, "x")
    late = client.post(reverse("admin:login"), {"username": "li", "password": PASSWORD})
    assert (late.status_code, "_auth_user_id" in client.session) == (429, False)


def test_a_made_up_forwarded_address_is_no_way_around_the_limit(client, settings):
    settings.SIGN_IN_TRIES_PER_MINUTE = 2
    answers = [try_api(client, f"n{number}", **{"X-Forwarded-For": f"192.0.2.{number}"}) for number in range(3)]
    assert answers[-1].status_code == 429


@pytest.mark.parametrize(
    ("behind", "forwarded", "address"),
    [
        (False, "192.0.2.1", "127.0.0.1"),
        (True, "", "127.0.0.1"),
        (True, "192.0.2.1", "192.0.2.1"),
        (True, "198.51.100.7, 192.0.2.1", "192.0.2.1"),
        (True, "192.0.2.1, <script>", ""),
        (True, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_address_of_a_caller_is_what_our_own_proxy_says(settings, behind, forwarded, address):
    settings.BEHIND_PROXY = behind
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(RequestFactory().get("/", headers=headers)) == address


def test_metrics_are_not_open_to_whoever_comes_through_a_proxy_on_this_machine(client, settings):
    settings.BEHIND_PROXY = True
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 403
    assert client.get("/metrics").status_code == 200


def test_counters_are_apart_by_scope_and_caller_and_old_ones_go(clock):
    for _try in range(2):
        assert is_within_rate("a", caller="x", limit=2, now=timezone.now())
    assert not is_within_rate("a", caller="x", limit=2, now=timezone.now())
    assert is_within_rate("b", caller="x", limit=1, now=timezone.now())
    assert is_within_rate("a", caller="y", limit=1, now=timezone.now())
    clock.shift(25 * 3600)
    is_within_rate("c", caller="z", limit=1, now=timezone.now())
    assert list(RateCounter.objects.values_list("scope", flat=True)) == ["c"]


def test_a_program_that_asks_too_often_is_told_so_in_the_one_shape(monkeypatch):
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "2/min"})
    user = User.objects.create_superuser("program", password=PASSWORD)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {Token.objects.create(user=user).key}")
    answers = [client.get("/api/v1/skus/") for _time in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert (answers[-1].json()["code"], answers[-1].json()["fields"]) == ("throttled", {})
    assert int(answers[-1]["Retry-After"]) > 0


def test_the_token_of_a_demo_account_ends_with_debug(settings):
    user = User.objects.create_superuser("demo", password=PASSWORD, is_demo=True)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {Token.objects.create(user=user).key}")
    assert client.get("/api/v1/skus/").status_code == 401
    settings.DEBUG = True
    assert client.get("/api/v1/skus/").status_code == 200
