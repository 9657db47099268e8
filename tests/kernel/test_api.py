"""What every API view shares: sign-in by token, permissions, pages, and one shape of error."""

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import translation
from rest_framework import exceptions, serializers
from rest_framework.authtoken.models import Token
from rest_framework.generics import ListCreateAPIView
from rest_framework.test import APIClient, APIRequestFactory
from rest_framework.views import APIView

from config.kernel.api_views import answer_error
from config.kernel.errors import DomainError, InvalidInput, NotFound
from config.kernel.models import CalendarDay, ExchangeRate, User

pytestmark = pytest.mark.django_db(databases="__all__")
SIGN_IN = "/api/v1/token/"
PASSWORD = "a long pass phrase"


@pytest.fixture(autouse=True)
def _no_memory_of_other_tests():
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def person():
    return User.objects.create_user("li", password=PASSWORD)


class RateSerializer(serializers.ModelSerializer):
    class Meta:
        model = ExchangeRate
        fields = ["id", "day", "currency", "rate"]


class RateView(ListCreateAPIView):
    queryset = ExchangeRate.objects.all()
    serializer_class = RateSerializer


class FailingView(APIView):
    permission_classes = ()
    error: Exception | None = None

    def get(self, request):
        raise self.error


def may(user, *codenames):
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return User.objects.get(pk=user.pk)


def ask(view, *, user=None, token="", word="Bearer", method="get", path="/x", **body):
    headers = {"Authorization": f"{word} {token}"} if token else {}
    request = getattr(APIRequestFactory(), method)(path, body or None, headers=headers)
    if user is not None:
        from rest_framework.test import force_authenticate

        force_authenticate(request, user)
    return view(request)


def fail_with(error):
    return ask(FailingView.as_view(error=error))


@pytest.mark.parametrize(
    ("error", "status", "code", "fields"),
    [
        (
            DomainError("stock_short", "Sold out.", fields={"lines": ["two short"]}),
            409,
            "stock_short",
            {"lines": ["two short"]},
        ),
        (InvalidInput("bad_day", "No such day."), 400, "bad_day", {}),
        (NotFound("no_order", "No such order."), 404, "no_order", {}),
        (Http404(), 404, "not_found", {}),
        (PermissionDenied(), 403, "forbidden", {}),
        (exceptions.NotAuthenticated(), 401, "not_authenticated", {}),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed", {}),
        (exceptions.ParseError(), 400, "parse_error", {}),
        (exceptions.Throttled(), 429, "throttled", {}),
        (exceptions.ValidationError({"rate": ["Too low."]}), 400, "invalid", {"rate": ["Too low."]}),
        (exceptions.ValidationError(["Nothing there."]), 400, "invalid", {"non_field_errors": ["Nothing there."]}),
        (
            exceptions.ValidationError({"lines": [{}, {"sku": ["Unknown."]}]}),
            400,
            "invalid",
            {"lines": ["sku: Unknown."]},
        ),
    ],
    ids=lambda value: value.__class__.__name__ if isinstance(value, Exception) else "",
)
def test_every_error_has_one_shape(error, status, code, fields):
    response = fail_with(error)
    assert response.status_code == status
    assert set(response.data) == {"code", "message", "fields"}
    assert (response.data["code"], response.data["fields"]) == (code, fields)
    assert isinstance(response.data["message"], str)
    assert response.data["message"]


def test_a_refusal_may_carry_figures():
    response = fail_with(DomainError("stock_short", "Sold out.", detail={"lines": [{"sku": "A", "available": 1}]}))
    assert response.data["detail"] == {"lines": [{"sku": "A", "available": 1}]}


def test_our_own_mistakes_are_left_to_the_page_of_500():
    assert answer_error(ZeroDivisionError("secret"), {}) is None


def test_the_words_are_in_the_callers_language():
    with translation.override("en"):
        english = fail_with(Http404()).data["message"]
    with translation.override("zh-hans"):
        chinese = fail_with(Http404()).data["message"]
    assert english == "There is no such thing."
    assert chinese != english


@pytest.mark.parametrize("word", ["Bearer", "Token", "bearer"])
def test_a_token_opens_what_its_owner_may_see(person, word):
    may(person, "view_exchangerate")
    token = Token.objects.create(user=person).key
    assert ask(RateView.as_view(), token=token, word=word).status_code == 200


