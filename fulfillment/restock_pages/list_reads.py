"""The list of suggestions: what it may be narrowed to, its groups with totals, its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum, TextField
from django.db.models.functions import Cast

from fulfillment.models import RestockSuggestion, SkuForecast, SupplierItem
from fulfillment.remarks import REMARKS
from fulfillment.restock_pages.older_edits import OlderEdit, newer_views
from fulfillment.restock_pages.run_reads import supplier_name

State = RestockSuggestion.State
STATES = (State.OPEN, State.ORDERED, State.REJECTED, State.SUPERSEDED)
EVERY_STATE = "all"
NO_SUPPLIER = "none"
# What an order of the list is made of: a supplier and a warehouse.
GroupKey = tuple[int | None, int]


@dataclass(frozen=True)
class Row:
    """A suggestion with what was forecast for it; the figures are those the check decided on."""

    suggestion: RestockSuggestion
    forecast: SkuForecast | None
    pack: int | None
    available: int | None
    incoming: int | None
    daily_mean: float | None
    reorder_point: int | None
    order_up_to: int | None
    flags: Sequence[str]
    # Kept from an older check since a person changed it: what a newer one says.
    older: OlderEdit | None


@dataclass(frozen=True)
class Group:
    """What would be one purchase order, over all pages: its totals, and the rows of this page."""

    key: GroupKey
    supplier: str
    warehouse: str
    lines: int
    units: int
    value: Decimal
    without_cost: int
    currency: str
    minimum: Decimal
    # Remarks that all rows of this page carry: told once.
    shared: Sequence[str]
    rows: Sequence[Row]

    @property
    def shortfall(self) -> Decimal:
        """How much is missing to the supplier's minimum order value, 0 when it is reached."""
        return max(self.minimum - self.value, Decimal(0))

    @property
    def code(self) -> str:
        """The key as a form sends it back."""
        supplier, warehouse = self.key
        return f"{supplier or NO_SUPPLIER}-{warehouse}"


def _number(text: str) -> int | None:
    return min(int(text), 2**62) if text.isascii() and text.isdecimal() else None


def narrowed(suggestions: QuerySet[RestockSuggestion], chosen: Mapping[str, str]) -> QuerySet[RestockSuggestion]:
    """Suggestions by state (open by default), check, supplier, warehouse, classes, remark and words; unknown finds none."""
    state = chosen.get("state") or State.OPEN
    if state != EVERY_STATE:
        suggestions = suggestions.filter(state=state) if state in STATES else suggestions.none()
    for name in ("run", "warehouse", "supplier"):
        text = chosen.get(name, "")
        if name == "supplier" and text == NO_SUPPLIER:
            suggestions = suggestions.filter(supplier__isnull=True)
        elif text:
            suggestions = suggestions.filter(**{name: _number(text) if _number(text) is not None else -1})
    for name in ("velocity_class", "demand_class"):
        if chosen.get(name):
            suggestions = suggestions.filter(_of_class(name, chosen[name]))
    if chosen.get("remark"):
        suggestions = with_remark(suggestions, chosen["remark"])
    return _with_words(suggestions, chosen.get("q", ""))


def _of_class(name: str, value: str) -> Exists:
    forecasts = SkuForecast.objects.filter(run=OuterRef("run"), sku=OuterRef("sku"), warehouse=OuterRef("warehouse"))
    return Exists(forecasts.filter(**{name: value}))


def with_remark(suggestions: QuerySet[RestockSuggestion], code: str) -> QuerySet[RestockSuggestion]:
    """Those that carry a remark. The list of codes is read as text, which both databases can."""
    if code not in REMARKS:
        return suggestions.none()
    return suggestions.annotate(flags_text=Cast("flags", TextField())).filter(flags_text__contains=f'"{code}"')


def _with_words(suggestions: QuerySet[RestockSuggestion], words: str) -> QuerySet[RestockSuggestion]:
    for word in words.split()[:5]:
        suggestions = suggestions.filter(
            Q(sku__code__icontains=word)
            | Q(sku__product__name__icontains=word)
            | Q(sku__product__english_name__icontains=word)
        )
    return suggestions


def in_order(suggestions: QuerySet[RestockSuggestion]) -> QuerySet[RestockSuggestion]:
    """By supplier and warehouse, in each the most urgent first; goods without a supplier last."""
    return suggestions.select_related("sku__product", "warehouse", "supplier", "edited_by").order_by(
        F("supplier__code").asc(nulls_last=True), "warehouse__code", F("order_by").asc(nulls_last=True), "pk"
    )


