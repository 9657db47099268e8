"""Pieces that go from one warehouse to another: a pair of movements, with the lot and the cost they had."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from config.kernel.audit import record_change
from config.kernel.errors import DomainError, InvalidInput
from config.kernel.models import User
from fulfillment.models import StockBalance, StockMovement, Warehouse
from fulfillment.services.stock.postings import Place, Posting, post
from fulfillment.services.stock.retries import tried_again

Kind = StockMovement.Kind


@tried_again
@transaction.atomic
def transfer_stock(
    place: Place,
    *,
    to_warehouse_id: int,
    quantity: int,
    key: str,
    actor: User | None,
    occurred_at: datetime,
    reason: str = "",
) -> tuple[StockMovement, StockMovement]:
    """Move free pieces of one lot into another warehouse; gives the movements (out, in), which share a document.

    The lot and the bucket stay; what the pieces are worth at the source's moving average goes with them, so that both
    warehouses together are worth what they were. The same key again gives the first pair and moves nothing. Raises
    DomainError "stock_short" when fewer pieces are free, "warehouse_closed" for a warehouse that takes nothing in, and
    InvalidInput for no pieces or for the same warehouse.
    """
    known = StockMovement.objects.filter(idempotency_key=f"{key}:out").first()
    if known is not None:
        return known, StockMovement.objects.get(idempotency_key=f"{key}:in")
    _check(place, to_warehouse_id=to_warehouse_id, quantity=quantity)
    _own_both(place, to_warehouse_id)
    out = Posting(place, Kind.TRANSFER_OUT, -quantity, occurred_at, actor=actor, reason=reason.strip())
    out = replace(out, document_ref=f"transfer:{key}"[:120])
    gone = post(out, key=f"{key}:out")
    there = replace(place, warehouse_id=to_warehouse_id)
    into = replace(out, place=there, kind=Kind.TRANSFER_IN, quantity=quantity, unit_cost=-gone.value / quantity)
    arrived = post(into, key=f"{key}:in")
    after = {"quantity": quantity, "from": place.warehouse_id, "to": to_warehouse_id}
    record_change("stock.transferred", on=gone, after=after, reason=reason.strip())
    return gone, arrived


def _check(place: Place, *, to_warehouse_id: int, quantity: int) -> None:
    if quantity <= 0:
        raise InvalidInput("quantity_not_allowed", _("Enter how many pieces."))
    if to_warehouse_id == place.warehouse_id:
        raise InvalidInput("same_warehouse", _("Choose another warehouse."))
    if not Warehouse.objects.filter(pk=to_warehouse_id, is_active=True).exists():
        raise DomainError("warehouse_closed", _("The warehouse takes nothing in."))


def _own_both(place: Place, to_warehouse_id: int) -> None:
    """Own both balances in the order of warehouses, so that two transfers that cross do not wait for each other."""
    for warehouse_id in sorted((place.warehouse_id, to_warehouse_id)):
        rows = StockBalance.objects.filter(
            sku_id=place.sku_id, warehouse_id=warehouse_id, lot_id=place.lot_id, bucket=place.bucket
        )
        rows.update(bucket=place.bucket)
