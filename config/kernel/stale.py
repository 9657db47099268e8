"""Days whose figures must be built again: marked with the fact that makes them stale, in the same transaction."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Max

from config.kernel.models import StaleDay
from config.kernel.sql import insert_many


def mark_stale(fact: str, *, store_code: str, day: date, reason: str = "") -> None:
    """Mark one day of a store."""
    StaleDay.objects.create(fact=fact, store_code=store_code, day=day, reason=reason)


def mark_many_stale(*facts: str, store_code: str, days: Iterable[date], reason: str = "") -> None:
    """Mark several days of a store for each of the facts, by one statement."""
    wanted = sorted(set(days))
    insert_many(
        [StaleDay(fact=fact, store_code=store_code, day=day, reason=reason) for fact in facts for day in wanted]
    )


def stale_days(fact: str) -> list[tuple[str, date, int]]:
    """Every stale (store code, day) of a fact with the newest mark's id: what is cleared after the rebuild."""
    marks = StaleDay.objects.filter(fact=fact).values_list("store_code", "day").annotate(Max("pk"))
    return list(marks.order_by("store_code", "day"))


def clear_stale(fact: str, *, store_code: str, day: date, up_to_id: int) -> None:
    """Clear the marks that the rebuild has seen; one that came meanwhile stays."""
    StaleDay.objects.filter(fact=fact, store_code=store_code, day=day, pk__lte=up_to_id).delete()
