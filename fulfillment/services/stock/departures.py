"""Pieces that leave: from a promise, on hand and reserved down together."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from config.kernel.errors import DomainError
from config.kernel.models import User
from fulfillment.models import Reservation, StockMovement
from fulfillment.services.stock.postings import Place, Posting, post
from fulfillment.services.stock.retries import tried_again

State = Reservation.State


@tried_again
@transaction.atomic
def ship_reserved(
    reservations: Sequence[Reservation],
    *,
    pieces: Mapping[int, int] | None = None,
    key: str,
    document_ref: str = "",
    actor: User | None = None,
    occurred_at: datetime,
) -> list[StockMovement]:
    """Send promised pieces out at the moving average. `pieces` maps a reservation to less than all of it.

    The same key again sends nothing. Raises DomainError "reservation_gone" when a promise was ended meanwhile.
    """
    movements = []
    for one in sorted(reservations, key=lambda one: (one.warehouse_id, one.sku_id, one.lot_id, one.pk)):
        count = pieces.get(one.pk, 0) if pieces is not None else one.quantity
        if not count:
            continue
        row_key = f"{key}:{one.pk}"
        known = StockMovement.objects.filter(idempotency_key=row_key).first()
        if known is None:
            _end_promise(one, count=count, key=row_key)
            known = post(_departure(one, count, document_ref, actor, occurred_at), key=row_key)
        movements.append(known)
    return movements


def _departure(one: Reservation, count: int, document_ref: str, actor: User | None, occurred_at: datetime) -> Posting:
    return Posting(
        Place(one.sku_id, one.warehouse_id, one.lot_id),
        StockMovement.Kind.SHIP,
        -count,
        occurred_at,
        from_reserved=count,
        document_ref=document_ref,
        actor=actor,
    )


def _end_promise(one: Reservation, *, count: int, key: str) -> None:
    """Mark the promise as shipped; of a part, the promise keeps the rest and a shipped row takes the part."""
    active = Reservation.objects.filter(pk=one.pk, state__in=Reservation.ACTIVE_STATES)
    now = timezone.now()
    if count == one.quantity:
        ended = active.filter(quantity=count).update(state=State.SHIPPED, ended_at=now, expires_at=None)
    else:
        ended = active.filter(quantity__gt=count).update(quantity=F("quantity") - count)
    if not ended:
        raise DomainError("reservation_gone", _("These pieces are no longer reserved. Load the page again."))
    if count < one.quantity:
        Reservation.objects.create(
            idempotency_key=f"shipped:{key}",
            order_line_id=one.order_line_id,
            sku_id=one.sku_id,
            warehouse_id=one.warehouse_id,
            lot_id=one.lot_id,
            quantity=count,
            state=State.SHIPPED,
            ended_at=now,
        )
