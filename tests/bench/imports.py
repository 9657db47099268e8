"""The import of a real shop's file against a plain loader of the same file and against COPY."""

import csv
import lzma
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from tests.bench.figures import Figure, at_least, at_most, bench
from tests.bench.ground import Ground, NotMeasured, measured_run
from tests.bench.scale import SCALE, scaled, shrunk
from tests.bench.work import program, told
from tests.processes import Place
from tests.real_data import REAL_FILE
from tests.servers import find_postgres

ROWS = 320_705
# Why a ratio is what it is: the loaders do less in each of these ways, and say so beside their figure.
LESS = "orders, lines and customers only: less than a third of the importer's rows"
PAUSES = "; SQLite's importer stops for 20 ms after every 50 ms, so that others can write"


@bench("imports", title="Import of a real shop's file")
def imports(ground: Ground) -> Iterator[Figure]:
    """The importer against a plain loader of the same file: csv to objects to `bulk_create` by 1,000 rows, no checks.

    The plain loader writes the orders, lines and customers into the same tables; the one with books writes also
    SKUs, listings, identities, payments, ledger, purchases and their lines, as the importer does. Whole commands, start-up
    included. Only the importer validates, keeps what it rejects, matches cancellations, can go on after a kill and be undone.
    """
    if not REAL_FILE.exists():
        raise NotMeasured(f"{REAL_FILE} is not there")
    file = REAL_FILE if SCALE == 1 else first_rows(scaled(ROWS), folder=ground.folder)
    mine = yield from _import(ground.sqlite("import"), "SQLite", file)
    yield from _plain(ground.sqlite("books"), "SQLite", file, mine=mine, books=True)
    yield from _plain(ground.sqlite("plain"), "SQLite", file, mine=mine, books=False)
    if find_postgres() is None:
        return
    with ground.postgresql("import") as ours:
        mine = yield from _import(ours, "PostgreSQL", file)
    with ground.postgresql("books") as books:
        yield from _plain(books, "PostgreSQL", file, mine=mine, books=True)
    with ground.postgresql("plain") as plain:
        yield from _plain(plain, "PostgreSQL", file, mine=mine, books=False)
        limit = told(measured_run(plain, *program("copy_again")))["seconds"]
    yield Figure("PostgreSQL: COPY of orders, lines and customers, the limit", limit, "s")


def first_rows(size: int, *, folder: Path) -> Path:
    """The first rows of the real file."""
    file = folder / f"{size}.csv"
    with lzma.open(REAL_FILE, "rt", encoding="utf-8", newline="") as rows, file.open("w", newline="") as out:
        csv.writer(out).writerows(islice(csv.reader(rows), size + 1))
    return file


def _import(place: Place, database: str, file: Path) -> Iterator[Figure]:
    done = measured_run(place, "manage.py", "import_orders", str(file), "--layout", "online-retail", "--store", "uk")
    yield Figure(f"{database}: import", done.seconds, "s", megabytes=done.megabytes, remark=_written(place))
    yield Figure(f"{database}: peak memory of the import", done.megabytes, "MB", at_most(256))
    return done.seconds


def _plain(place: Place, database: str, file: Path, *, mine: float, books: bool) -> Iterator[Figure]:
    name = "plain loader with books" if books else "plain loader"
    done = measured_run(place, *program("load_plainly"), str(file), *(["books"] if books else []))
    yield Figure(f"{database}: {name}", done.seconds, "s", megabytes=done.megabytes, remark=_written(place))
    what = ("the books as well" if books else LESS) + (PAUSES if database == "SQLite" else "")
    yield Figure(f"{database}: import against the {name}", done.seconds / mine, "x", at_least(2), remark=what)


def _written(place: Place) -> str:
    return shrunk(f"{told(measured_run(place, *program('count_rows')))['rows']:,.0f} rows in the tables")
