"""Rebuilding store days: always whole days, from the ledgers, as often as one likes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from analytics.models import StoreDay
from analytics.queries.days import days_without_row, fresh_days
from catalog.models import Store
from config.kernel.commits import pause_for_writers
from config.kernel.models import StaleDay

# What writers of the ledger and of orders mark, and what the service desk marks.
FACTS = ("store_day", "sales")
DAYS_AT_ONCE = 62
KEPT = ("id", "store", "day")
FIGURES = [field.name for field in StoreDay._meta.concrete_fields if field.name not in KEPT]


def rebuild_days(store: Store, days: Iterable[date]) -> int:
    """Build the rows of some days of a store anew and clear the marks that made them stale; returns how many days."""
    wanted = sorted(set(days))
    for start in range(0, len(wanted), DAYS_AT_ONCE):
        _rebuild(store, wanted[start : start + DAYS_AT_ONCE])
        pause_for_writers()
    return len(wanted)


@transaction.atomic
def _rebuild(store: Store, days: Sequence[date]) -> None:
    # One rebuild of a store at a time: who comes second waits here and reads what the first has not seen.
    Store.objects.filter(pk=store.pk).update(code=F("code"))
    marks = StaleDay.objects.filter(fact__in=FACTS, store_code=store.code, day__in=days)
    seen = list(marks.values_list("pk", flat=True))
    built = dict(StoreDay.objects.filter(store=store, day__in=days).values_list("day", "generation"))
    rows = fresh_days(store, days)
    now = timezone.now()
    for row in rows:
        row.generation = built.get(row.day, 0) + 1
        row.built_at = now
    StoreDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["store", "day"], update_fields=FIGURES, batch_size=20
    )
    for start in range(0, len(seen), 500):
        StaleDay.objects.filter(pk__in=seen[start : start + 500]).delete()


def stale_days_by_store(store_code: str = "") -> dict[Store, list[date]]:
    """The days that wait to be built, by store; two queries."""
    marks = StaleDay.objects.filter(fact__in=FACTS)
    if store_code:
        marks = marks.filter(store_code=store_code)
    by_code: dict[str, list[date]] = defaultdict(list)
    for code, day in marks.values_list("store_code", "day").distinct().order_by("store_code", "day"):
        by_code[code].append(day)
    return {store: by_code[store.code] for store in Store.objects.filter(code__in=by_code).order_by("pk")}


def rebuild_stale_days(store_code: str = "") -> int:
    """Build every stale day; returns how many."""
    return sum(rebuild_days(store, days) for store, days in stale_days_by_store(store_code).items())


def ensure_days(stores: Iterable[Store], *, first: date, last: date) -> int:
    """Build what is stale, and every day of the range that was never built; returns how many days."""
    count = 0
    waiting = stale_days_by_store()
    for store in stores:
        days = {*waiting.get(store, []), *days_without_row(store, first=first, last=last)}
        count += rebuild_days(store, days)
    return count
