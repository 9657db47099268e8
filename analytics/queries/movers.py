"""What moved between two periods: products, stores, stock and segments."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum

from analytics.periods import Period
from catalog.models import DailySales, Store
from config.kernel.money import round_money
from fulfillment.models import Bucket, RestockSuggestion, ShortLine, StockBalance
from membership.models import RfmRun, RfmSegmentTotal, RfmTransition

SHOWN = 10


def moved_products(stores: Sequence[Store], *, now: Period, before: Period) -> dict[str, list[dict[str, Any]]]:
    """The SKUs whose net sales rose and fell most; each with both amounts, apart by currency, never added up over two."""
    span = Q(day__range=(now.first, now.last)) | Q(day__range=(before.first, before.last))
    sales = DailySales.objects.filter(span, store__in=stores).values(
        "sku__code", "sku__product__name", "sku__product__english_name", "store__currency"
    )
    rows = sales.annotate(
        now=Sum("revenue", filter=Q(day__range=(now.first, now.last)), default=Decimal(0)),
        before=Sum("revenue", filter=Q(day__range=(before.first, before.last)), default=Decimal(0)),
        units=Sum("units", filter=Q(day__range=(now.first, now.last)), default=0),
    ).annotate(change=F("now") - F("before"))
    risen = rows.filter(change__gt=0).order_by("-change", "sku__code", "store__currency")[:SHOWN]
    fallen = rows.filter(change__lt=0).order_by("change", "sku__code", "store__currency")[:SHOWN]
    return {"up": [_product(row) for row in risen], "down": [_product(row) for row in fallen]}


def _product(row: Any) -> dict[str, Any]:
    return {
        "sku": row["sku__code"],
        "name": row["sku__product__name"],
        "english_name": row["sku__product__english_name"],
        "currency": row["store__currency"],
        "now": str(round_money(row["now"])),
        "before": str(round_money(row["before"])),
        "change": str(round_money(row["change"])),
        "units": row["units"],
    }


def stock_state(stores: Sequence[Store]) -> dict[str, Any]:
    """Stock of the warehouses that serve the stores, as it is now: value, empty SKUs, shortages, open suggestions."""
    balances = StockBalance.objects.filter(bucket=Bucket.AVAILABLE, warehouse__supplies__store__in=stores).distinct()
    warehouses = balances.values("warehouse_id")
    totals = StockBalance.objects.filter(pk__in=balances.values("pk")).aggregate(
        value=Sum("value"), units=Sum("on_hand"), empty=Count("pk", filter=Q(on_hand__lte=F("reserved")))
    )
    suggestions = RestockSuggestion.objects.filter(state=RestockSuggestion.State.OPEN, warehouse_id__in=warehouses)
    return {
        "value": str(round_money(totals["value"] or Decimal(0))),
        "units": totals["units"] or 0,
        "empty": totals["empty"],
        "shortages": ShortLine.objects.filter(state=ShortLine.State.OPEN, order_line__order__store__in=stores).count(),
        "suggestions": suggestions.count(),
        "is_assumed": balances.filter(warehouse__is_assumed=True).exists(),
    }


def moved_segments(store: Store | None) -> dict[str, Any]:
    """The newest RFM run of the scope: sizes of the named segments and the largest movements into and out of them."""
    run = RfmRun.objects.filter(store=store, is_current=True).first()
    if run is None:
        return {"as_of": None, "segments": [], "movements": []}
    named = RfmSegmentTotal.Map.NAMED
    totals = RfmSegmentTotal.objects.filter(run=run, map=named).order_by("-customer_count")
    moves = RfmTransition.objects.filter(run=run, map=named).exclude(from_segment=F("to_segment"))
    return {
        "as_of": run.as_of.isoformat(),
        "segments": [
            {"segment": total.segment, "customers": total.customer_count, "monetary": str(total.monetary)}
            for total in totals
        ],
        "movements": [
            {"from": move.from_segment, "to": move.to_segment, "customers": move.customer_count}
            for move in moves.order_by("-customer_count")[:SHOWN]
        ],
    }
