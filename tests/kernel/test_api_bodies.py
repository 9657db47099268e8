"""Bodies that a program should never send: refused in the one shape, whatever they are, and nothing is kept of them."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from config.kernel.models import IdempotencyKey, InboxMessage, User
from fulfillment.models import Order
from service_desk.models import Ticket
from tests.fulfillment.factories import make_listing, make_sku, make_store

pytestmark = pytest.mark.django_db(databases="__all__")
ORDERS, TICKETS, TOKEN = "/api/v1/orders/", "/api/v1/tickets/", "/api/v1/token/"
SHAPE = {"code", "message", "fields"}


@pytest.fixture
def program():
    user = User.objects.create_superuser("program", password="a long pass phrase")
    store = make_store("shop")
    make_listing(store, make_sku("A"), code="A1")
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {Token.objects.create(user=user).key}")
    return client


def an_order(**changes):
    line = {"sku": "A1", "quantity": 1, "unit_price": "10.00"}
    order = {"store": "shop", "external_number": "X1", "placed_at": "2026-11-20T08:00:00Z", "lines": [line]}
    return {**order, **changes}


def a_ticket(**changes):
    return {"store": "shop", "subject": "Where?", "body": "Hello", "contact_channel": "chat", **changes}


def post(client, path, body, content_type="application/json", **headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.generic("POST", path, content, content_type=content_type, headers=headers)


BODIES = {
    "nothing": (b"", 400),
    "half a body": (b'{"store": "shop"', 400),
    "no JSON": (b"store=shop", 400),
    "bytes of another encoding": ('{"store": "\xe9"}'.encode("latin-1"), 400),
    "a raw byte 0": (b'{"store": "sh\0op"}', 400),
    "an escaped byte 0": (b'{"store": "shop", "external_number": "X\\u00001"}', 400),
    "half a character": (b'{"store": "shop", "external_number": "X\\ud800"}', 400),
    "half a character as a name": (b'{"store": "shop", "\\ud800": 1}', 400),
    "a list": (b"[]", 400),
    "a word": (b'"shop"', 400),
    "null": (b"null", 400),
    "not a number": (b'{"store": NaN}', 400),
    "a number without end": (b'{"store": "shop", "external_number": 1' + b"0" * 5_000 + b"}", 400),
    "deep": (b'{"store":' * 50 + b"1" + b"}" * 50, 400),
    "deeper than any stack": (b"[" * 200_000 + b"]" * 200_000, 400),
    "large": (b'{"store": "' + b"x" * 2_200_000 + b'"}', 413),
}


@pytest.mark.parametrize("path", [ORDERS, TICKETS, TOKEN])
@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_cannot_be_read_is_refused_in_the_one_shape(program, path, name):
    body, status = BODIES[name]
    answer = post(program, path, body)
    assert answer.status_code == status, answer.content
    assert set(answer.json()) == SHAPE
    assert (InboxMessage.objects.count(), Order.objects.count(), Ticket.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("path", [ORDERS, TICKETS, TOKEN])
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "text/xml", "x"])
def test_another_content_type_is_refused(program, path, content_type):
    answer = post(program, path, an_order(), content_type=content_type)
    assert (answer.status_code, set(answer.json())) == (415, SHAPE)


def test_the_limit_of_a_body_is_a_setting(program, settings):
    settings.API_BODY_LIMIT_BYTES = 100
    assert post(program, ORDERS, an_order()).json()["code"] == "too_large"
    settings.API_BODY_LIMIT_BYTES = 1_000
    assert post(program, ORDERS, an_order()).status_code == 201


JUNK = [
    None, True, -1, 0, 10**30, 2**63, -(2**63), 1e308, 0.1, "", " ", "x" * 3_000, "'; DROP TABLE x; --", "%s", "{{7*7}}",
    [], {}, [[]], [{}], {"a": 1}, "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "2026-02-30T00:00:00Z", "1e400", "NaN", "Infinity", "-0", "１２", "\u202e", "😀" * 100, "99999999999999999999.99",
]  # fmt: skip


def places(value, path=()):
    """The path of every value within a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*path, key)
        yield from places(one, (*path, key))


def with_junk(body, path, junk):
    changed = json.loads(json.dumps(body))
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = junk
    return changed


