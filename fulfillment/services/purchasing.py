"""Purchase orders after approval: send, confirm, cancel, receive in parts, cancel the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from config.kernel.audit import record_change
from config.kernel.errors import DomainError, InvalidInput
from config.kernel.models import User
from config.kernel.money import round_money
from config.kernel.numbers import next_number
from config.kernel.rates import rate_on
from fulfillment.models import Bucket, GoodsReceipt, GoodsReceiptLine, PurchaseOrder, PurchaseOrderLine
from fulfillment.purchase_order_states import PURCHASE_ORDER_MOVES
from fulfillment.services.stock import Delivery, find_lot, receive_stock

State = PurchaseOrder.State


@dataclass(frozen=True)
class ReceivedLine:
    """What came of one line: good pieces, damaged pieces, and the lot with its expiry where there is one."""

    line_id: int
    accepted: int
    damaged: int = 0
    lot_code: str = ""
    expires_on: date | None = None


def _move(order: PurchaseOrder, *, to: str, actor: User | None, **stamps: datetime) -> None:
    PURCHASE_ORDER_MOVES.check(order.state, to, what=order.number)
    moved = PurchaseOrder.objects.filter(pk=order.pk, state=order.state).update(state=to, **stamps)
    if not moved:
        raise DomainError(
            "changed_meanwhile", _("%(number)s was changed meanwhile. Load the page again.") % {"number": order.number}
        )
    record_change("purchase_order.moved", on=order, before={"state": order.state}, after={"state": to})
    order.refresh_from_db()


@transaction.atomic
def send_purchase_order(order: PurchaseOrder, *, actor: User) -> PurchaseOrder:
    """Note that the order went out to the supplier."""
    _move(order, to=State.SENT, actor=actor, sent_at=timezone.now())
    return order


@transaction.atomic
def confirm_purchase_order(order: PurchaseOrder, *, actor: User, expected_on: date | None = None) -> PurchaseOrder:
    """Note the supplier's yes, and its date where it gave one."""
    _move(order, to=State.CONFIRMED, actor=actor)
    if expected_on is not None:
        PurchaseOrder.objects.filter(pk=order.pk).update(expected_on=expected_on)
        order.refresh_from_db()
    return order


@transaction.atomic
def expect_purchase_order(
    order: PurchaseOrder, *, expected_on: date, seen: date | None, actor: User, reason: str = ""
) -> PurchaseOrder:
    """Move the day on which an open order should arrive, from the day that the person was shown.

    Raises DomainError "changed_meanwhile" when the day or the state has become another since.
    """
    moved = PurchaseOrder.objects.filter(pk=order.pk, expected_on=seen, state__in=PurchaseOrder.OPEN_STATES)
    if not moved.update(expected_on=expected_on):
        raise DomainError(
            "changed_meanwhile", _("%(number)s was changed meanwhile. Load the page again.") % {"number": order.number}
        )
    record_change(
        "purchase_order.expected",
        on=order,
        before={"expected_on": seen.isoformat() if seen else None},
        after={"expected_on": expected_on.isoformat()},
        reason=reason.strip(),
    )
    order.refresh_from_db()
    return order


@transaction.atomic
def cancel_purchase_order(order: PurchaseOrder, *, actor: User, reason: str) -> PurchaseOrder:
    """Call off an order of which nothing has come yet; the next restock check sees the need again."""
    if not reason.strip():
        raise InvalidInput("cancel_needs_reason", _("Say why."))
    _move(order, to=State.CANCELLED, actor=actor, cancelled_at=timezone.now())
    PurchaseOrder.objects.filter(pk=order.pk).update(note=reason.strip())
    return order


