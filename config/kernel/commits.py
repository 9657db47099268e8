"""Long writing jobs that leave room for others: on SQLite one writer holds the whole file."""

import time
from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeVar

from django.db import connection, transaction

T = TypeVar("T")
# A commit is to come every 100 ms at least. Aiming at half of it keeps slow ones below, and whoever waits for SQLite
# asks ever more seldom (at last every 100 ms): of commits of 100 ms one web write in twenty waited 0.6 s, of these 0.14 s.
LONGEST_COMMIT_SECONDS = 0.05
PAUSE_SECONDS = 0.02
FIRST_BATCH = 50


def pause_for_writers() -> None:
    """On SQLite, let a waiting writer in before the next transaction; nothing on PostgreSQL."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        time.sleep(PAUSE_SECONDS)


def in_small_commits(items: Iterable[T], write: Callable[[list[T]], None], *, largest: int = 1000) -> int:
    """Write items in batches, each a transaction of its own; returns how many items there were.

    On SQLite the batch adapts so that a commit comes about every 50 ms, with 20 ms for other writers between; on
    PostgreSQL batches are of `largest`. Within a transaction of the caller there is nothing to commit and no pause.
    """
    adapts = connection.vendor == "sqlite"
    size = min(FIRST_BATCH, largest) if adapts else largest
    source = iter(items)
    count = 0
    while batch := list(islice(source, size)):
        started = time.monotonic()
        with transaction.atomic():
            write(batch)
        took = time.monotonic() - started
        count += len(batch)
        if adapts:
            fitting = int(len(batch) * LONGEST_COMMIT_SECONDS / max(took, 0.001))
            size = max(1, min(largest, fitting, size * 2))
            pause_for_writers()
    return count
