"""Stock by its daily snapshots: values and stock-outs of a range, and what ran out or came back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum

from analytics.measures import Measures
from analytics.models import StoreDay
from analytics.periods import Period
from analytics.queries.figures import MONEY, days_without_rate
from catalog.models import Listing, Store
from config.kernel.money import round_money
from fulfillment.models import Bucket, StockBalance, StockSnapshot, StoreSupply

SHOWN = 10
FREE = F("on_hand") - F("reserved")
YEAR = 365


def snapshots_of(stores: Sequence[Store], *within: Q, **days: Any) -> QuerySet[StockSnapshot]:
    """The snapshots of the warehouses that supply the stores."""
    warehouses = StoreSupply.objects.filter(store__in=stores).values("warehouse")
    return StockSnapshot.objects.filter(*within, warehouse__in=warehouses, **days)


def with_stock(measures: Measures, stores: Sequence[Store], period: Period) -> Measures:
    """The measures with stock at cost, cost of sales beside it, and SKU-days; four queries.

    A value of zero with pieces on hand says that costs are not known, and is left out.
    """
    within = snapshots_of(stores, day__range=(period.first, period.last))
    closing = list(within.values("day").annotate(money=Sum("value"), pieces=Sum("on_hand")).order_by("day"))
    is_valued = bool(closing) and not any(found["pieces"] and not found["money"] for found in closing)
    listed = Listing.objects.filter(store__in=stores, sku=OuterRef("sku"), state=Listing.State.LIVE)
    sku_days = within.filter(Exists(listed)).values("day", "sku").annotate(free=Sum(FREE)).order_by()
    counts = sku_days.aggregate(all=Count("sku"), out=Count("sku", filter=Q(free__lte=0)))
    cost = _base_cost(stores, period)
    return replace(
        measures,
        stock_value=round_money(closing[-1]["money"]) if is_valued else None,
        mean_stock_value=sum((row["money"] for row in closing), Decimal(0)) / len(closing) if is_valued else None,
        base_cost_per_day=cost / period.days if cost else None,
        yearly_base_cost=cost / period.days * YEAR if cost else None,
        stocked_sku_days=counts["all"],
        stock_out_sku_days=counts["out"],
    )


def _base_cost(stores: Sequence[Store], period: Period) -> Decimal | None:
    if days_without_rate(stores, [period]).exists():
        return None
    days = StoreDay.objects.filter(store__in=stores, day__range=(period.first, period.last))
    cost = days.aggregate(cost=Sum(F("cost_amount") * F("exchange_rate"), output_field=MONEY))["cost"]
    return None if cost is None else Decimal(cost)


def stock_state(stores: Sequence[Store], period: Period) -> dict[str, Any]:
    """The stock at the end of a period and which SKUs ran out or came back in it; four queries.

    Without a snapshot within the period `as_of` is None, and the figures are those of the moment of building.
    """
    warehouses = StoreSupply.objects.filter(store__in=stores).values_list("warehouse__is_assumed", flat=True)
    assumed = list(warehouses.order_by("pk"))
    about = {"is_supplied": bool(assumed), "is_assumed": any(assumed), "ran_out": [], "came_back": []}
    end = snapshots_of(stores, day__range=(period.first, period.last)).aggregate(day=Max("day"))["day"]
    if end is None:
        return {"as_of": None, **_present(stores), **about}
    start = snapshots_of(stores, day__lt=period.first, day__gte=period.first - timedelta(days=7))
    before = start.aggregate(day=Max("day"))["day"]
    skus = _skus(stores, end=end, before=before)
    state = {"as_of": end.isoformat(), **_figures(skus), **about}
    if before is not None:
        state["ran_out"] = [_sku(row) for row in skus if row["free"] <= 0 < row["earlier"]][:SHOWN]
        state["came_back"] = [_sku(row) for row in skus if row["earlier"] <= 0 < row["free"]][:SHOWN]
    return state


def _skus(stores: Sequence[Store], *, end: date, before: date | None) -> list[dict[str, Any]]:
    """The SKUs of the closing day with what was free on both days, those with most to lose or win first."""
    rows = snapshots_of(stores, day__in=[day for day in (end, before) if day]).values(
        "sku__code", "sku__product__name", "sku__product__english_name"
    )
    sums: Any = rows.annotate(
        money=Sum("value", filter=Q(day=end), default=Decimal(0)),
        pieces=Sum("on_hand", filter=Q(day=end), default=0),
        free=Sum(FREE, filter=Q(day=end), default=0),
        earlier=Sum(FREE, filter=Q(day=before), default=0),
    )
    return sorted(sums.order_by("sku__code"), key=lambda row: (-max(row["free"], row["earlier"]), row["sku__code"]))


def _figures(skus: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "value": str(round_money(sum((row["money"] for row in skus), Decimal(0)))),
        "units": sum(row["pieces"] for row in skus),
        "empty": sum(row["free"] <= 0 for row in skus),
    }


def _present(stores: Sequence[Store]) -> dict[str, Any]:
    warehouses = StoreSupply.objects.filter(store__in=stores).values("warehouse")
    balances = StockBalance.objects.filter(bucket=Bucket.AVAILABLE, warehouse__in=warehouses)
    skus: Any = balances.values("sku").annotate(
        money=Sum("value", default=Decimal(0)), pieces=Sum("on_hand", default=0), free=Sum(FREE, default=0)
    )
    return _figures(list(skus.order_by("sku")))


def _sku(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "sku": row["sku__code"],
        "name": row["sku__product__name"],
        "english_name": row["sku__product__english_name"],
        "free": row["free"],
        "before": row["earlier"],
    }
