"""The restock check of many SKUs, end to end."""

from collections.abc import Iterator

from tests.bench.figures import Figure, at_most, bench
from tests.bench.ground import Ground, measured_run
from tests.bench.scale import scaled, shrunk
from tests.bench.work import program, told

CHECK = ("manage.py", "restock_check", "--as-of", "2026-06-30")


@bench("restock", title="Restock check")
def restock(ground: Ground) -> Iterator[Figure]:
    """The whole command on PostgreSQL, one process: histories of a year read, a method chosen for each SKU by back-test,
    quantities worked out, forecasts and suggestions written with their inputs and arithmetic. Made demand; no snapshots.
    """
    skus = scaled(100_000)
    with ground.postgresql() as place:
        days = told(measured_run(place, *program("fill_demand"), str(skus)))["days"]
        done = measured_run(place, *CHECK)
    size = shrunk(f"{skus:,} SKUs in a warehouse, {days:,.0f} days with demand")
    yield Figure("restock check", done.seconds, "s", at_most(60), done.megabytes, size)
    yield Figure("peak memory of the check", done.megabytes, "MB", at_most(2048))
    yield Figure("restock check, a SKU", done.seconds / skus * 1e6, "µs")
