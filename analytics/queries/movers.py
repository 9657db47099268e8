"""What moved between two periods: products and segments."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum

from analytics.periods import Period
from catalog.models import DailySales, Store
from config.kernel.money import round_money
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


def moved_segments(store: Store | None, *, now: Period) -> dict[str, Any]:
    """The newest RFM run of the scope as of the period's end: its segments beside those before the period, and who moved."""
    runs = RfmRun.objects.filter(store=store, customer_count__gt=0).order_by("-as_of", "-pk")
    run = runs.filter(as_of__lte=now.last).first()
    if run is None:
        return {"as_of": None, "segments": [], "movements": []}
    earlier = runs.filter(as_of__lt=min(now.first, run.as_of)).first()
    named = RfmSegmentTotal.Map.NAMED
    totals = RfmSegmentTotal.objects.filter(run__in=[run, earlier] if earlier else [run], map=named)
    sizes = {(total.run_id, total.segment): total.customer_count for total in totals}
    segments = sorted({segment for run_id, segment in sizes if run_id == run.pk})
    moves = RfmTransition.objects.filter(run=run, map=named).exclude(from_segment=F("to_segment"))
    return {
        "as_of": run.as_of.isoformat(),
        "before": earlier.as_of.isoformat() if earlier else None,
        "segments": [
            {
                "segment": segment,
                "customers": sizes[run.pk, segment],
                "before": sizes.get((earlier.pk, segment), 0) if earlier else None,
            }
            for segment in sorted(segments, key=lambda segment: (-sizes[run.pk, segment], segment))
        ],
        "movements": [
            {"from": move.from_segment, "to": move.to_segment, "customers": move.customer_count}
            for move in moves.order_by("-customer_count", "from_segment", "to_segment")[:SHOWN]
        ],
    }
