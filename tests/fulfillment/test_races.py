"""Real processes on PostgreSQL: pieces never sell twice, and without the guard they would."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import racing
from tests.processes import Place, copy_of
from tests.racing import books, tell

pytestmark = [pytest.mark.race, pytest.mark.process]
# Every buyer imports and connects first, then waits at the door: processes of ten buyers each start at once.
PROCESSES = 5

SHOP = """
import time
from decimal import Decimal
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
def template(migrated: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A database with the shop in it, made once and copied for each race."""
    with copy_of(migrated, tmp_path_factory.mktemp("ten-pieces") / "shop") as place:
        tell(place, SHOP + SETUP)
        yield place


@pytest.fixture
def shop(template: Place, tmp_path: Path) -> Iterator[Place]:
    """A shop of its own for each race."""
    with copy_of(template, tmp_path / "shop") as place:
        yield place


def race(place: Place, *codes: str) -> dict[str, int]:
    """What programs of the shop print that start at once."""
    return racing.race(place, *[SHOP + code for code in codes])


def run(place: Place, code: str) -> str:
    """What one of them prints alone."""
    return tell(place, SHOP + code)


STOCK = """
balance = StockBalance.objects.get()
active = Reservation.objects.filter(state__in=Reservation.ACTIVE_STATES)
print(balance.on_hand, balance.reserved, sum(active.values_list("quantity", flat=True)),
      Order.objects.filter(payment_state="paid").count(), SalesEntry.objects.filter(kind="sale").count())
"""

BUYERS = """
at_the_door()
store, me = Store.objects.get(), {me}
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
    said = race(shop, *[BUYERS] * PROCESSES)
    assert said == {"sold": 10, "stock_short": 40}
    assert run(shop, STOCK) == "10 10 10 10 10"
    assert books(shop) == "problems=0"


def test_without_the_guard_the_same_buyers_buy_more_than_there_is(shop):
    said = race(shop, *[UNGUARDED] * PROCESSES)
    assert said["sold"] > 10


def test_the_same_marketplace_order_twenty_times_at_once_is_one_order(shop):
    post = """
at_the_door()
for turn in range(5):
    print(take_in_order(Store.objects.get(), order=order_of("T1", 2)).outcome, flush=True)
"""
    said = race(shop, *[post] * 4)
    assert said == {"created": 1, "same": 19}
    assert run(shop, STOCK) == "10 2 2 1 1"
    assert books(shop) == "problems=0"


def test_paying_cancelling_and_running_out_at_once_leave_books_that_agree(shop):
    run(
        shop,
        """
for number in range(5):
    order = order_of(f"T{number}", 2)
    import dataclasses
    place_order(Store.objects.get(), order=dataclasses.replace(order, payments=()))
""",
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
    race(shop, pay, cancel, run_out, pay, cancel, run_out)
    assert run(shop, "print(Order.objects.filter(state='cancelled').count(), Payment.objects.count())") == "5 5"
    assert run(shop, "print(StockBalance.objects.get().reserved)") == "0"
    assert books(shop) == "problems=0"


def test_two_who_take_the_same_skus_in_opposite_order_both_get_them(shop):
    run(
        shop,
        """
product = Product.objects.get()
pear = Sku.objects.create(product=product, code="pear", unit_cost=Decimal("1.00"))
receive_stock(Delivery(pear.pk, Warehouse.objects.get().pk, find_lot(pear).pk, 10), key="r2",
              occurred_at=timezone.now())
""",
    )
    take = """
at_the_door()
me, warehouse = {me}, Warehouse.objects.get()
skus = list(Sku.objects.order_by("pk" if me % 2 else "-pk"))
for turn in range(5):
    reserve_stock([Wanted(sku.pk, warehouse.pk, 1) for sku in skus], key=f"me:{me}:{turn}")
    print("reserved", flush=True)
"""
    assert race(shop, take, take) == {"reserved": 10}
    assert run(shop, "print(*StockBalance.objects.values_list('reserved', flat=True))") == "10 10"


SAME_KEY = """
at_the_door()
wanted = Wanted(Sku.objects.get().pk, Warehouse.objects.get().pk, 1)
for turn in range(5):
    [one] = reserve_stock([wanted], key=f"same:{turn}")
    print(one.idempotency_key, flush=True)
"""
# Every insert is a row of its own, whatever its key.
BLIND = """
from fulfillment.services.stock import reservations
def write_blindly(rows, **more):
    for row in rows:
        row.idempotency_key += ":{me}"
    return [(row.idempotency_key, row.pk) for row in Reservation.objects.bulk_create(rows)]
reservations.insert_new = write_blindly
"""


def test_one_key_used_by_many_at_once_promises_once(shop):
    said = race(shop, *[SAME_KEY] * 4)
    assert sorted(said.values()) == [4] * 5
    assert run(shop, STOCK) == "10 5 5 0 0"


def test_control_without_the_unique_key_each_of_them_promises(shop):
    race(shop, *[BLIND + SAME_KEY] * 2)
    assert run(shop, STOCK) == "10 10 10 0 0"
