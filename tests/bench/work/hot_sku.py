"""One SKU wanted by several processes: reservations by the service, and the same conditional updates in raw psycopg.

`hot_sku service|rows|updates COUNT PROCESSES` in a database that `place_orders seed` has filled. `rows` writes a
reservation with each update, as the service does; `updates` does the conditional update alone.
"""

import sys
import time

from catalog.models import Sku
from fulfillment.models import StockBalance, Warehouse
from fulfillment.services.stock import Wanted, reserve_stock
from tests.bench.work import raw_connection, tell
from tests.bench.work.place_orders import run

TAKE = """
UPDATE fulfillment_stockbalance SET reserved = reserved + 1 WHERE id = %s AND on_hand >= reserved + 1
"""
ADD = """
INSERT INTO fulfillment_reservation (idempotency_key, sku_id, warehouse_id, lot_id, quantity, state, created_at)
SELECT %s, sku_id, warehouse_id, lot_id, 1, 'held', now() FROM fulfillment_stockbalance WHERE id = %s
"""


def service(process, count, gate, times, note):
    """Reservations of one piece by the service."""
    wanted = [Wanted(Sku.objects.order_by("pk")[0].pk, Warehouse.objects.get().pk, 1)]
    reserve_stock(wanted, key=f"warm-{process}")
    gate.wait()
    started = time.perf_counter()
    for number in range(count):
        reserve_stock(wanted, key=f"hot-{process}-{number}")
    times.put(time.perf_counter() - started)


def raw(process, count, gate, times, note):
    """The conditional update, and with `rows` the row of the reservation, a transaction each."""
    with raw_connection() as connection:
        (balance,) = connection.execute("SELECT min(id) FROM fulfillment_stockbalance").fetchone()
        connection.commit()
        gate.wait()
        started = time.perf_counter()
        for number in range(count):
            assert connection.execute(TAKE, (balance,)).rowcount == 1
            if note == "rows":
                connection.execute(ADD, (f"{note}-{process}-{number}", balance))
            connection.commit()
        times.put(time.perf_counter() - started)


def main(what, count, processes):
    """Run one side; every reservation must be in the balance."""
    before = StockBalance.objects.order_by("pk")[0].reserved
    seconds = run(service if what == "service" else raw, count=count, processes=processes, note=what)
    extra = processes if what == "service" else 0
    assert StockBalance.objects.order_by("pk")[0].reserved - before == count * processes + extra
    tell(seconds=seconds)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
