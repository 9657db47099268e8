"""What is there and what is already on its way: the inventory position of many SKUs at once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import F, Q, Sum

from fulfillment.models import Bucket, PurchaseOrder, PurchaseOrderLine, RestockSuggestion, ShortLine, StockBalance
from fulfillment.queries.many_skus import of_skus
from fulfillment.replenishment import InventoryPosition


def positions(*, warehouse_id: int, sku_ids: Sequence[int], as_of: date) -> dict[int, InventoryPosition]:
    """The inventory position of each SKU in a warehouse, in pieces; four queries whatever the number of SKUs.

    Everything still to come of open purchase orders counts, drafts too, and so does a late order: it is also told
    apart as overdue, since the answer to it is to press the supplier and not to order again.
    """
    parts: dict[int, dict[str, int]] = defaultdict(dict)
    these, here = of_skus(sku_ids), {"warehouse_id": warehouse_id}
    for sku_id, on_hand, reserved in (
        StockBalance.objects.filter(these, bucket=Bucket.AVAILABLE, **here)
        .values_list("sku_id")
        .annotate(Sum("on_hand"), Sum("reserved"))
    ):
        parts[sku_id].update(on_hand=on_hand, allocated=reserved)
    for sku_id, missing in (
        ShortLine.objects.filter(these, state=ShortLine.State.OPEN, **here)
        .values_list("sku_id")
        .annotate(Sum("quantity"))
    ):
        parts[sku_id]["backorders"] = missing
    rest = F("quantity") - F("received_quantity")
    late = Q(order__expected_on__lt=as_of)
    for sku_id, on_order, overdue in (
        PurchaseOrderLine.objects.filter(
            these,
            order__warehouse_id=warehouse_id,
            order__state__in=PurchaseOrder.OPEN_STATES,
            quantity__gt=F("received_quantity"),
        )
        .values_list("sku_id")
        .annotate(rest=Sum(rest), overdue=Sum(rest, filter=late))
    ):
        parts[sku_id].update(on_order=on_order, overdue_on_order=overdue or 0)
    for sku_id, accepted in (
        RestockSuggestion.objects.filter(these, state=RestockSuggestion.State.ACCEPTED, **here)
        .values_list("sku_id")
        .annotate(Sum("quantity"))
    ):
        parts[sku_id]["accepted_proposals"] = accepted
    return {sku_id: InventoryPosition(**{"on_hand": 0, **parts[sku_id]}) for sku_id in sku_ids}
