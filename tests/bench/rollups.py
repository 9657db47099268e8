"""Figures out of store days, and a stale day built anew."""

from collections.abc import Iterator

from tests.bench.figures import Figure, at_most, bench
from tests.bench.ground import Ground, measured_run
from tests.bench.scale import scaled, shrunk
from tests.bench.work import program, told

REPORT = ("manage.py", "build_report", "monthly", "--date", "2026-06-30")


@bench("rollups", title="Store days and reports")
def rollups(ground: Ground) -> Iterator[Figure]:
    """Made orders of three years in five stores on PostgreSQL, each with a ledger row and a purchase.

    Medians of 20 calls. A stale day is marked, found and built whole. Distinct buyers of a range do not add up from days:
    they are counted from the purchases, and stand apart.
    """
    count = scaled(10_000_000, least=10_000)
    with ground.postgresql() as place:
        measured_run(place, *program("fill_orders"), str(count))
        done = measured_run(place, *program("ask_days"))
        report = measured_run(place, *REPORT)
    found, size = told(done), shrunk(f"{count:,} orders")
    yield Figure("KPI of a year, 5 stores, from store days", found["kpi"], "ms", at_most(10), remark=size)
    yield Figure("one stale day built anew", found["stale"], "ms", at_most(50), remark=size)
    yield Figure("distinct, new and old buyers of that year", found["buyers"], "ms", remark="from the purchases")
    yield Figure("a year of 5 stores built", found["built"], "s", megabytes=done.megabytes, remark="1,825 store days")
    yield Figure("monthly report of all stores", report.seconds, "s", megabytes=report.megabytes, remark=size)
