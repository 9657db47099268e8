"""The restock check of many SKUs, end to end."""

from collections.abc import Iterator

from tests.bench.figures import Figure, at_most, bench
from tests.bench.ground import Ground, measured_run, measured_runs
from tests.bench.scale import scaled, shrunk
from tests.bench.work import program, told

CHECK = ("manage.py", "restock_check", "--as-of")


@bench("restock", title="Restock check")
def restock(ground: Ground) -> Iterator[Figure]:
    """The whole command on PostgreSQL, with one worker beside it that takes parts as well: two processes for two cores.

    Histories of a year are read, a method is chosen for each SKU by back-test, quantities are worked out, forecasts and
    suggestions written with their inputs and arithmetic. Made demand; no snapshots. The command alone has its own line.
    """
    skus = scaled(100_000)
    with ground.postgresql() as place:
        days = told(measured_run(place, *program("fill_demand"), str(skus)))["days"]
        alone = measured_run(place, *CHECK, "2026-06-29")
        done, beside = measured_runs(place, (*CHECK, "2026-06-30"), (*program("help_out"), "restock_check", "2"))
    size = shrunk(f"{skus:,} SKUs in a warehouse, {days:,.0f} days with demand")
    yield Figure(
        "restock check, two processes", done.seconds, "s", at_most(60), done.megabytes + beside.megabytes, size
    )
    yield Figure("peak memory of both", done.megabytes + beside.megabytes, "MB", at_most(2048))
    yield Figure("restock check, one process", alone.seconds, "s", megabytes=alone.megabytes, remark="the day before")
    yield Figure("one process, a SKU", alone.seconds / skus * 1e6, "µs")
