"""Stock that comes in, comes back, is put right or is counted."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Sku
from config.kernel.audit import record_change
from config.kernel.errors import DomainError, InvalidInput
from config.kernel.models import User
from config.kernel.sql import insert_new
from fulfillment.models import Bucket, Lot, StockBalance, StockMovement
from fulfillment.services.stock.postings import Place, Posting, post
from fulfillment.services.stock.retries import tried_again

Kind = StockMovement.Kind


@dataclass(frozen=True, slots=True)
class Delivery:
    """Pieces of one lot that come into a warehouse; `unit_cost` is in the base currency, None where it is not known."""

    sku_id: int
    warehouse_id: int
    lot_id: int
    quantity: int
    bucket: str = Bucket.AVAILABLE
    unit_cost: Decimal | None = None
    is_assumed: bool = False

    @property
    def place(self) -> Place:
        """Where the pieces go."""
        return Place(self.sku_id, self.warehouse_id, self.lot_id, self.bucket)


def find_lot(sku: Sku, *, code: str = "", expires_on: date | None = None) -> Lot:
    """The lot of a SKU, made when it is new; the empty code is the one lot of a SKU that is kept without lots."""
    insert_new([Lot(sku=sku, code=code, expires_on=expires_on)], conflict=["sku", "code"])
    lot = Lot.objects.get(sku=sku, code=code)
    if expires_on is not None and lot.expires_on is None:
        Lot.objects.filter(pk=lot.pk, expires_on__isnull=True).update(expires_on=expires_on)
        lot.refresh_from_db()
    if expires_on is not None and lot.expires_on != expires_on:
        raise DomainError("lot_expires_differently", _("Lot %(lot)s is known with another expiry.") % {"lot": code})
    return lot


@tried_again
@transaction.atomic
def receive_stock(
    delivery: Delivery, *, key: str, document_ref: str = "", actor: User | None = None, occurred_at: datetime
) -> StockMovement:
    """Book a delivery; the same key again gives the first movement and moves nothing."""
    _check_pieces(delivery.quantity)
    _refuse_kit(delivery.sku_id)
    return post(
        Posting(
            delivery.place,
            Kind.RECEIPT,
            delivery.quantity,
            occurred_at,
            unit_cost=delivery.unit_cost,
            document_ref=document_ref,
            actor=actor,
            is_assumed=delivery.is_assumed,
        ),
        key=key,
    )


@tried_again
@transaction.atomic
def return_stock(
    delivery: Delivery, *, key: str, document_ref: str = "", actor: User | None = None, occurred_at: datetime
) -> StockMovement:
    """Take back pieces that were sold, into the bucket that their condition allows."""
    _check_pieces(delivery.quantity)
    posting = Posting(delivery.place, Kind.RETURN, delivery.quantity, occurred_at, unit_cost=delivery.unit_cost)
    return post(replace(posting, document_ref=document_ref, actor=actor), key=key)


@tried_again
@transaction.atomic
def adjust_stock(
    place: Place,
    *,
    quantity: int,
    key: str,
    reason: str,
    actor: User | None,
    occurred_at: datetime,
    kind: str = Kind.ADJUST,
) -> StockMovement:
    """Put stock right by `quantity` pieces (signed), or scrap some. Pieces that are promised cannot go.

    Raises DomainError "stock_short" when fewer are free, InvalidInput without a reason.
    """
    if not reason.strip():
        raise InvalidInput("adjustment_needs_reason", _("Say why."))
    if not quantity or (kind == Kind.SCRAP and quantity > 0):
        raise InvalidInput("quantity_not_allowed", _("Enter how many pieces."))
    _refuse_kit(place.sku_id)
    movement = post(Posting(place, kind, quantity, occurred_at, actor=actor, reason=reason.strip()), key=key)
    record_change("stock.adjusted", on=movement, after={"quantity": quantity, "kind": kind}, reason=reason)
    return movement


@tried_again
@transaction.atomic
def count_stock(
    place: Place, *, counted: int, key: str, actor: User | None, occurred_at: datetime, reason: str = ""
) -> StockMovement | None:
    """Book the difference between what was counted and what the books say; None when they agree.

    Raises DomainError "count_below_reserved" when fewer were counted than are promised: release those first.
    """
    if counted < 0:
        raise InvalidInput("quantity_not_allowed", _("Enter how many pieces."))
    known = StockMovement.objects.filter(idempotency_key=key).first()
    if known is not None:
        return known
    rows = StockBalance.objects.filter(
        sku_id=place.sku_id, warehouse_id=place.warehouse_id, lot_id=place.lot_id, bucket=place.bucket
    )
    # An UPDATE that changes nothing owns the row until the end: nobody moves pieces between reading and booking.
    rows.update(bucket=place.bucket)
    balance = rows.first()
    on_hand, reserved = (balance.on_hand, balance.reserved) if balance else (0, 0)
    if counted < reserved:
        raise DomainError(
            "count_below_reserved",
            _("%(count)s pieces are promised to orders.") % {"count": reserved},
            detail=vars_of(place),
        )
    if counted == on_hand:
        return None
    posting = Posting(place, Kind.COUNT, counted - on_hand, occurred_at, actor=actor, reason=reason)
    movement = post(posting, key=key)
    record_change("stock.counted", on=movement, before={"on_hand": on_hand}, after={"on_hand": counted}, reason=reason)
    return movement


def vars_of(place: Place) -> dict[str, int | str]:
    """A place for an error's detail."""
    return {"sku_id": place.sku_id, "warehouse_id": place.warehouse_id, "lot_id": place.lot_id, "bucket": place.bucket}


def _check_pieces(quantity: int) -> None:
    if quantity <= 0:
        raise InvalidInput("quantity_not_allowed", _("Enter how many pieces."))


def _refuse_kit(sku_id: int) -> None:
    if Sku.objects.filter(pk=sku_id, is_kit=True).exists():
        raise InvalidInput("kit_has_no_stock", _("A kit has no stock of its own: book its parts."))