@transaction.atomic
def cancel_rest(order: PurchaseOrder, *, seen: Mapping[int, int], actor: User, reason: str) -> PurchaseOrder:
    """Call off what is still to come of an order of which something came; `seen`: the open pieces shown, by line id.

    No stock moves: what came stays, and the rest no longer counts as on its way, so that the next restock check sees the
    need again. Raises DomainError "changed_meanwhile" when the open pieces are no longer those, and InvalidInput without
    a reason; then nothing changes.
    """
    if not reason.strip():
        raise InvalidInput("cancel_needs_reason", _("Say why."))
    _move(order, to=State.CLOSED, actor=actor, closed_at=timezone.now())
    called_off, worth = 0, Decimal(0)
    for line in order.lines.filter(quantity__gt=F("received_quantity")).order_by("pk"):
        rest = line.open_quantity
        same = PurchaseOrderLine.objects.filter(pk=line.pk, received_quantity=line.received_quantity)
        if seen.get(line.pk) != rest or not same.update(cancelled_quantity=rest):
            raise DomainError(
                "changed_meanwhile",
                _("%(number)s was changed meanwhile. Load the page again.") % {"number": order.number},
            )
        called_off += rest
        worth += rest * line.unit_cost
    PurchaseOrder.objects.filter(pk=order.pk).update(note="\n".join(filter(None, [order.note, reason.strip()])))
    record_change(
        "purchase_order.rest_cancelled",
        on=order,
        after={"units": called_off, "value": str(round_money(worth)), "currency": order.currency},
        reason=reason.strip(),
    )
    order.refresh_from_db()
    return order


def receive_goods(
    order: PurchaseOrder, *, lines: Sequence[ReceivedLine], key: str, actor: User | None, received_at: datetime
) -> GoodsReceipt:
    """Take in a delivery, whole or in part. The same key again gives the first receipt and moves no stock.

    Raises DomainError when more arrives than was ordered, or when the order is not open for receipts.
    """
    if not any(line.accepted or line.damaged for line in lines):
        raise InvalidInput("nothing_received", _("Enter how many pieces came."))
    known = GoodsReceipt.objects.filter(idempotency_key=key).first()
    if known is not None:
        return known
    number = next_number("GR", day=timezone.localdate())
    with transaction.atomic():
        locked = PurchaseOrder.objects.select_for_update().get(pk=order.pk)
        receipt, is_new = GoodsReceipt.objects.get_or_create(
            idempotency_key=key,
            defaults={"number": number, "order": locked, "received_by": actor, "received_at": received_at},
        )
        if is_new:
            for line in lines:
                _receive_line(receipt, locked, line, actor=actor)
            _settle_state(locked, actor=actor, received_at=received_at)
        return receipt


def _receive_line(receipt: GoodsReceipt, order: PurchaseOrder, line: ReceivedLine, *, actor: User | None) -> None:
    arrived = line.accepted + line.damaged
    if not arrived:
        return
    ordered = PurchaseOrderLine.objects.filter(pk=line.line_id, order=order)
    counted = ordered.filter(quantity__gte=F("received_quantity") + F("cancelled_quantity") + arrived).update(
        received_quantity=F("received_quantity") + arrived
    )
    if not counted:
        raise DomainError("more_than_ordered", _("More pieces than are still to come."), detail={"line": line.line_id})
    order_line = ordered.select_related("sku").get()
    lot = find_lot(order_line.sku, code=line.lot_code, expires_on=line.expires_on)
    GoodsReceiptLine.objects.create(
        receipt=receipt,
        order_line=order_line,
        lot=lot,
        accepted_quantity=line.accepted,
        damaged_quantity=line.damaged,
    )
    rate = rate_on(order.currency, receipt.received_at.date()) if order.currency != settings.BASE_CURRENCY else 1
    for bucket, quantity in ((Bucket.AVAILABLE, line.accepted), (Bucket.DAMAGED, line.damaged)):
        if quantity:
            receive_stock(
                Delivery(
                    sku_id=order_line.sku_id,
                    warehouse_id=order.warehouse_id,
                    lot_id=lot.pk,
                    bucket=bucket,
                    quantity=quantity,
                    unit_cost=order_line.unit_cost * rate if rate else None,
                ),
                key=f"receipt:{receipt.pk}:{order_line.pk}:{bucket}",
                document_ref=receipt.number,
                actor=actor,
                occurred_at=receipt.received_at,
            )


def _settle_state(order: PurchaseOrder, *, actor: User | None, received_at: datetime) -> None:
    still_to_come = order.lines.filter(received_quantity__lt=F("quantity")).exists()
    if still_to_come:
        _move(order, to=State.PART_RECEIVED, actor=actor)
    else:
        _move(order, to=State.RECEIVED, actor=actor, received_at=received_at)
