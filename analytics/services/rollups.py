"""Rebuilding store days: always whole days, from the ledgers, as often as one likes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from analytics.models import StoreDay
from analytics.queries.days import days_placed_before, days_without_row, fresh_days
from catalog.models import Store
from config.kernel.commits import pause_for_writers
from config.kernel.models import StaleDay

# What writers of the ledger and of orders mark, and what the service desk marks.
FACTS = ("store_day", "sales")
# A batch of a busy shop takes about 0.1 s: a web write on SQLite waits no longer than that.
DAYS_AT_ONCE = 14
KEPT = ("id", "store", "day")
FIGURES = [field.name for field in StoreDay._meta.concrete_fields if field.name not in KEPT]


def rebuild_days(store: Store, days: Iterable[date], *, tell: Callable[[int], None] | None = None) -> int:
    """Build the rows of some days of a store anew and clear the marks that made them stale; returns how many days.

    `tell` hears how many more days are done after each batch.
    """
    wanted = sorted(set(days))
    for start in range(0, len(wanted), DAYS_AT_ONCE):
        batch = wanted[start : start + DAYS_AT_ONCE]
        _rebuild(store, batch)
        pause_for_writers()
        if tell is not None:
            tell(len(batch))
    return len(wanted)


@transaction.atomic
def _rebuild(store: Store, days: Sequence[date]) -> None:
    # One rebuild of a store at a time: who comes second waits here and reads what the first has not seen.
    Store.objects.filter(pk=store.pk).update(code=F("code"))
    marks = StaleDay.objects.filter(fact__in=FACTS, store_code=store.code, day__in=days)
    # Exactly the marks that were seen: one that commits later may have a smaller number.
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
    """The days that wait to be built, by store; a payment reaches the day before, on which its order was placed."""
    marks = StaleDay.objects.filter(fact__in=FACTS)
    if store_code:
        marks = marks.filter(store_code=store_code)
    by_code: dict[str, set[date]] = defaultdict(set)
    for code, day in marks.values_list("store_code", "day").distinct().order_by():
        by_code[code].add(day)
    stores = Store.objects.filter(code__in=by_code).order_by("pk")
    return {store: sorted(by_code[store.code] | days_placed_before(store, by_code[store.code])) for store in stores}


def rebuild_stale_days(store_code: str = "") -> int:
    """Build every stale day; returns how many."""
    return sum(rebuild_days(store, days) for store, days in stale_days_by_store(store_code).items())


def ensure_days(stores: Iterable[Store], *, first: date, last: date, tell: Callable[[int], None] | None = None) -> int:
    """Build what is stale, and every day of the range with facts that was never built; returns how many days."""
    count = 0
    waiting = stale_days_by_store()
    for store in stores:
        days = {*waiting.get(store, []), *days_without_row(store, first=first, last=last)}
        count += rebuild_days(store, days, tell=tell)
    return count
