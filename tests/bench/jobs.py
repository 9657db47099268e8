"""What the main jobs take on a real shop's file."""

from collections.abc import Iterator

from tests.bench.figures import Figure, bench
from tests.bench.ground import Ground, NotMeasured, measured_run
from tests.processes import Place
from tests.real_data import REAL_FILE
from tests.servers import find_postgres

AS_OF = "2011-08-31"
STEPS = (
    ("import of the real file", ("import_orders", str(REAL_FILE), "--layout", "online-retail", "--store", "uk"), "rows"),
    ("the same file again", ("import_orders", str(REAL_FILE), "--layout", "online-retail", "--store", "uk"), "rows"),
    ("assumed supply", ("assume_supply", "--store", "uk", "--cover-days", "14", "--lead-days", "7", "--pack", "6"), "skus"),
    ("restock check", ("restock_check", "--store", "uk", "--as-of", AS_OF), "skus"),
    ("RFM segmentation", ("segment_customers", "--store", "uk", "--as-of", AS_OF), "customers"),
    ("monthly report", ("build_report", "monthly", "--store", "uk", "--date", AS_OF), "metrics"),
    ("forecast accuracy, 16 weeks", ("forecast_accuracy", "--weeks", "16", "--store", "uk", "--as-of", AS_OF), "buckets"),
    ("check of the books", ("check_books",), "checks"),
)  # fmt: skip


@bench("jobs", title="Main jobs on a real shop's file")
def jobs(ground: Ground) -> Iterator[Figure]:
    """Order lines of a real shop (320,705 rows), which the project does not carry. Each step is one whole command."""
    if not REAL_FILE.exists():
        raise NotMeasured(f"{REAL_FILE} is not there")
    yield from _measured(ground.sqlite(), "SQLite")
    if find_postgres() is not None:
        with ground.postgresql() as place:
            yield from _measured(place, "PostgreSQL")


def _measured(place: Place, database: str) -> Iterator[Figure]:
    for name, words, things in STEPS:
        done = measured_run(place, "manage.py", *words)
        figures = dict(pair.split("=", 1) for pair in done.output.splitlines()[-1].split() if "=" in pair)
        count = int(figures[things])
        rate = f"{count:,} {things}, {count / done.seconds:,.0f} {things}/s"
        yield Figure(f"{database}: {name}", done.seconds, "s", megabytes=done.megabytes, remark=rate)
