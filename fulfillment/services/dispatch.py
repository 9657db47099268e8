"""Parcels: promised pieces leave, the lines and the dispatch axis follow."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from config.kernel.audit import record_change
from config.kernel.errors import DomainError, InvalidInput
from config.kernel.models import User
from fulfillment.models import Order, OrderLine, Reservation, StockMovement
from fulfillment.services.promises import choose_pieces, left_to_ship, moved_lines
from fulfillment.services.refunds import parcel_ref
from fulfillment.services.states import derive_fulfilment, own_order
from fulfillment.services.stock import ship_reserved, tried_again


@tried_again
@transaction.atomic
def ship_lines(
    order: Order,
    *,
    pieces: Mapping[int, int] | None = None,
    key: str,
    shipped_at: datetime,
    actor: User | None = None,
) -> Order:
    """Ship `pieces` of each line ({line id: quantity}; None: all that is left). The same key again ships nothing.

    Raises DomainError "order_not_to_ship" for an order that is not paid and confirmed, "more_than_left" when a line
    has not so many left, "not_reserved" when pieces are still missing.
    """
    owned = own_order(order.pk)
    parcel = parcel_ref(owned, key)
    if StockMovement.objects.filter(document_ref=parcel, kind=StockMovement.Kind.SHIP).exists():
        return owned
    if owned.state != Order.State.CONFIRMED or owned.paid_at is None:
        raise DomainError("order_not_to_ship", _("%(number)s is not paid and confirmed.") % {"number": owned.number})
    chosen = _choose(owned, pieces)
    ship_reserved(
        [one for one, _count in chosen.values()],
        pieces={pk: count for pk, (_one, count) in chosen.items()},
        key=f"ship:{parcel}",
        document_ref=parcel,
        actor=actor,
        occurred_at=shipped_at,
    )
    derive_fulfilment(owned, at=shipped_at)
    record_change("order.shipped", on=owned, after={"parcel": key}, store_code=owned.store.code)
    return owned


def _choose(order: Order, pieces: Mapping[int, int] | None) -> dict[int, tuple[Reservation, int]]:
    """The promises that the parcel is made of; the lines' counts go up by conditional UPDATEs."""
    lines = {line.pk: line for line in moved_lines(order)}
    left = left_to_ship(list(lines.values()))
    wanted = {pk: count for pk, count in (left if pieces is None else pieces).items() if count}
    if not wanted:
        raise InvalidInput("nothing_to_ship", _("Nothing is left to ship."))
    chosen: dict[int, tuple[Reservation, int]] = {}
    for line_id, count in sorted(wanted.items()):
        if not 0 < count <= left.get(line_id, 0):
            raise DomainError(
                "more_than_left", _("A line has not so many pieces left to ship."), detail={"line": line_id}
            )
        found = choose_pieces(lines[line_id], count)
        if found is None:
            raise DomainError("not_reserved", _("Some pieces are still missing."), detail={"line": line_id})
        chosen |= found
        _count_shipped(lines[line_id], count, chosen=found)
    return chosen


def _count_shipped(line: OrderLine, count: int, *, chosen: Mapping[int, tuple[Reservation, int]]) -> None:
    within = OrderLine.objects.filter(pk=line.pk, quantity__gte=F("shipped_quantity") + count)
    warehouse_id = next(iter(chosen.values()))[0].warehouse_id
    if not within.update(shipped_quantity=F("shipped_quantity") + count, warehouse_id=warehouse_id):
        raise DomainError("more_than_left", _("A line has not so many pieces left to ship."), detail={"line": line.pk})
