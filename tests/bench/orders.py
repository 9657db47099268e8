"""Order placement against the same statements sent by raw psycopg."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.figures import Figure, at_least, at_most, bench
from tests.bench.ground import Ground, NotMeasured, measured_run
from tests.bench.scale import scaled
from tests.bench.work import program, told
from tests.processes import Place, postgres_place
from tests.servers import find_postgres, postgres_server


@contextmanager
def seeded(ground: Ground) -> Iterator[tuple[str, str]]:
    """A server and the name of a database on it, with a store and stock, after which others are made."""
    if find_postgres() is None:
        raise NotMeasured("PostgreSQL is not installed")
    with postgres_server() as server, postgres_place(ground.folder / "seeded", server) as place:
        measured_run(place, *program("place_orders"), "seed")
        yield server, place.database_url.rpartition("/")[2]


@bench("orders", title="Order placement")
def orders(ground: Ground) -> Iterator[Figure]:
    """Orders of two lines, reserved and paid in full in one call, as the API takes them in, by 1 and by 4 processes.

    The raw side sends the very statements that were recorded, with new keys, to a database made after the same one.
    """
    with seeded(ground) as (server, template):
        for processes in (1, 4):
            count = scaled(2000, least=100) // processes
            yield from _compared(ground.folder / str(processes), server, template, count=count, processes=processes)


def _compared(folder: Path, server: str, template: str, *, count: int, processes: int) -> Iterator[Figure]:
    note = folder / "statements"

    def run(place: Place, what: str) -> dict[str, float]:
        return told(measured_run(place, *program("place_orders"), what, str(count), str(processes), str(note)))

    found = {}
    for what in ("take", "record", "replay"):
        with postgres_place(folder / what, server, template=template) as place:
            found[what] = run(place, what)
    total = count * processes
    words = f"{processes} process{'es' if processes > 1 else ''}"
    mine, raw = total / found["take"]["seconds"], total / found["replay"]["seconds"]
    yield Figure(f"{words}: orders taken in", mine, "orders/s", remark=f"{total:,} orders")
    yield Figure(f"{words}: the same statements in raw psycopg", raw, "orders/s")
    yield Figure(f"{words}: ours to raw", mine / raw, "x", at_least(0.25))
    if processes == 1:
        points = f"and {found['record']['points']:.0f} savepoint commands"
        yield Figure("queries an order", found["record"]["queries"], "queries", at_most(25), remark=points)
