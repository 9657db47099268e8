"""Kill -9 of the web in the middle of an order: the channel sends it again, and it is there once."""

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from tests.processes import Place
from tests.proof.conftest import Copy
from tests.proof.machines import wait_until
from tests.proof.programs import books, tell

pytestmark = pytest.mark.process
GROUND = """
from rest_framework.authtoken.models import Token
sku = Sku.objects.order_by("pk").first()
print(Token.objects.create(user=User.objects.create_superuser("root", email="root@example.com", password=None)).key,
      Listing.objects.filter(sku=sku).values_list("code", flat=True).first() or sku.code)
"""
FOUND = """
found = Order.objects.filter(external_number="T1")
print(found.count(), Payment.objects.filter(order__in=found).count(), SalesEntry.objects.filter(order__in=found).count())
"""
LEASE_ENDS = "IdempotencyKey.objects.filter(state='working').update(lease_until=timezone.now() - timedelta(seconds=1))"


@contextmanager
def web(place: Place, *, die_at: str = "") -> Iterator[int]:
    """The web on a port of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    here = replace(place, settings={"DIE_AT": die_at})
    with (place.folder / "web.log").open("a") as log:
        words = ("-m", "waitress", f"--listen=127.0.0.1:{port}", "tests.proof.web:application")
        process = here.python(*words, stdout=log, stderr=log)

    def listens() -> bool:
        assert process.poll() is None, (place.folder / "web.log").read_text()[-2000:]
        with socket.socket() as knock:
            return knock.connect_ex(("127.0.0.1", port)) == 0

    try:
        wait_until(listens, what="the web")
        yield port
    finally:
        process.kill()
        process.wait()


def post(port: int, token: str, body: dict[str, Any]) -> tuple[int, bool]:
    """(status, whether it is the first answer again); status 0 when the connection broke."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": "order-T1"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/orders/", json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers.get("Idempotency-Replayed") == "true"
    except urllib.error.HTTPError as error:
        return error.code, False
    except (urllib.error.URLError, ConnectionError):
        return 0, False


@pytest.mark.parametrize(
    ("die_at", "before", "after"),
    [
        ("fulfillment.services.payments:book_new_sale", "0 0 0", 201),
        # The order stands, its answer was never kept: the channel is told that it is known.
        ("fulfillment.api:OrderDetailSerializer", "1 1 1", 200),
    ],
    ids=["within the transaction", "after it"],
)
def test_an_order_whose_web_dies_is_there_once_when_it_is_sent_again(
    copy: Copy, die_at: str, before: str, after: int
) -> None:
    place = copy("shop")
    token, code = tell(place, GROUND).split()
    line = {"sku": code, "quantity": 1, "unit_price": "10.00"}
    payment = {"amount": "10.00", "paid_at": "2026-11-11T12:00:00+08:00", "reference": "pay-T1"}
    body = {
        "store": "uk",
        "external_number": "T1",
        "placed_at": "2026-11-11T12:00:00+08:00",
        "lines": [line],
        "payments": [payment],
    }
    with web(place, die_at=die_at) as port:
        assert post(port, token, body) == (0, False)
    assert tell(place, FOUND) == before
    with web(place) as port:
        # The control: while the dead one's lease holds, nobody works on the key.
        assert post(port, token, body) == (409, False)
        tell(place, LEASE_ENDS)
        assert post(port, token, body) == (after, False)
        assert post(port, token, body) == (after, True)
    assert tell(place, FOUND) == "1 1 1"
    assert books(place) == "problems=0"
