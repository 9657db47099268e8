"""On what terms SKUs can be bought: supplier, lead time, pack, minimum, cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import FloatField, Max
from django.db.models.functions import Coalesce

from catalog.models import Sku
from fulfillment.models import SupplierItem
from fulfillment.queries.many_skus import of_skus
from fulfillment.replenishment import LeadTime, LotRules

# Until a supplier is named the check assumes a week, and says so.
ASSUMED_LEAD_DAYS = 7.0
ITEM = (
    "sku_id", "supplier_id", "lead_days", "unit_cost", "minimum_units", "pack_units", "supplier__lead_days",
    "supplier__lead_days_deviation",
)  # fmt: skip


@dataclass(frozen=True)
class BuyingTerms:
    """The preferred supplier's terms of one SKU; without a supplier the lead time is assumed."""

    supplier_id: int | None
    lead_days: float
    lead_days_deviation: float
    unit_cost: Decimal | None
    lot: LotRules
    is_last_sale: bool

    def lead_time(self, *, review_days: float) -> LeadTime:
        """The lead time as the arithmetic reads it."""
        return LeadTime(mean_days=self.lead_days, std_days=self.lead_days_deviation, review_days=review_days)


def buying_terms(sku_ids: Sequence[int]) -> dict[int, BuyingTerms]:
    """The terms of each SKU; two queries."""
    preferred = SupplierItem.objects.filter(of_skus(sku_ids), is_preferred=True, supplier__is_active=True)
    items = {row.sku_id: row for row in preferred.values_list(*ITEM, named=True)}
    skus = Sku.objects.filter(of_skus(sku_ids, field="pk")).values_list("pk", "unit_cost", "shelf_life_days", "state")
    wanted = set(sku_ids)
    return {
        sku_id: _terms(cost, shelf_days, is_last_sale=state == Sku.State.LAST_SALE, item=items.get(sku_id))
        for sku_id, cost, shelf_days, state in skus
        if sku_id in wanted
    }


def longest_lead_days() -> float:
    """The longest lead time of any SKU, the assumed one among them."""
    items = SupplierItem.objects.filter(is_preferred=True, supplier__is_active=True)
    days = Coalesce("lead_days", "supplier__lead_days", output_field=FloatField())
    found = items.aggregate(longest=Max(days))["longest"]
    return max(ASSUMED_LEAD_DAYS, float(found or 0))


def _terms(cost: Decimal | None, shelf_days: int | None, *, is_last_sale: bool, item: Any) -> BuyingTerms:
    if item is None:
        return BuyingTerms(None, ASSUMED_LEAD_DAYS, 0.0, cost, LotRules(shelf_days=shelf_days), is_last_sale)
    lead_days = item.supplier__lead_days if item.lead_days is None else item.lead_days
    return BuyingTerms(
        supplier_id=item.supplier_id,
        lead_days=float(lead_days),
        lead_days_deviation=float(item.supplier__lead_days_deviation),
        unit_cost=cost if item.unit_cost is None else item.unit_cost,
        lot=LotRules(moq=max(item.minimum_units, 1), pack=item.pack_units, shelf_days=shelf_days),
        is_last_sale=is_last_sale,
    )
