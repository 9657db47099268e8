"""Errors in the house's own look and in the reader's language; JSON in the one shape under /api/."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.test import Client
from django.urls import include, path

from config.kernel.errors import DomainError, NotFound
from config.kernel.models import User
from config.urls import urlpatterns as house

pytestmark = pytest.mark.django_db(databases="__all__")


def refuse(request):
    raise PermissionDenied


def distrust(request):
    raise SuspiciousOperation


def break_down(request):
    raise ZeroDivisionError("inner words")


def say_no(request):
    raise DomainError("order_shipped", "SO1 has left the house.")


def find_nothing(request):
    raise NotFound("no_order", "There is no order SO1.")


def wait(request):
    return HttpResponse("wait", status=429, headers={"Retry-After": "7"})


def only_post(request):
    return HttpResponseNotAllowed(["POST"])


def answer_json(request):
    return JsonResponse({"own": "words"}, status=400)


failing = [
    path("refuse", refuse),
    path("distrust", distrust),
    path("break", break_down),
    path("no", say_no),
    path("nothing", find_nothing),
    path("wait", wait),
    path("only-post", only_post),
    path("json", answer_json),
]
urlpatterns = [*house, path("x/", include(failing)), path("api/v1/x/", include(failing))]


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def client(client):
    client.raise_request_exception = False
    return client


def asked(client, path, language="en"):
    return client.get(path, headers={"Accept-Language": language})


@pytest.mark.parametrize(
    ("path", "status", "english", "chinese"),
    [
        ("/x/distrust", 400, "could not be read", "请求"),
        ("/x/refuse", 403, "may not open this page", ""),
        ("/no/such/page", 404, "no such page", "页面"),
        ("/x/only-post", 405, "cannot be done here", ""),
        ("/x/wait", 429, "Too many requests", "请求"),
        ("/x/break", 500, "Something went wrong", ""),
    ],
)
def test_every_error_has_a_page_in_the_readers_language(client, path, status, english, chinese):
    in_english, in_chinese = asked(client, path, "en"), asked(client, path, "zh-hans")
    assert in_english.status_code == in_chinese.status_code == status
    assert english in in_english.text
    assert '<html lang="en">' in in_english.text
    assert english not in in_chinese.text
    assert chinese in in_chinese.text
    assert '<html lang="zh-hans">' in in_chinese.text
    assert "inner words" not in in_english.text
    assert "Traceback" not in in_english.text


def test_staff_read_errors_in_their_own_language(client):
    client.force_login(User.objects.create_user("li", language="en"))
    assert "no such page" in asked(client, "/no/such/page", "zh-hans").text


@pytest.mark.parametrize(("language", "words"), [("en", "Please send it once more"), ("zh-hans", "请再提交一次")])
def test_a_form_of_an_older_sign_in_is_refused_in_the_houses_look_and_in_both_languages(language, words):
    strict = Client(enforce_csrf_checks=True)
    page = strict.post("/admin/login/", {"username": "li"}, headers={"Accept-Language": language})
    assert page.status_code == 403
    assert words in page.text
    assert f'<html lang="{language}">' in page.text
    assert "errors/page.html" in [template.name for template in page.templates]


@pytest.mark.parametrize(("path", "status"), [("/x/no", 409), ("/x/nothing", 404)])
def test_a_rule_that_says_no_is_told_in_its_own_words(client, path, status):
    response = asked(client, path)
    assert response.status_code == status
    assert "SO1" in response.text


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/x/distrust", 400, "invalid"),
        ("/api/v1/x/refuse", 403, "forbidden"),
        ("/api/v1/nowhere/", 404, "not_found"),
        ("/api/v1/x/only-post", 405, "method_not_allowed"),
        ("/api/v1/x/wait", 429, "throttled"),
        ("/api/v1/x/break", 500, "internal_error"),
        ("/api/v1/x/no", 409, "order_shipped"),
    ],
)
def test_programs_get_the_one_shape(client, path, status, code):
    response = asked(client, path)
    assert (response.status_code, response["Content-Type"]) == (status, "application/json")
    assert set(response.json()) == {"code", "message", "fields"}
    assert response.json()["code"] == code
    assert "inner words" not in response.text


def test_an_answer_of_our_own_in_json_is_left_as_it_is(client):
    assert asked(client, "/x/json").json() == {"own": "words"}


def test_what_else_the_answer_said_is_kept(client):
    assert asked(client, "/x/wait")["Retry-After"] == "7"
    assert asked(client, "/x/only-post")["Allow"] == "POST"
    page = asked(client, "/no/such/page")
    assert page["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert page["X-Request-ID"]
    assert int(page["Content-Length"]) == len(page.content)


def test_the_demo_shows_our_pages_and_developers_see_theirs(client, settings):
    settings.DEBUG = True
    assert "Request Method" in asked(client, "/no/such/page").text
    settings.DEMO = True
    assert "no such page" in asked(client, "/no/such/page").text