FULL_ORDER = an_order(
    source_version=1,
    channel_state="paid",
    is_presale=False,
    is_cancelled=False,
    shipping="1.00",
    shop_discount="0",
    platform_discount="0",
    currency="CNY",
    buyer={"id": "b", "name": "n", "phone": "1", "email": "e", "address": "a", "country": "CN", "province": "p",
           "city": "c", "note": "n"},
    lines=[{"sku": "A1", "title": "t", "kind": "goods", "quantity": 1, "unit_price": "10", "list_price": "11",
            "shop_discount": "0", "platform_discount": "0"}],
    payments=[{"amount": "11.00", "paid_at": "2026-11-20T08:00:00Z", "reference": "r", "method": "m", "stage": "full"}],
)  # fmt: skip
FULL_TICKET = a_ticket(
    kind="enquiry", external_ref="c1", message_id="m1", order_number="", sent_at="2026-11-20T08:00:00Z"
)


@pytest.mark.slow
@pytest.mark.parametrize("path", list(places(FULL_ORDER)), ids=lambda path: ".".join(map(str, path)))
def test_junk_in_any_field_of_an_order_is_taken_or_refused_with_words(program, path):
    for count, junk in enumerate(JUNK):
        body = with_junk({**FULL_ORDER, "external_number": f"X{count}"}, path, junk)
        answer = post(program, ORDERS, body)
        assert answer.status_code in {200, 201, 202, 400, 404, 409}, (path, junk, answer.content[:300])
        assert answer.status_code in {200, 201} or set(answer.json()) <= SHAPE | {"detail"}


@pytest.mark.slow
@pytest.mark.parametrize("name", FULL_TICKET)
def test_junk_in_any_field_of_a_ticket_is_taken_or_refused_with_words(program, name):
    for junk in JUNK:
        answer = post(program, TICKETS, {**FULL_TICKET, name: junk})
        assert answer.status_code in {200, 201, 400, 404, 409}, (name, junk, answer.content[:300])


@pytest.mark.parametrize(
    "question",
    [
        "placed_at_after=0001-01-01T00:00:00%2B14:00", "placed_at_before=9999-12-31T23:59:59-14:00",
        "placed_on_after=9999-12-31", "placed_on_before=0001-01-01", "cursor=x", "cursor=cD14", "page_size=-1",
        "page_size=1e9", "store=%00", "store=%ff", "external_number=%00", "customer=%F0%9F%98%80", "is_history=maybe",
        "cursor=" + "A" * 4_000, "store=" + "s" * 4_000, "state=%27%20OR%201=1", "page_size=99999999999999999999999",
    ],
)  # fmt: skip
def test_junk_in_the_question_is_answered_or_refused_with_words(program, question):
    for path in (ORDERS, TICKETS, "/api/v1/skus/", "/api/v1/stock/", "/api/v1/customers/", "/api/v1/reports/"):
        answer = program.get(f"{path}?{question.replace('placed_at', 'opened_at') if path == TICKETS else question}")
        assert answer.status_code in {200, 400, 404}, (path, question, answer.content[:300])
        assert answer.status_code == 200 or set(answer.json()) == SHAPE


@pytest.mark.parametrize("key", ["", "x" * 121, "a\tb", "ключ", "x" * 120, "'; --", "\u00a0"])
def test_a_strange_idempotency_key_is_taken_or_refused_with_words(program, key):
    answer = program.generic(
        "POST", ORDERS, json.dumps(an_order()), content_type="application/json", HTTP_IDEMPOTENCY_KEY=key
    )
    assert answer.status_code in {201, 400}, answer.content
    assert answer.status_code == 201 or answer.json()["code"] == "idempotency_key_invalid"


def test_a_key_of_one_person_says_nothing_of_another_persons(program):
    first = post(program, ORDERS, an_order(), **{"Idempotency-Key": "k"})
    other = APIClient()
    stranger = User.objects.create_user("stranger", password="a long pass phrase")
    other.credentials(HTTP_AUTHORIZATION=f"Bearer {Token.objects.create(user=stranger).key}")
    refused = post(other, ORDERS, an_order(), **{"Idempotency-Key": "k"})
    assert (first.status_code, refused.status_code) == (201, 403)
    assert IdempotencyKey.objects.count() == 1


def test_the_same_key_for_another_body_or_while_it_is_worked_on_is_a_conflict(program):
    post(program, ORDERS, an_order(), **{"Idempotency-Key": "k"})
    again = post(program, ORDERS, an_order(), **{"Idempotency-Key": "k"})
    other = post(program, ORDERS, an_order(external_number="X2"), **{"Idempotency-Key": "k"})
    assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    later = datetime.now(tz=UTC) + timedelta(minutes=1)
    IdempotencyKey.objects.update(state=IdempotencyKey.State.WORKING, lease_until=later)
    busy = post(program, ORDERS, an_order(), **{"Idempotency-Key": "k"})
    assert (busy.status_code, busy.json()["code"], busy["Retry-After"]) == (409, "idempotency_key_busy", "2")
    assert Order.objects.count() == 1
