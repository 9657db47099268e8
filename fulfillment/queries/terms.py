"""On what terms SKUs can be bought: supplier, lead time, pack, minimum, cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from catalog.models import Sku
from fulfillment.models import SupplierItem
from fulfillment.replenishment import LeadTime, LotRules

# Until a supplier is named the check assumes a week, and says so.
ASSUMED_LEAD_DAYS = 7.0


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
    items = {
        item.sku_id: item
        for item in SupplierItem.objects.filter(
            sku_id__in=list(sku_ids), is_preferred=True, supplier__is_active=True
        ).select_related("supplier")
    }
    skus = Sku.objects.filter(pk__in=list(sku_ids)).only("unit_cost", "shelf_life_days", "state")
    return {sku.pk: _terms(sku, items.get(sku.pk)) for sku in skus}


def _terms(sku: Sku, item: SupplierItem | None) -> BuyingTerms:
    shelf_days = sku.shelf_life_days
    is_last_sale = sku.state == Sku.State.LAST_SALE
    if item is None:
        lot = LotRules(shelf_days=shelf_days)
        return BuyingTerms(None, ASSUMED_LEAD_DAYS, 0.0, sku.unit_cost, lot, is_last_sale)
    lead_days = item.supplier.lead_days if item.lead_days is None else item.lead_days
    return BuyingTerms(
        supplier_id=item.supplier_id,
        lead_days=float(lead_days),
        lead_days_deviation=float(item.supplier.lead_days_deviation),
        unit_cost=sku.unit_cost if item.unit_cost is None else item.unit_cost,
        lot=LotRules(moq=max(item.minimum_units, 1), pack=item.pack_units, shelf_days=shelf_days),
        is_last_sale=is_last_sale,
    )
