"""What the overview tells of a check: its figures, what changed against the check before, its remarks with counts."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from catalog.models.stores import in_language
from config.kernel.models import User
from fulfillment.models import RestockRun, RestockSuggestion, SkuForecast
from fulfillment.remarks import remark_sentences
from fulfillment.restock_pages.reach import VIEW_RUNS, visible_suggestions, within

State = RestockSuggestion.State


@dataclass(frozen=True)
class RunFigures:
    """A check in numbers, of the warehouses in reach. `values` are amounts by currency."""

    skus: int
    suggestions: int
    open: int
    units: int
    values: Mapping[str, Decimal]
    without_cost: int
    without_supplier: int
    suppliers: int
    next_order_by: Any


@dataclass(frozen=True)
class Changes:
    """Against the check before: how many suggestions came, went, grew, shrank and stayed; and the pieces in all."""

    before: RestockRun
    arrived: int
    gone: int
    more: int
    less: int
    same: int
    units: int


@dataclass(frozen=True)
class SupplierLine:
    """What is open at a supplier, in its currency; pk None where goods have no supplier."""

    pk: int | None
    name: str
    lines: int
    units: int
    value: Decimal
    currency: str
    order_by: Any


@dataclass(frozen=True)
class Remark:
    """How many suggestions carry a remark."""

    code: str
    words: str
    count: int


@dataclass(frozen=True)
class RunPage:
    """Everything the overview shows of a check."""

    run: RestockRun
    figures: RunFigures
    changes: Changes | None
    remarks: list[Remark] = field(default_factory=list)
    suppliers: list[SupplierLine] = field(default_factory=list)


def run_page(user: User, run: RestockRun, *, runs: QuerySet[RestockRun]) -> RunPage:
    """The overview of a check; at most eight queries."""
    suggestions = visible_suggestions(user).filter(run=run)
    before = runs.filter(scope=run.scope, pk__lt=run.pk).first()
    return RunPage(
        run=run,
        figures=_figures(user, run, suggestions),
        changes=_changes(user, before, run) if before else None,
        remarks=_remarks(suggestions),
        suppliers=supplier_lines(suggestions.filter(state=State.OPEN)),
    )


def amounts_by_currency(suggestions: QuerySet[RestockSuggestion]) -> dict[str, Decimal]:
    """The value of suggestions by the currency of their supplier; without a supplier the base currency."""
    rows = suggestions.order_by().values_list("supplier__currency").annotate(Sum("value"))
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for currency, value in rows:
        amounts[currency or settings.BASE_CURRENCY] += value or Decimal(0)
    return dict(sorted(amounts.items()))


def _figures(user: User, run: RestockRun, suggestions: QuerySet[RestockSuggestion]) -> RunFigures:
    looked_at = within(user, SkuForecast.objects.filter(run=run), permission=VIEW_RUNS)
    still_open = Q(state=State.OPEN)
    sums = suggestions.aggregate(
        all=Count("pk"),
        open=Count("pk", filter=still_open),
        units=Sum("quantity", filter=still_open),
        without_cost=Count("pk", filter=still_open & Q(value__isnull=True)),
        without_supplier=Count("pk", filter=still_open & Q(supplier__isnull=True)),
        suppliers=Count("supplier", filter=still_open, distinct=True),
        next_order_by=Min("order_by", filter=still_open),
    )
    return RunFigures(
        skus=looked_at.values("sku").distinct().count(),
        suggestions=sums["all"],
        open=sums["open"],
        units=sums["units"] or 0,
        values=amounts_by_currency(suggestions.filter(still_open)),
        without_cost=sums["without_cost"],
        without_supplier=sums["without_supplier"],
        suppliers=sums["suppliers"],
        next_order_by=sums["next_order_by"],
    )


def _changes(user: User, before: RestockRun, run: RestockRun) -> Changes:
    now, then = (visible_suggestions(user).filter(run=one) for one in (run, before))
    same_key = {"sku": OuterRef("sku"), "warehouse": OuterRef("warehouse")}
    earlier = RestockSuggestion.objects.exclude(state=State.PREPARED).filter(run=before, **same_key)
    was = now.annotate(was=Subquery(earlier.values("suggested_quantity")[:1]))
    sums = was.aggregate(
        arrived=Count("pk", filter=Q(was__isnull=True)),
        more=Count("pk", filter=Q(suggested_quantity__gt=F("was"))),
        less=Count("pk", filter=Q(suggested_quantity__lt=F("was"))),
        same=Count("pk", filter=Q(suggested_quantity=F("was"))),
        units=Coalesce(Sum("suggested_quantity"), 0),
    )
    stayed = RestockSuggestion.objects.exclude(state=State.PREPARED).filter(run=run, **same_key)
    lost = then.annotate(is_still=Exists(stayed)).aggregate(
        gone=Count("pk", filter=Q(is_still=False)), units=Coalesce(Sum("suggested_quantity"), 0)
    )
    return Changes(
        before=before,
        arrived=sums["arrived"],
        gone=lost["gone"],
        more=sums["more"],
        less=sums["less"],
        same=sums["same"],
        units=sums["units"] - lost["units"],
    )


def _remarks(suggestions: QuerySet[RestockSuggestion]) -> list[Remark]:
    counts: Counter[str] = Counter()
    for flags in suggestions.filter(state=State.OPEN).values_list("flags", flat=True):
        counts.update(flags)
    return [Remark(code, remark_sentences([code])[0], count) for code, count in counts.most_common()]


def supplier_lines(suggestions: QuerySet[RestockSuggestion]) -> list[SupplierLine]:
    """What is suggested at each supplier, the most urgent first, goods without a supplier last; one query."""
    rows = (
        suggestions.order_by()
        .values("supplier", "supplier__name", "supplier__english_name", "supplier__currency")
        .annotate(lines=Count("pk"), units=Sum("quantity"), worth=Sum("value"), first=Min("order_by"))
        .order_by(F("supplier").asc(nulls_last=True))
    )
    lines = [
        SupplierLine(
            pk=row["supplier"],
            name=supplier_name(row["supplier__name"], row["supplier__english_name"]),
            lines=row["lines"],
            units=row["units"],
            value=row["worth"] or Decimal(0),
            currency=row["supplier__currency"] or settings.BASE_CURRENCY,
            order_by=row["first"],
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (line.pk is None, line.order_by is None, str(line.order_by), line.name))


def supplier_name(name: str | None, english_name: str | None) -> str:
    """A supplier's name in the reader's language, "" for none."""
    return in_language(name or "", english_name or "")