def of_group(suggestions: QuerySet[RestockSuggestion], code: str) -> QuerySet[RestockSuggestion]:
    """The suggestions of a group by the code its form sent; an unknown code finds none."""
    supplier, _dash, warehouse = code.partition("-")
    warehouse_id = _number(warehouse)
    if warehouse_id is None:
        return suggestions.none()
    here = suggestions.filter(warehouse=warehouse_id)
    if supplier == NO_SUPPLIER:
        return here.filter(supplier__isnull=True)
    return here.filter(supplier=_number(supplier) or 0)


def groups_of(page: Sequence[RestockSuggestion], *, everything: QuerySet[RestockSuggestion]) -> list[Group]:
    """The rows of a page under their groups; the totals are of `everything`. Six queries at most."""
    totals = _totals(everything, page)
    rows = rows_of(page)
    return [
        _group(key, list(found), totals[key])
        for key, found in groupby(rows, key=lambda row: (row.suggestion.supplier_id, row.suggestion.warehouse_id))
    ]


def _totals(everything: QuerySet[RestockSuggestion], page: Sequence[RestockSuggestion]) -> dict[GroupKey, Any]:
    warehouses = {suggestion.warehouse_id for suggestion in page}
    sums = (
        everything.filter(warehouse__in=warehouses)
        .order_by()
        .values("supplier", "warehouse")
        .annotate(
            lines=Count("pk"),
            units=Sum("quantity"),
            worth=Sum("value"),
            without_cost=Count("pk", filter=Q(value__isnull=True)),
        )
    )
    return {(row["supplier"], row["warehouse"]): row for row in sums}


def _group(key: GroupKey, rows: Sequence[Row], sums: Mapping[str, Any]) -> Group:
    first, shared = rows[0].suggestion, _shared_flags(rows)
    supplier = first.supplier
    return Group(
        key=key,
        supplier=supplier_name(supplier.name, supplier.english_name) if supplier else "",
        warehouse=str(first.warehouse),
        lines=sums["lines"],
        units=sums["units"],
        value=sums["worth"] or Decimal(0),
        without_cost=sums["without_cost"],
        currency=supplier.currency if supplier else settings.BASE_CURRENCY,
        minimum=supplier.minimum_order_amount if supplier else Decimal(0),
        shared=shared,
        rows=[replace(row, flags=[flag for flag in row.flags if flag not in shared]) for row in rows],
    )


def _shared_flags(rows: Sequence[Row]) -> list[str]:
    if len(rows) < 2:
        return []
    return [flag for flag in rows[0].flags if all(flag in row.flags for row in rows)]


def rows_of(page: Sequence[RestockSuggestion]) -> list[Row]:
    """The suggestions of a page with their forecasts; five queries at most."""
    skus = {suggestion.sku_id for suggestion in page}
    runs = {suggestion.run_id for suggestion in page}
    forecasts = {
        (forecast.run_id, forecast.sku_id, forecast.warehouse_id): forecast
        for forecast in SkuForecast.objects.filter(run__in=runs, sku__in=skus).defer("daily_units", "evidence")
    }
    packs: dict[tuple[int | None, int], int] = {
        (supplier, sku): pack
        for supplier, sku, pack in SupplierItem.objects.filter(sku__in=skus).values_list(
            "supplier_id", "sku_id", "pack_units"
        )
    }
    older = newer_views(page)
    return [
        _row(
            one,
            forecasts.get((one.run_id, one.sku_id, one.warehouse_id)),
            pack=packs.get((one.supplier_id, one.sku_id)),
            older=older.get(one.pk),
        )
        for one in page
    ]


def _row(
    suggestion: RestockSuggestion, forecast: SkuForecast | None, *, pack: int | None, older: OlderEdit | None
) -> Row:
    position = suggestion.inputs.get("position")
    arithmetic = suggestion.arithmetic
    return Row(
        suggestion=suggestion,
        forecast=forecast,
        pack=suggestion.inputs.get("lot", {}).get("pack", pack),
        available=position and position["on_hand"] - position["allocated"] - position["backorders"],
        incoming=position and position["on_order"] + position["transfers_in"] + position["accepted_proposals"],
        daily_mean=suggestion.inputs.get("demand", {}).get("daily_mean", forecast and forecast.daily_mean),
        reorder_point=arithmetic.get("reorder_point"),
        order_up_to=arithmetic.get("order_up_to"),
        flags=suggestion.flags,
        older=older,
    )
