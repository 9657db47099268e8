"""Real processes on PostgreSQL: pieces never sell twice, and without the guard they would."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.servers import shared_postgres

pytestmark = [pytest.mark.race, pytest.mark.process]
ROOT = Path(__file__).resolve().parents[2]
# Every buyer imports and connects first, then waits at the door: processes of ten buyers each start at once.
PROCESSES = 5

PRELUDE = """
import os, sys, time
import django
django.setup()
from decimal import Decimal
from django.db import connection
from django.utils import timezone
from config.kernel.errors import DomainError
from catalog.models import Channel, Product, Sku, Store
from fulfillment.models import *
from fulfillment.orders import LineInput, OrderInput, PaymentInput
from fulfillment.services.stock import *
from fulfillment.services.intake import take_in_order
from fulfillment.services.orders import cancel_order, expire_unpaid, place_order
from fulfillment.services.payments import record_payment
from fulfillment.services.dispatch import ship_lines

def at_the_door():
    # The parent opens the door for all at once by closing its end of the pipe.
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.read()

def order_of(number, quantity=1):
    sku, now = Sku.objects.get(), timezone.now()
    payment = PaymentInput(Decimal(10 * quantity), now, f"pay-{number}")
    line = LineInput(sku.pk, quantity, Decimal("10.00"), code=sku.code)
    return OrderInput(str(number), now, (line,), payments=(payment,))
"""

SETUP = """
channel = Channel.objects.create(code="own", name="own")
store = Store.objects.create(code="own", name="own", channel=channel)
product = Product.objects.create(code="p", name="p")
sku = Sku.objects.create(product=product, code="apple", unit_cost=Decimal("4.00"))
warehouse = Warehouse.objects.create(code="main", name="main")
StoreSupply.objects.create(store=store, warehouse=warehouse)
receive_stock(Delivery(sku.pk, warehouse.pk, find_lot(sku).pk, 10, unit_cost=Decimal("4.00")), key="r1",
              occurred_at=timezone.now())
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL: the suite's own, or one started for these tests."""
    try:
        with shared_postgres() as url:
            yield url
    except FileNotFoundError as missing:
        pytest.skip(f"needs PostgreSQL: {missing}")


class Shop:
    """A database with one SKU of ten pieces, and programs that run against it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.environment = {
            **os.environ,
            "DATABASE_URL": url,
            "ENV_FILE": os.devnull,
            "VAR_DIR": str(folder),
            "CACHE_URL": "locmemcache://",
            "CELERY_BROKER_URL": "memory://",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }

    def start(self, code: str, *arguments: object) -> "subprocess.Popen[str]":
        """Start a program; it may wait at the door."""
        return subprocess.Popen(
            [sys.executable, "-c", PRELUDE + code, *map(str, arguments)],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, code: str) -> list[str]:
        """Run one program to its end; its lines."""
        process = self.start(code)
        out, _ = process.communicate()
        assert process.returncode == 0
        return out.splitlines()

    def manage(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a management command."""
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)

    def race(self, *codes: str) -> Counter[str]:
        """Start all programs, open the door when every one stands at it, and count the lines that they print."""
        runners = [self.start(code, number) for number, code in enumerate(codes)]
        for runner in runners:
            assert runner.stdout is not None
            assert runner.stdout.readline() == "ready\n"
        for runner in runners:
            assert runner.stdin is not None
            runner.stdin.close()
        lines: Counter[str] = Counter()
        for runner in runners:
            assert runner.stdout is not None
            lines.update(runner.stdout.read().split())
            assert runner.wait() == 0
        return lines

    def books(self) -> str:
        """What check_books says."""
        done = self.manage("check_books", "--skip-checks")
        return done.stdout if done.returncode == 0 else done.stdout + done.stderr


