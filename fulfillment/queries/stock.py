"""What lies where, what is free, and what a kit is made of."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone

from catalog.models import KitPart, Sku
from fulfillment.entries import KitShare
from fulfillment.models import Bucket, StockBalance, StoreSupply
from fulfillment.stock_rules import Offer, Part


def kits_of(sku_ids: Collection[int]) -> dict[int, list[Part]]:
    """The parts of those SKUs that are kits."""
    parts: dict[int, list[Part]] = defaultdict(list)
    rows = KitPart.objects.filter(kit_id__in=set(sku_ids), kit__is_kit=True).order_by("part_id")
    for kit_id, part_id, quantity in rows.values_list("kit_id", "part_id", "quantity"):
        parts[kit_id].append(Part(part_id, quantity))
    return dict(parts)


def kit_shares(sku_ids: Collection[int]) -> dict[int, list[KitShare]]:
    """The parts of those SKUs that are kits, with what splits the kit's revenue and cost."""
    parts: dict[int, list[KitShare]] = defaultdict(list)
    rows = KitPart.objects.filter(kit_id__in=set(sku_ids), kit__is_kit=True).order_by("kit_id", "part_id")
    columns = ("kit_id", "part_id", "quantity", "revenue_weight", "part__unit_cost")
    for kit_id, part_id, quantity, weight, unit_cost in rows.values_list(*columns):
        parts[kit_id].append(KitShare(part_id, quantity, weight, unit_cost))
    return dict(parts)


@dataclass(frozen=True, slots=True)
class Goods:
    """What a piece of some SKUs costs in the base currency, and of which parts those that are kits are made."""

    unit_costs: Mapping[int, Decimal | None]
    kits: Mapping[int, Sequence[KitShare]]


def goods_of(sku_ids: Collection[int]) -> Goods:
    """The newest costs and the kits of some SKUs; a kit costs what its parts cost together, None where one has no cost."""
    rows = list(Sku.objects.filter(pk__in=set(sku_ids)).order_by().values_list("pk", "unit_cost", "is_kit"))
    costs = {pk: cost for pk, cost, _is_kit in rows}
    kits = kit_shares([pk for pk, _cost, is_kit in rows if is_kit])
    for kit_id, parts in kits.items():
        known = [part.unit_cost * part.quantity for part in parts if part.unit_cost is not None]
        costs[kit_id] = sum(known, Decimal(0)) if len(known) == len(parts) else None
    return Goods(costs, kits)


def stock_by_sku_and_warehouse() -> QuerySet[StockBalance, dict[str, Any]]:
    """Rows of sku_id, warehouse_id, pieces, promised and free over all lots that are for sale."""
    rows: Any = StockBalance.objects.filter(bucket=Bucket.AVAILABLE).order_by().values("sku_id", "warehouse_id")
    sums: QuerySet[StockBalance, dict[str, Any]] = rows.annotate(
        pieces=Sum("on_hand"), promised=Sum("reserved"), free=Sum(F("on_hand") - F("reserved"))
    )
    return sums


def offers_for_store(store_id: int, *, sku_ids: Collection[int]) -> Mapping[int, list[Offer]]:
    """What each warehouse of a store can give, by SKU, in the store's order of warehouses.

    Lots past their day are not counted; the free pieces of hold that have run out are not free yet.
    """
    supplies = list(
        StoreSupply.objects.filter(store_id=store_id, warehouse__is_active=True)
        .order_by("priority", "pk")
        .values_list("warehouse_id", "buffer_units")
    )
    rows = stock_by_sku_and_warehouse().filter(
        Q(lot__expires_on__isnull=True) | Q(lot__expires_on__gte=timezone.localdate()),
        sku_id__in=set(sku_ids),
        warehouse_id__in=[warehouse_id for warehouse_id, _ in supplies],
    )
    free = {(row["sku_id"], row["warehouse_id"]): row["free"] for row in rows}
    return {
        sku_id: [Offer(warehouse, free.get((sku_id, warehouse), 0), buffer) for warehouse, buffer in supplies]
        for sku_id in sku_ids
    }


def sku_codes(sku_ids: Collection[int]) -> dict[int, str]:
    """Codes by id."""
    return dict(Sku.objects.filter(pk__in=set(sku_ids)).values_list("pk", "code"))
