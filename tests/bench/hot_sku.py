"""Reservations of one SKU that everybody wants."""

from collections.abc import Iterator

from tests.bench.figures import Figure, at_least, bench
from tests.bench.ground import Ground, measured_run
from tests.bench.orders import seeded
from tests.bench.scale import scaled
from tests.bench.work import program, told
from tests.processes import postgres_place

PROCESSES = 4


@bench("hot_sku", title="A SKU that everybody wants")
def hot_sku(ground: Ground) -> Iterator[Figure]:
    """Reservations of one piece of one SKU by 4 processes, each a transaction; afterwards the balance is counted.

    The raw side does the same conditional update in psycopg: with the reservation's row, as the service writes it, and alone.
    """
    count = scaled(2000, least=100) // PROCESSES
    with (
        seeded(ground) as (server, template),
        postgres_place(ground.folder / "hot", server, template=template) as place,
    ):
        rates = {}
        for what in ("service", "rows", "updates"):
            done = measured_run(place, *program("hot_sku"), what, str(count), str(PROCESSES))
            rates[what] = count * PROCESSES / told(done)["seconds"]
    yield Figure("reservations by the service", rates["service"], "a second", remark=f"{count * PROCESSES:,} pieces")
    yield Figure("raw: conditional update and the reservation's row", rates["rows"], "a second")
    yield Figure("raw: conditional update alone", rates["updates"], "a second", remark="writes no row")
    yield Figure("service to raw with the row", rates["service"] / rates["rows"], "x", at_least(1 / 3))
    yield Figure("service to raw update alone", rates["service"] / rates["updates"], "x")
