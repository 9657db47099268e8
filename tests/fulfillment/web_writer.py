"""A process that writes as web requests do while an import runs, and tells how long each write took.

python -m tests.in_django tests.fulfillment.web_writer WRITES THREADS
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

from config.kernel.audit import record_change
from config.kernel.models import ImportBatch, WorkItem

POLL_SECONDS = 0.02
# Requests come by and by, in the middle of a commit as well as between two.
ARRIVAL_SECONDS = 0.03
LONGEST_WAIT_SECONDS = 60


def wait_for_the_import() -> None:
    """Until the first chunk stands."""
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while not ImportBatch.objects.filter(cursor__gt=0).exists():
        if time.monotonic() > deadline:
            raise TimeoutError("the import did not begin")
        time.sleep(POLL_SECONDS)


def write_once(number: int) -> float:
    """What a small POST does: a row, its audit entry, one transaction. Returns the seconds it took."""
    started = time.monotonic()
    with transaction.atomic():
        item = WorkItem.objects.create(kind="test", title=f"Write {number}", source_ref=f"web:{number}")
        record_change("work_item.opened", on=item)
    return time.monotonic() - started


def write_many(numbers: range) -> list[float]:
    try:
        return [_after_a_moment(number) for number in numbers]
    finally:
        connection.close()


def _after_a_moment(number: int) -> float:
    time.sleep(ARRIVAL_SECONDS)
    return write_once(number)


def main() -> None:
    writes, threads = int(sys.argv[1]), int(sys.argv[2])
    wait_for_the_import()
    begun_at = ImportBatch.objects.get().cursor
    with ThreadPoolExecutor(threads) as pool:
        parts = pool.map(write_many, [range(at, writes, threads) for at in range(threads)])
        seconds = sorted(took for part in parts for took in part)
    batch = ImportBatch.objects.get()
    figures = {
        "writes": len(seconds),
        "p50": round(seconds[len(seconds) // 2], 3),
        "p95": round(seconds[int(len(seconds) * 0.95)], 3),
        "longest": round(seconds[-1], 3),
        "import_state": batch.state,
        "units_meanwhile": batch.cursor - begun_at,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
