"""How time and memory grow with the data: 1, 10 and 100 times."""

from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.figures import Figure, at_most, bench
from tests.bench.ground import Done, Ground, NotMeasured, measured_run
from tests.bench.imports import ROWS, first_rows
from tests.bench.restock import CHECK
from tests.bench.rfm import RUN
from tests.bench.scale import exponent, scaled, shrunk
from tests.bench.work import program
from tests.processes import Place, postgres_place
from tests.real_data import REAL_FILE
from tests.servers import find_postgres, postgres_server

# What is measured takes this much noise: an exponent of 1.1 is a quarter more than linear over tenfold data.
LINEAR = at_most(1.1)


@bench("growth", title="Growth at 1 x, 10 x and 100 x")
def growth(ground: Ground) -> Iterator[Figure]:
    """Each job whole, start-up included, on data of three sizes on PostgreSQL. The exponent p is that of size^p, fitted to
    the three by least squares of the logarithms: 1 is linear, the fixed part of small runs pulls it below.
    """
    if find_postgres() is None:
        raise NotMeasured("PostgreSQL is not installed")
    with postgres_server() as server, postgres_place(ground.folder / "empty", server) as empty:
        template = empty.database_url.rpartition("/")[2]
        for name, largest, work in _jobs(ground.folder):
            sizes = [scaled(largest, least=1000) // part for part in (100, 10, 1)]
            done = []
            for size in sizes:
                with postgres_place(ground.folder / f"{name}-{size}", server, template=template) as place:
                    done.append(work(place, size))
            yield from _grown(name, sizes, done)


def _grown(name: str, sizes: list[int], done: list[Done]) -> Iterator[Figure]:
    seconds, megabytes = [one.seconds for one in done], [one.megabytes for one in done]
    taken = ", ".join(
        f"{size:,}: {one.seconds:.1f} s {one.megabytes} MB" for size, one in zip(sizes, done, strict=True)
    )
    yield Figure(f"{name}: exponent of time", exponent(sizes, seconds), "", LINEAR, remark=shrunk(taken))
    yield Figure(f"{name}: of it from 10 x to 100 x", exponent(sizes[1:], seconds[1:]), "", LINEAR)
    yield Figure(f"{name}: exponent of memory", exponent(sizes, megabytes), "", LINEAR)


def _jobs(folder: Path) -> Iterator[tuple[str, int, Callable[[Place, int], Done]]]:
    if REAL_FILE.exists():
        yield "import, rows", ROWS, lambda place, size: _import(place, size, folder)
    yield "RFM, purchases", 1_000_000, _segment
    yield "restock, SKUs", 20_000, _check
    yield "store days, orders", 1_000_000, _days


def _import(place: Place, size: int, folder: Path) -> Done:
    file = first_rows(size, folder=folder)
    return measured_run(place, "manage.py", "import_orders", str(file), "--layout", "online-retail", "--store", "uk")


def _segment(place: Place, size: int) -> Done:
    measured_run(place, *program("fill_purchases"), str(max(size // 10, 100)), str(size))
    return measured_run(place, *RUN)


def _check(place: Place, size: int) -> Done:
    measured_run(place, *program("fill_demand"), str(size))
    return measured_run(place, *CHECK, "2026-06-30")


def _days(place: Place, size: int) -> Done:
    measured_run(place, *program("fill_orders"), str(max(size, 5475)))
    return measured_run(place, *program("ask_days"))
