"""Who may sign in, what a lock-out says, and the language that staff read."""

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory
from django.test.client import MULTIPART_CONTENT
from django.urls import reverse

from config.kernel.models import User
from config.routers import CacheRouter

pytestmark = pytest.mark.django_db(databases="__all__")
PASSWORD = "a long pass phrase"


@pytest.fixture
def person():
    return User.objects.create_user("li", password=PASSWORD, is_staff=True)


def sign_in(client, password=PASSWORD, language="en", path=None):
    return client.post(
        path or reverse("admin:login"),
        {"username": "li", "password": password},
        headers={"Accept-Language": language},
        content_type="application/json" if path else MULTIPART_CONTENT,
    )


def authenticated():
    return authenticate(RequestFactory().post("/"), username="li", password=PASSWORD)


def test_a_demo_sign_in_is_refused_as_soon_as_debug_is_off(person, settings):
    User.objects.update(is_demo=True)
    assert authenticated() is None
    settings.DEBUG = True
    assert authenticated() == person


def test_somebody_who_left_cannot_sign_in_even_in_the_demo(person, settings):
    settings.DEBUG = True
    User.objects.update(is_active=False)
    assert authenticated() is None


def test_a_demo_session_ends_when_debug_goes_off(client, person, settings):
    settings.DEBUG = settings.DEMO = True
    User.objects.update(is_demo=True)
    assert sign_in(client).status_code == 302
    assert client.get("/").status_code == 200
    settings.DEBUG = settings.DEMO = False
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(("language", "words"), [("en", "Sign-in is locked"), ("zh-hans", "登录")])
def test_too_many_failures_lock_the_name_and_say_so(client, person, settings, language, words):
    settings.AXES_FAILURE_LIMIT = 3
    answers = [sign_in(client, "wrong", language) for _time in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    locked = sign_in(client, PASSWORD, language)
    assert (locked.status_code, words in locked.text) == (429, True)
    assert f'<html lang="{language}">' in locked.text
    assert "_auth_user_id" not in client.session


def test_a_program_that_is_locked_out_is_told_so_in_the_one_shape(client, person, settings):
    settings.AXES_FAILURE_LIMIT = 2
    for _time in range(2):
        sign_in(client, "wrong", path=reverse("api-token"))
    locked = sign_in(client, path=reverse("api-token"))
    assert (locked.status_code, locked["Content-Type"]) == (429, "application/json")
    assert locked.json()["code"] == "sign_in_locked"
    assert set(locked.json()) == {"code", "message", "fields"}


@pytest.mark.parametrize(
    ("own", "cookie", "browser", "shown"),
    [
        ("en", None, "zh-hans", "en"),
        ("zh-hans", None, "en", "zh-hans"),
        (None, None, "en", "en"),
        (None, None, "", "zh-hans"),
        (None, None, "fr", "zh-hans"),
        (None, "en", "zh-hans", "en"),
        ("zh-hans", "en", "en", "zh-hans"),
        ("en", "zh-hans", "zh-hans", "en"),
        (None, "xx", "en", "en"),
    ],
)
def test_the_language_of_a_page(client, settings, own, cookie, browser, shown):
    if own:
        client.force_login(User.objects.create_user("li", language=own, is_staff=True))
    if cookie:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    response = client.get("/" if own else reverse("admin:login"), headers={"Accept-Language": browser})
    assert response["Content-Language"] == shown


def test_a_person_who_chooses_a_language_reads_in_it_wherever_they_sign_in(client):
    person = User.objects.create_user("li", language="zh-hans", is_staff=True)
    client.force_login(person)
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    person.refresh_from_db()
    assert person.language == "en"
    client.post(reverse("set_language"), {"language": "xx", "next": "https://example.org/"})
    person.refresh_from_db()
    assert person.language == "en"


def test_only_the_cache_table_lives_in_the_cache_database():
    router = CacheRouter()
    assert router.allow_migrate("cache", "django_cache")
    assert router.allow_migrate("default", "django_cache") is False
    assert router.allow_migrate("cache", "kernel") is False
    assert router.allow_migrate("default", "kernel") is None
    assert router.db_for_write(User) is None