@pytest.fixture(scope="module")
def template(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with the shop in it, migrated once and copied for each race."""
    name = _make_database(server)
    shop = Shop(f"{server.rsplit('/', 1)[0]}/{name}", tmp_path_factory.mktemp("var"))
    migrated = shop.manage("migrate", "-v", "0", "--skip-checks")
    assert migrated.returncode == 0, migrated.stderr[-2000:]
    shop.run(SETUP)
    yield name
    _drop_database(server, name)


@pytest.fixture
def shop(server: str, template: str, tmp_path: Path) -> Iterator[Shop]:
    """A shop of its own for each race."""
    name = _make_database(server, template=template)
    yield Shop(f"{server.rsplit('/', 1)[0]}/{name}", tmp_path)
    _drop_database(server, name)


def _make_database(server: str, *, template: str = "template1") -> str:
    name = f"race_{os.urandom(6).hex()}"
    with psycopg.connect(_libpq(server), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return name


def _drop_database(server: str, name: str) -> None:
    with psycopg.connect(_libpq(server), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _libpq(url: str) -> str:
    """libpq wants the folder of a socket as a parameter."""
    scheme, _, rest = url.partition("://")
    user, _, path = rest.partition("@/")
    if not path:
        return url
    folder, _, database = path.rpartition("/")
    return f"{scheme}ql://{user.split('@')[0]}@/{database}?host={folder}"


STOCK = """
balance = StockBalance.objects.get()
active = Reservation.objects.filter(state__in=Reservation.ACTIVE_STATES)
print(balance.on_hand, balance.reserved, sum(active.values_list("quantity", flat=True)),
      Order.objects.filter(payment_state="paid").count(), SalesEntry.objects.filter(kind="sale").count())
"""

BUYERS = """
at_the_door()
store, me = Store.objects.get(), int(sys.argv[1])
for turn in range(10):
    buyer = me * 10 + turn
    try:
        place_order(store, order=order_of(f"T{buyer}"))
        print("sold", flush=True)
    except DomainError as error:
        print(error.code, flush=True)
"""

UNGUARDED = """
at_the_door()
for turn in range(10):
    balance = StockBalance.objects.get()
    if balance.on_hand - balance.reserved >= 1:
        # The moment between looking and writing, in which others look as well.
        time.sleep(0.01)
        StockBalance.objects.filter(pk=balance.pk).update(reserved=balance.reserved + 1)
        print("sold", flush=True)
    else:
        print("stock_short", flush=True)
"""


def test_fifty_buyers_of_ten_pieces_buy_exactly_ten(shop):
    said = shop.race(*[BUYERS] * PROCESSES)
    assert said == {"sold": 10, "stock_short": 40}
    assert shop.run(STOCK) == ["10 10 10 10 10"]
    assert shop.books().strip().endswith("problems=0")


def test_without_the_guard_the_same_buyers_buy_more_than_there_is(shop):
    said = shop.race(*[UNGUARDED] * PROCESSES)
    assert said["sold"] > 10


def test_the_same_marketplace_order_twenty_times_at_once_is_one_order(shop):
    post = """
at_the_door()
for turn in range(5):
    print(take_in_order(Store.objects.get(), order=order_of("T1", 2)).outcome, flush=True)
"""
    said = shop.race(*[post] * 4)
    assert said == {"created": 1, "same": 19}
    assert shop.run(STOCK) == ["10 2 2 1 1"]
    assert shop.books().strip().endswith("problems=0")


def test_paying_cancelling_and_running_out_at_once_leave_books_that_agree(shop):
    shop.run(
        """
for number in range(5):
    order = order_of(f"T{number}", 2)
    import dataclasses
    place_order(Store.objects.get(), order=dataclasses.replace(order, payments=()))
"""
    )
    pay = """
at_the_door()
for order in Order.objects.order_by("pk"):
    record_payment(order, payment=PaymentInput(Decimal("20.00"), timezone.now(), f"pay-{order.number}"))
"""
    cancel = """
at_the_door()
for order in Order.objects.order_by("-pk"):
    cancel_order(order, reason="changed my mind")
"""
    run_out = """
from datetime import timedelta
at_the_door()
later = timezone.now() + timedelta(hours=1)
expire_holds(now=later)
expire_unpaid(now=later)
"""
    shop.race(pay, cancel, run_out, pay, cancel, run_out)
    assert shop.run("print(Order.objects.filter(state='cancelled').count(), Payment.objects.count())") == ["5 5"]
    assert shop.run("print(StockBalance.objects.get().reserved)") == ["0"]
    assert shop.books().strip().endswith("problems=0")


def test_two_who_take_the_same_skus_in_opposite_order_both_get_them(shop):
    shop.run(
        """
product = Product.objects.get()
pear = Sku.objects.create(product=product, code="pear", unit_cost=Decimal("1.00"))
receive_stock(Delivery(pear.pk, Warehouse.objects.get().pk, find_lot(pear).pk, 10), key="r2",
              occurred_at=timezone.now())
"""
    )
    take = """
at_the_door()
me, warehouse = int(sys.argv[1]), Warehouse.objects.get()
skus = list(Sku.objects.order_by("pk" if me % 2 else "-pk"))
for turn in range(5):
    reserve_stock([Wanted(sku.pk, warehouse.pk, 1) for sku in skus], key=f"me:{me}:{turn}")
    print("reserved", flush=True)
"""
    assert shop.race(take, take) == {"reserved": 10}
    assert shop.run("print(*StockBalance.objects.values_list('reserved', flat=True))") == ["10 10"]
