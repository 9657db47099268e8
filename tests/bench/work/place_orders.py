"""Orders taken in by several processes through the service, their statements kept, and the same statements in raw psycopg.

`place_orders seed` · `place_orders take COUNT PROCESSES NOTE` · `place_orders replay NOTE`. All keys of all tables are
different numbers (each sequence begins in a range of its own), so the replay can put the keys that its own inserts were
given in the places of those that were recorded.
"""

import multiprocessing
import pickle
import sys
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import psycopg
from django.db import connection, connections

from catalog.models import Channel, Product, Sku, Store
from fulfillment.models import StoreSupply, Warehouse
from fulfillment.orders import BuyerInput, LineInput, OrderInput, PaymentInput
from fulfillment.services.intake import take_in_order
from fulfillment.services.stock import Delivery, find_lot, receive_stock
from tests.bench.work import raw_connection, tell

SKUS = 200
NOON = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)
KEYS_OF_A_TABLE = 1_000_000_000
WARM = 5
# Marks between the recorded statements.
ORDER, COMMIT, AUTOCOMMIT = "an order begins", "a transaction ends", "each statement commits"
MARKS = (ORDER, COMMIT, AUTOCOMMIT)


def seed():
    """A store, a warehouse, and pieces enough of every SKU."""
    channel = Channel.objects.create(code="channel", name="channel")
    store = Store.objects.create(code="store", name="store", channel=channel, currency="CNY")
    warehouse = Warehouse.objects.create(code="warehouse", name="warehouse")
    StoreSupply.objects.create(store=store, warehouse=warehouse)
    for number in range(SKUS):
        product = Product.objects.create(code=f"P{number}", name=f"P{number}")
        sku = Sku.objects.create(product=product, code=f"S{number}", unit_cost=Decimal(4))
        delivery = Delivery(sku.pk, warehouse.pk, find_lot(sku).pk, 1_000_000, unit_cost=Decimal(4))
        receive_stock(delivery, key=f"seed:{number}", occurred_at=NOON)
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname || '.' || sequencename FROM pg_sequences ORDER BY 1")
        for place, (name,) in enumerate(cursor.fetchall(), start=1):
            cursor.execute(f"ALTER SEQUENCE {name} AS bigint MAXVALUE {2**62} RESTART WITH {place * KEYS_OF_A_TABLE}")
        cursor.execute("ANALYZE")


def order(process, number, skus):
    """Two lines, paid in full."""
    picked = [skus[(number * 7 + process * 50 + line) % SKUS] for line in range(2)]
    lines = tuple(LineInput(sku.pk, 1, Decimal(10), code=sku.code) for sku in picked)
    payment = PaymentInput(Decimal(20), NOON, f"pay-{process}-{number}")
    return OrderInput(
        f"T{process}-{number}",
        NOON,
        lines,
        buyer=BuyerInput(id=f"buyer-{process}-{number % 500}", name="张三"),
        payments=(payment,),
    )


def take(process, count, gate, times, note):
    """Take in orders as fast as they go."""
    store, skus = Store.objects.select_related("channel").get(), list(Sku.objects.order_by("pk"))
    for number in range(WARM):
        take_in_order(store, order=order(process, number, skus))
    gate.wait()
    started = time.perf_counter()
    for number in range(WARM, WARM + count):
        take_in_order(store, order=order(process, number, skus))
    times.put(time.perf_counter() - started)


def record(process, count, gate, times, note):
    """Take in the same orders and keep every statement with the keys it gave back."""
    store, skus = Store.objects.select_related("channel").get(), list(Sku.objects.order_by("pk"))
    connection.ensure_connection()
    commit, set_autocommit, kept = connection._commit, connection._set_autocommit, []

    def kept_commit():
        kept.append((COMMIT, None, False, None))
        commit()

    def kept_autocommit(is_on):
        kept.append((AUTOCOMMIT, is_on, False, None))
        set_autocommit(is_on)

    def keep(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        cursor = context["cursor"].cursor
        rows = None
        if cursor.description is not None and not many:
            rows = cursor.fetchall()
            if rows:
                cursor.scroll(0, mode="absolute")
        kept.append((sql, params, many, rows))
        return result

    connection._commit, connection._set_autocommit = kept_commit, kept_autocommit
    with connection.execute_wrapper(keep):
        for number in range(WARM + count):
            kept.append((ORDER, None, False, None))
            take_in_order(store, order=order(process, number, skus))
    Path(f"{note}.{process}").write_bytes(pickle.dumps(kept))
    times.put(0.0)


def replay(process, count, gate, times, note):
    """Send the recorded statements again, within the same transactions, with new keys in place of the recorded ones."""
    statements = pickle.loads(Path(f"{note}.{process}").read_bytes())
    starts = [place for place, one in enumerate(statements) if one[0] == ORDER]
    with raw_connection(cursor_factory=psycopg.ClientCursor, autocommit=True) as raw:
        keys = {}
        _send(raw, statements[: starts[WARM]], keys)
        gate.wait()
        started = time.perf_counter()
        _send(raw, statements[starts[WARM] :], keys)
        times.put(time.perf_counter() - started)


def _send(raw, statements, keys):
    cursor = raw.cursor()
    for sql, params, many, rows in statements:
        if sql == ORDER:
            continue
        if sql == COMMIT:
            raw.commit()
        elif sql == AUTOCOMMIT:
            raw.autocommit = params
        elif many:
            cursor.executemany(sql, [_with_keys(one, keys) for one in params])
        else:
            cursor.execute(sql, None if params is None else _with_keys(params, keys))
            if cursor.description is not None:
                _learn(rows, cursor.fetchall(), keys)


def _with_keys(params, keys):
    # Inserts of many rows carry a list for each column.
    return [
        _with_keys(one, keys) if type(one) is list else keys.get(one, one) if type(one) is int else one
        for one in params
    ]


def _learn(recorded, given, keys):
    for old, new in zip(recorded or (), given, strict=False):
        for one, other in zip(old, new, strict=True):
            if type(one) is int and one >= KEYS_OF_A_TABLE:
                keys[one] = other


def run(work, *, count, processes, note):
    """Run a function in so many processes that begin together; the slowest one's seconds."""
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    gate, times = fork.Barrier(processes), fork.Queue()
    workers = [fork.Process(target=work, args=(place, count, gate, times, note)) for place in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        if worker.exitcode:
            # The others wait for it at the gate.
            for other in workers:
                other.terminate()
            raise RuntimeError(f"{work.__name__} failed in process {workers.index(worker)}")
    return max(times.get() for _worker in workers)


def statements_an_order(note):
    """(queries, savepoint commands) of the orders of the first process after the first ones, on the mean."""
    kept = pickle.loads(Path(f"{note}.0").read_bytes())
    starts = [place for place, one in enumerate(kept) if one[0] == ORDER]
    sent = [sql for sql, *_rest in kept[starts[WARM] :] if sql not in MARKS]
    points = sum("SAVEPOINT" in sql for sql in sent)
    orders = len(starts) - WARM
    return (len(sent) - points) / orders, points / orders


def main(words):
    """One of the programs."""
    if words[0] == "seed":
        seed()
        tell(skus=SKUS)
        return
    work = {"take": take, "record": record, "replay": replay}[words[0]]
    count, processes, note = int(words[1]), int(words[2]), words[3]
    seconds = run(work, count=count, processes=processes, note=note)
    queries, points = statements_an_order(note) if words[0] == "record" else (0, 0)
    tell(seconds=seconds, queries=queries, points=points)


if __name__ == "__main__":
    main(sys.argv[1:])