def test_a_wrong_token_and_none_are_told_so_in_the_one_shape(person):
    for token in ("", "0" * 40):
        response = ask(RateView.as_view(), token=token)
        assert response.status_code == 401
        assert set(response.data) == {"code", "message", "fields"}
        assert response["WWW-Authenticate"].startswith("Bearer")


def test_the_token_of_somebody_who_left_opens_nothing(person):
    may(person, "view_exchangerate")
    token = Token.objects.create(user=person).key
    User.objects.update(is_active=False)
    assert ask(RateView.as_view(), token=token).status_code == 401


def test_reading_needs_the_view_permission_and_writing_the_add_permission(person):
    view = RateView.as_view()
    rate = {"day": "2026-11-23", "currency": "USD", "rate": "7.1"}
    assert ask(view, user=person).status_code == 403
    reader = may(person, "view_exchangerate")
    assert ask(view, user=reader).status_code == 200
    assert ask(view, user=reader, method="post", **rate).status_code == 403
    assert ExchangeRate.objects.count() == 0
    writer = may(person, "add_exchangerate")
    assert ask(view, user=writer).status_code == 403
    assert ask(view, user=writer, method="post", **rate).status_code == 201


def pages(user, *, size):
    path = f"/x?page_size={size}"
    while path:
        answer = ask(RateView.as_view(), user=user, path=path).data
        yield [row["id"] for row in answer["results"]]
        path = answer["next"]


def test_pages_go_from_the_newest_to_the_oldest_and_miss_none(person):
    for number in range(1, 8):
        ExchangeRate.objects.create(day=f"2026-11-{number:02}", currency="USD", rate=7)
    ids = sorted(ExchangeRate.objects.values_list("pk", flat=True), reverse=True)
    assert list(pages(may(person, "view_exchangerate"), size=3)) == [ids[:3], ids[3:6], ids[6:]]


def test_a_page_holds_50_rows_and_never_more_than_200(person):
    ExchangeRate.objects.bulk_create(
        [ExchangeRate(day="2026-11-23", currency=f"{number:03}", rate=1) for number in range(230)]
    )
    reader = may(person, "view_exchangerate")
    assert len(ask(RateView.as_view(), user=reader).data["results"]) == 50
    assert len(ask(RateView.as_view(), user=reader, path="/x?page_size=1000").data["results"]) == 200


def test_name_and_password_give_the_same_token_each_time(person):
    client = APIClient()
    answers = [client.post(SIGN_IN, {"username": "li", "password": PASSWORD}) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json() == {"token": Token.objects.get(user=person).key}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"username": "li", "password": "wrong"}, 401, "sign_in_failed"),
        ({"username": "nobody", "password": PASSWORD}, 401, "sign_in_failed"),
        ({"username": "li"}, 400, "invalid"),
    ],
)
def test_a_failed_sign_in_gives_no_token(person, body, status, code):
    response = APIClient().post(SIGN_IN, body)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert not Token.objects.exists()


def test_a_demo_sign_in_gets_no_token_with_debug_off(person, settings):
    User.objects.update(is_demo=True)
    assert APIClient().post(SIGN_IN, {"username": "li", "password": PASSWORD}).status_code == 401
    settings.DEBUG = True
    assert APIClient().post(SIGN_IN, {"username": "li", "password": PASSWORD}).status_code == 200


def test_too_many_failures_lock_the_name_from_that_address(person, settings):
    settings.AXES_FAILURE_LIMIT = 3
    client = APIClient()
    for _time in range(3):
        client.post(SIGN_IN, {"username": "li", "password": "wrong"})
    locked = client.post(SIGN_IN, {"username": "li", "password": PASSWORD})
    assert locked.status_code in (401, 429)
    assert not Token.objects.exists()


def test_calendar_days_are_not_reached_by_the_permission_of_rates(person):
    class DaySerializer(serializers.ModelSerializer):
        class Meta:
            model = CalendarDay
            fields = ["day"]

    class DayView(ListCreateAPIView):
        queryset = CalendarDay.objects.all()
        serializer_class = DaySerializer

    assert ask(DayView.as_view(), user=may(person, "view_exchangerate")).status_code == 403
