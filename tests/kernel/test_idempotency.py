"""A write that carries a key is carried out once, whatever the network does."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.utils.encoders import JSONEncoder

from config.kernel.errors import DomainError, InvalidInput
from config.kernel.idempotency import once
from config.kernel.models import IdempotencyKey, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return User.objects.create_user("li")


def request_of(user, *, key="k1", path="/api/v1/orders/", **body):
    headers = {"Idempotency-Key": key} if key else {}
    plain = APIRequestFactory().post(path, body or {"number": "A1"}, format="json", headers=headers)
    request = Request(plain, parsers=[JSONParser()])
    request.user = user
    return request


class Work:
    """Counts how often it was carried out."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.count = 0

    def __call__(self):
        self.count += 1
        answer = self.answers.pop(0) if self.answers else Response({"order": self.count}, status=201)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_the_same_key_and_request_get_the_first_answer(person):
    work = Work()
    first, second = (once(request_of(person), work) for _time in range(2))
    assert work.count == 1
    assert (second.status_code, second.data) == (first.status_code, first.data) == (201, {"order": 1})
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers


def test_without_a_key_every_request_is_carried_out(person):
    work = Work()
    for _time in range(2):
        once(request_of(person, key=""), work)
    assert work.count == 2
    assert not IdempotencyKey.objects.exists()


def test_two_people_may_use_the_same_key(person):
    work = Work()
    once(request_of(person), work)
    once(request_of(User.objects.create_user("wang")), work)
    assert work.count == 2


@pytest.mark.parametrize("other", [{"number": "A2"}, {"path": "/api/v1/tickets/"}])
def test_another_request_under_the_key_is_refused(person, other):
    work = Work()
    once(request_of(person), work)
    refused = once(request_of(person, **other), work)
    assert (refused.status_code, refused.data["code"]) == (409, "idempotency_key_reused")
    assert work.count == 1


def test_the_order_of_the_fields_makes_no_other_request(person):
    work = Work()
    once(request_of(person, a=1, b=2), work)
    assert once(request_of(person, b=2, a=1), work).status_code == 201
    assert work.count == 1


def test_a_second_request_while_the_first_works_waits(person):
    answers = []
    work = Work()

    def meanwhile():
        answers.append(once(request_of(person), work))
        return Response({"order": "first"}, status=201)

    once(request_of(person), meanwhile)
    assert (answers[0].status_code, answers[0].data["code"]) == (409, "idempotency_key_busy")
    assert answers[0].headers["Retry-After"] == "2"
    assert work.count == 0


def test_a_key_whose_process_died_is_taken_over_once_its_lease_is_out(person):
    work = Work()

    def killed():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        once(request_of(person), killed)
    assert once(request_of(person), work).status_code == 409
    IdempotencyKey.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert once(request_of(person), work).status_code == 201
    assert once(request_of(person), work).data == {"order": 1}
    assert work.count == 1


def test_a_worker_that_was_too_slow_neither_frees_nor_answers_for_the_key(person):
    def too_slow(outcome):
        def work():
            IdempotencyKey.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
            once(request_of(person), Work(Response({"order": "second"}, status=201)))
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        return work

    once(request_of(person), too_slow(Response({"order": "first"}, status=201)))
    assert once(request_of(person), Work()).data == {"order": "second"}
    IdempotencyKey.objects.all().delete()
    with pytest.raises(OSError):
        once(request_of(person), too_slow(OSError("gone")))
    assert once(request_of(person), Work()).data == {"order": "second"}


@pytest.mark.parametrize("outcome", [Response({"order": "first"}, status=201), Response({}, status=503)])
def test_who_lost_the_key_leaves_it_to_the_one_who_works_on_it(person, outcome):
    def work():
        # What another process does that found the lease run out, and is still at it when this one comes to its end.
        IdempotencyKey.objects.update(lease_until=timezone.now() + timedelta(minutes=5))
        return outcome

    once(request_of(person), work)
    assert IdempotencyKey.objects.get().state == IdempotencyKey.State.WORKING


def test_an_error_leaves_the_key_free(person):
    work = Work(DomainError("stock_short", "Sold out."), Response({"order": "bought"}, status=201))
    with pytest.raises(DomainError):
        once(request_of(person), work)
    assert once(request_of(person), work).data == {"order": "bought"}


def test_an_answer_of_5xx_leaves_the_key_free(person):
    work = Work(Response({"code": "away"}, status=503), Response({"order": "bought"}, status=201))
    assert once(request_of(person), work).status_code == 503
    assert once(request_of(person), work).status_code == 201
    assert work.count == 2


def test_the_replayed_answer_reads_as_the_first_did(person):
    answer = {"amount": Decimal("10.50"), "on": date(2026, 11, 23), "at": datetime(2026, 11, 23, 8, tzinfo=UTC)}
    first = once(request_of(person), Work(Response(answer, status=201)))
    second = once(request_of(person), Work())
    assert JSONEncoder(sort_keys=True).encode(second.data) == JSONEncoder(sort_keys=True).encode(first.data)


def test_the_kept_answer_is_encrypted(person):
    from django.db import connection

    once(request_of(person), Work(Response({"name": "欧阳娜娜"}, status=201)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT response_body FROM kernel_idempotencykey")
        assert "name" not in cursor.fetchone()[0]


@pytest.mark.parametrize("key", ["x" * 121, "a\x07b"])
def test_a_key_that_is_too_long_or_unprintable_is_refused(person, key):
    work = Work()
    with pytest.raises(InvalidInput) as caught:
        once(request_of(person, key=key), work)
    assert (caught.value.code, work.count) == ("idempotency_key_invalid", 0)
