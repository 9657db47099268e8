"""Channel spend as the channels report it: the same figures again change nothing, corrected ones replace the old."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from django.db import transaction

from catalog.models import Store
from config.kernel.errors import DomainError
from marketing.models import ChannelSpend, TrafficSource

FIGURES = ("impressions", "clicks", "cost", "conversions", "revenue", "new_customers")
Key = tuple[date, str, str, str]


class Reported(Protocol):
    """What a channel says of one day, source, plan and audience layer; money in the store's currency."""

    @property
    def day(self) -> date: ...
    @property
    def source(self) -> str: ...
    @property
    def plan(self) -> str: ...
    @property
    def audience(self) -> str: ...
    @property
    def impressions(self) -> int: ...
    @property
    def clicks(self) -> int: ...
    @property
    def cost(self) -> Decimal: ...
    @property
    def conversions(self) -> int: ...
    @property
    def revenue(self) -> Decimal: ...
    @property
    def new_customers(self) -> int: ...


@dataclass(frozen=True)
class SpendSorted:
    """Reported rows by what they would do."""

    new: list[Reported]
    changed: list[tuple[ChannelSpend, Reported]]
    unchanged: int


def source_codes() -> dict[str, str]:
    """The code of each traffic source by its code and its names, in lower case."""
    found: dict[str, str] = {}
    for code, name, english in TrafficSource.objects.values_list("code", "name", "english_name"):
        for word in (code, name, english):
            if word:
                found.setdefault(word.strip().lower(), code)
    return found


def sort_spend(store: Store | None, rows: Sequence[Reported]) -> SpendSorted:
    """Compare with what is known; reads only."""
    known = _known(store, rows) if store else {}
    new = [row for row in rows if _key(row) not in known]
    pairs = [(known[_key(row)], row) for row in rows if _key(row) in known]
    changed = [(spend, row) for spend, row in pairs if _differs(spend, row)]
    return SpendSorted(new, changed, len(pairs) - len(changed))


@transaction.atomic
def record_spend(store: Store, rows: Sequence[Reported], *, batch_ref: str = "") -> SpendSorted:
    """Write reported rows of a store. A key that comes twice in `rows` is the caller's mistake."""
    found = sort_spend(store, rows)
    sources = dict(TrafficSource.objects.values_list("code", "pk"))
    ChannelSpend.objects.bulk_create(
        ChannelSpend(
            store=store,
            source_id=sources[row.source],
            day=row.day,
            plan_name=row.plan,
            audience=row.audience,
            currency=store.currency,
            batch_ref=batch_ref,
            **{name: getattr(row, name) for name in FIGURES},
        )
        for row in found.new
    )
    for spend, row in found.changed:
        for name in FIGURES:
            setattr(spend, name, getattr(row, name))
        spend.batch_ref = batch_ref
    ChannelSpend.objects.bulk_update([spend for spend, _row in found.changed], [*FIGURES, "batch_ref"], batch_size=200)
    return found


@transaction.atomic
def withdraw_spend(batch_ref: str) -> int:
    """Delete the rows that a batch made; returns how many."""
    if not batch_ref:
        raise DomainError("batch_missing", "A batch must be named.")
    return ChannelSpend.objects.filter(batch_ref=batch_ref).delete()[0]


def _known(store: Store, rows: Iterable[Reported]) -> dict[Key, ChannelSpend]:
    days, sources = {row.day for row in rows}, {row.source for row in rows}
    spend = ChannelSpend.objects.filter(store=store, day__in=days, source__code__in=sources).select_related("source")
    return {(one.day, one.source.code, one.plan_name, one.audience): one for one in spend}


def _key(row: Reported) -> Key:
    return row.day, row.source, row.plan, row.audience


def _differs(spend: ChannelSpend, row: Reported) -> bool:
    return any(getattr(spend, name) != getattr(row, name) for name in FIGURES)
