"""A made-up warehouse and supplier for a store of which only orders are known, so that the restock check can be tried.

Everything made here is labelled as assumed wherever it is shown: the stock was never counted.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from catalog.models import DailySales, Sku, Store
from config.kernel.errors import DomainError, InvalidInput
from fulfillment.models import Bucket, StoreSupply, Supplier, SupplierItem, Warehouse
from fulfillment.services.daily import rebuild_demand
from fulfillment.services.stock import Delivery, find_lot, receive_stock

COVER_BASIS_DAYS = 28
# Orders carry no cost: half the net price stands in, and says that it is assumed.
ASSUMED_COST_RATE = Decimal("0.5")


@dataclass(frozen=True)
class AssumedSupply:
    """What was made."""

    warehouse: Warehouse
    supplier: Supplier
    skus: int
    units: int


def assume_supply(
    store_code: str, *, cover_days: int, lead_days: int, pack: int, as_of: date | None, now: datetime
) -> AssumedSupply:
    """Make the warehouse and supplier of a store, and opening stock for `cover_days` of recent sales.

    Recent means the 28 days up to `as_of` (default: the last day with sales). A second call changes the terms and adds no
    stock. Raises DomainError for an unknown store or one without sales.
    """
    if min(cover_days, lead_days) < 0 or pack < 1:
        raise InvalidInput("bad_terms", _("Days must not be negative and a pack holds at least one piece."))
    store = Store.objects.filter(code=store_code).first()
    if store is None:
        raise DomainError("store_unknown", _("There is no store with the code %(code)s.") % {"code": store_code})
    last = as_of or DailySales.objects.filter(store=store).order_by("-day").values_list("day", flat=True).first()
    if last is None:
        raise DomainError("no_sales", _("The store has no sales yet. Import its orders first."))
    warehouse, supplier = _make_places(store, lead_days=lead_days)
    recent = _recent_sales(store, last=last)
    _make_terms(store, supplier, pack=pack, recent=recent)
    units = _count_in(warehouse, recent, cover_days=cover_days, now=now)
    rebuild_demand(store)
    return AssumedSupply(warehouse, supplier, len(recent), units)


@transaction.atomic
def _make_places(store: Store, *, lead_days: int) -> tuple[Warehouse, Supplier]:
    warehouse, _created = Warehouse.objects.get_or_create(
        code=f"assumed-{store.code}"[:40],
        defaults={
            "name": f"假定仓 {store.code}"[:80],
            "english_name": f"Assumed warehouse {store.code}"[:80],
            "is_assumed": True,
        },
    )
    supplier, _created = Supplier.objects.update_or_create(
        code=f"assumed-{store.code}"[:40],
        defaults={
            "name": f"假定供应商 {store.code}"[:120],
            "english_name": f"Assumed supplier {store.code}"[:120],
            "currency": store.currency,
            "lead_days": Decimal(lead_days),
            "is_assumed": True,
        },
    )
    StoreSupply.objects.get_or_create(store=store, warehouse=warehouse, defaults={"share": Decimal(1)})
    return warehouse, supplier


def _recent_sales(store: Store, *, last: date) -> dict[int, tuple[int, Decimal]]:
    """SKU -> (units of the last 28 days, unit price over all days) for every SKU that was ever sold, kits apart."""
    sales = DailySales.objects.filter(store=store, day__lte=last, sku__is_kit=False).values_list("sku_id")
    prices = {
        sku_id: (revenue / units).quantize(Decimal("0.0001")) if units > 0 and revenue > 0 else Decimal(0)
        for sku_id, units, revenue in sales.annotate(Sum("units"), Sum("revenue"))
    }
    within = sales.filter(day__gt=last - timedelta(days=COVER_BASIS_DAYS))
    recent = dict(within.annotate(Sum("units")))
    return {sku_id: (max(recent.get(sku_id, 0), 0), price) for sku_id, price in sorted(prices.items())}


@transaction.atomic
def _make_terms(store: Store, supplier: Supplier, *, pack: int, recent: dict[int, tuple[int, Decimal]]) -> None:
    known = set(SupplierItem.objects.filter(sku_id__in=recent, is_preferred=True).values_list("sku_id", flat=True))
    SupplierItem.objects.filter(supplier=supplier).update(pack_units=pack, minimum_units=pack)
    costs = dict(Sku.objects.filter(pk__in=recent).values_list("pk", "unit_cost"))
    SupplierItem.objects.bulk_create(
        [
            SupplierItem(
                supplier=supplier,
                sku_id=sku_id,
                unit_cost=costs.get(sku_id) or (price * ASSUMED_COST_RATE).quantize(Decimal("0.0001")) or None,
                pack_units=pack,
                minimum_units=pack,
            )
            for sku_id, (_units, price) in recent.items()
            if sku_id not in known
        ],
        batch_size=500,
    )


def _count_in(warehouse: Warehouse, recent: dict[int, tuple[int, Decimal]], *, cover_days: int, now: datetime) -> int:
    counted = 0
    costs = dict(SupplierItem.objects.filter(sku_id__in=recent, is_preferred=True).values_list("sku_id", "unit_cost"))
    skus = Sku.objects.in_bulk(recent)
    for sku_id, (units, _price) in recent.items():
        quantity = int((Decimal(units) * cover_days / COVER_BASIS_DAYS).to_integral_value(ROUND_CEILING))
        if not quantity:
            continue
        receive_stock(
            Delivery(
                sku_id=sku_id,
                warehouse_id=warehouse.pk,
                lot_id=find_lot(skus[sku_id]).pk,
                bucket=Bucket.AVAILABLE,
                quantity=quantity,
                unit_cost=costs.get(sku_id),
                is_assumed=True,
            ),
            key=f"assumed:{warehouse.pk}:{sku_id}",
            document_ref="assumed opening stock",
            actor=None,
            occurred_at=now,
        )
        counted += quantity
    return counted
