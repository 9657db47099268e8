"""A process that imports a file and may kill itself at a given place; its last line says what stands in the tables.

    python -m tests.in_django tests.fulfillment.kill_import FILE [--kill-at PLACE | --wait-at PLACE] [--nth N] [--guard-off] [--pauses-off]

Places: "lines" (orders stand, their lines do not), "facts" (the ledger stands, membership knows nothing yet), "cursor"
(all but the cursor stands), "commit" (a chunk is committed), "rebuild" (some days are rebuilt), "close" (all but the
batch's state stands). The controls: `--guard-off` writes each statement in a transaction of its own, `--pauses-off`
writes long transactions back to back.
"""

import argparse
import hashlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.db import models, transaction

from config.kernel.importing import batches
from config.kernel.models import ImportBatch, ImportRow, NumberSeries, StaleDay
from fulfillment.importing import saving
from fulfillment.models import SalesEntry
from fulfillment.services import daily

PLACES: dict[str, tuple[Any, str]] = {
    "lines": (saving, "_lines"),
    "facts": (saving, "report_down"),
    "cursor": (batches._Application, "_move_cursor"),
    "commit": (batches, "keep_rows"),
    "rebuild": (daily, "replace_daily_sales"),
    "close": (batches, "_close"),
}
LONG_CHUNK = 800
ROOMS = ("catalog", "membership", "fulfillment")
# Moments of the machine's clock and names of files: two imports never have the same.
PASSING = {"applied_at", "undone_at", "file", "file_name", "job_run", "first_seen_at"}


def die() -> None:
    """Kill -9 of oneself."""
    os.kill(os.getpid(), signal.SIGKILL)


def wait() -> None:
    """Say that the place is reached, and go on when the parent closes its end."""
    print("ready", flush=True)
    sys.stdin.read()


def stop_at(place: str, *, nth: int, event: Callable[[], None]) -> None:
    """Let something happen just before the nth call at a place."""
    owner, name = PLACES[place]
    original: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth:
            event()
        return original(*args, **kwargs)

    setattr(owner, name, counted)


def drop_the_guard() -> None:
    """The same import without a transaction around a chunk."""
    setattr(batches, "transaction", SimpleNamespace(atomic=nullcontext))

    def without_transaction(items: Iterable[Any], write: Callable[[list[Any]], None], **_: Any) -> int:
        for item in items:
            write([item])
        return 0

    setattr(batches, "in_small_commits", without_transaction)


def drop_the_pauses() -> None:
    """The same import in long transactions, one after the other."""

    def without_pause(items: Iterable[Any], write: Callable[[list[Any]], None], **_: Any) -> int:
        source = iter(items)
        while chunk := list(islice(source, LONG_CHUNK)):
            with transaction.atomic():
                write(chunk)
        return 0

    setattr(batches, "in_small_commits", without_pause)


def state() -> dict[str, str]:
    """A digest of each table without keys and clock; foreign keys are told by the place of their row."""
    tables: list[type[models.Model]] = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    tables += [ImportBatch, ImportRow, NumberSeries]
    found = {model._meta.label: _digest(_rows(model)) for model in tables}
    marks = StaleDay.objects.order_by("fact", "store_code", "day").values_list("fact", "store_code", "day").distinct()
    return found | {"kernel.StaleDay": _digest(list(marks))}


def _rows(model: type[models.Model]) -> list[list[Any]]:
    fields = [field for field in model._meta.concrete_fields if not _is_passing(field)]
    places = {field: _places(field.related_model) for field in fields if field.is_relation}
    rows = []
    for row in model._base_manager.order_by("pk"):
        values = [(field, getattr(row, field.attname)) for field in fields]
        rows.append([places[field].get(value) if field in places else value for field, value in values])
    # The size of a chunk follows the speed of the machine, and within a chunk refunds are booked after sales.
    return sorted(rows, key=str) if model is SalesEntry else rows


def _is_passing(field: Any) -> bool:
    is_stamp = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    return field.primary_key or is_stamp or field.name in PASSING


def _places(model: Any) -> dict[Any, int]:
    return {pk: place for place, pk in enumerate(model._base_manager.order_by("pk").values_list("pk", flat=True))}


def _digest(rows: list[Any]) -> str:
    text = json.dumps(rows, default=str, sort_keys=True)
    return f"{len(rows)} {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("file", type=Path)
    words.add_argument("--kill-at", default="", choices=["", *PLACES])
    words.add_argument("--wait-at", default="", choices=["", *PLACES])
    words.add_argument("--nth", type=int, default=1)
    words.add_argument("--guard-off", action="store_true")
    words.add_argument("--pauses-off", action="store_true")
    chosen = words.parse_args()
    if chosen.guard_off:
        drop_the_guard()
    if chosen.pauses_off:
        drop_the_pauses()
    if chosen.kill_at:
        stop_at(chosen.kill_at, nth=chosen.nth, event=die)
    if chosen.wait_at:
        stop_at(chosen.wait_at, nth=chosen.nth, event=wait)
    batch = batches.upload_batch(chosen.file, layout="online-retail", store_code="uk", policy="reject-rows")
    begun = {"cursor": batch.cursor, "state": batch.state}
    batches.apply_batch(batch)
    print(json.dumps({"begun": begun, "tables": state()}))


if __name__ == "__main__":
    main()
