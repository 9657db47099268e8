"""The API against its own schema: no 500, no status, content type or shape that the schema does not name.

schemathesis makes requests that fit the schema and requests that break it; half of them are led to rows that exist.
The examples are the same in every run.
"""

from contextlib import ExitStack

import pytest
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.utils import timezone
from rest_framework.authtoken.models import Token

from catalog.models import Sku, Store
from config.demo.seeding import seed_demo
from config.kernel.models import User
from config.wsgi import application
from fulfillment.models import Order
from service_desk.models import Ticket

schemathesis = pytest.importorskip("schemathesis", reason="a heavy tool: make .venv/tools-installed")
from hypothesis import HealthCheck, Phase, given  # noqa: E402
from hypothesis import settings as examples  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from schemathesis import checks  # noqa: E402
from schemathesis.generation import GenerationMode  # noqa: E402
from schemathesis.specs.openapi import checks as openapi_checks  # noqa: E402

pytestmark = [pytest.mark.slow, pytest.mark.django_db(databases="__all__")]
SCHEMA = "/api/v1/schema/?format=json"
CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
]
ROLES = ("director", "service_agent", "warehouse_clerk")
OPERATIONS = 15


@pytest.fixture(scope="module")
def shop(django_db_setup, django_db_blocker):
    """A filled store, taken back when the module is done, and the names of rows that exist."""
    with django_db_blocker.unblock(), ExitStack() as undone:
        undone.enter_context(transaction.atomic())
        # The application closes what is open when a request begins and ends: here that is the test's own transaction.
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
            undone.callback(signal.connect, close_old_connections)
        seed_demo(seed=1, now=timezone.now(), say=lambda text: None, orders=60)
        keys = {name: Token.objects.create(user=User.objects.get(username=name)).key for name in ROLES}
        root = User.objects.create_superuser("root", password="a long pass phrase")
        User.objects.filter(is_demo=True).update(is_demo=False)
        yield {
            "keys": {**keys, "superuser": Token.objects.create(user=root).key, "nobody": "0" * 40},
            "store": Store.objects.first().code,
            "order": Order.objects.first().number,
            "ticket": Ticket.objects.first().number,
            "sku": Sku.objects.first().code,
        }
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def schema():
    return schemathesis.openapi.from_wsgi(SCHEMA, application)


def operations(schema):
    return [result.ok() for result in schema.get_all_operations()]


def led_to_what_exists(case, shop):
    """The same request about rows that are there."""
    known = {"/orders/": shop["order"], "/tickets/": shop["ticket"], "/skus/": shop["sku"]}
    for piece, name in known.items():
        for parameter in ("number", "code"):
            if piece in case.path and parameter in (case.path_parameters or {}):
                case.path_parameters[parameter] = name
    if isinstance(case.body, dict) and "store" in case.body:
        case.body["store"] = shop["store"]


def walk(operation, shop, *, key, mode, count, seen):
    """Send `count` requests of an operation and check each answer against the schema."""

    @examples(
        max_examples=count,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), exists=st.booleans())
    def ask(case, exists):
        cache.clear()
        if exists:
            led_to_what_exists(case, shop)
        response = case.call(headers={"Authorization": f"Bearer {key}"})
        seen.add((operation.method, operation.path, response.status_code))
        case.validate_response(response, checks=CHECKS)

    ask()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_one_that_the_schema_names(shop, schema, settings, mode):
    settings.SIGN_IN_TRIES_PER_MINUTE = 1_000_000
    seen = set()
    for operation in operations(schema):
        walk(operation, shop, key=shop["keys"]["superuser"], mode=mode, count=25, seen=seen)
    assert len({(method, path) for method, path, _status in seen}) == OPERATIONS
    statuses = {status for _method, _path, status in seen}
    assert {200, 400, 404} <= statuses


@pytest.mark.parametrize("role", [*ROLES, "nobody"])
def test_whoever_asks_gets_an_answer_that_the_schema_names(shop, schema, settings, role):
    settings.SIGN_IN_TRIES_PER_MINUTE = 1_000_000
    seen = set()
    for operation in operations(schema):
        walk(operation, shop, key=shop["keys"][role], mode=GenerationMode.POSITIVE, count=5, seen=seen)
    refused = {status for _method, path, status in seen if "/token/" not in path}
    assert (refused == {401}) if role == "nobody" else (403 in refused or 200 in refused)


def test_every_operation_names_its_errors(schema):
    for operation in operations(schema):
        named = set(operation.definition.raw["responses"])
        assert {"400", "401", "403", "404", "406", "429"} <= named, operation.path
        if "requestBody" in operation.definition.raw:
            assert {"409", "413", "415"} <= named, operation.path
