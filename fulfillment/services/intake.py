"""Marketplace orders: sold already when they arrive, so never refused for lack of stock; taken in once."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Store
from config.kernel.errors import DomainError
from fulfillment.models import Order, Payment
from fulfillment.orders import OrderAmounts, OrderInput, refused_changes
from fulfillment.services.contents import Contents
from fulfillment.services.drafts import Origin, checked_amounts, customer_of, fill_buyer, insert_order
from fulfillment.services.orders import begin_order, cancel_order, own_number
from fulfillment.services.payments import note_payment, settle_free
from fulfillment.services.promises import promise_what_is_there
from fulfillment.services.states import note_event, own_order
from fulfillment.services.stock import tried_again

CREATED, SAME, UPDATED, OLDER = "created", "same", "updated", "older"
BUYER_FIELDS = ("buyer_id", "buyer_name", "buyer_phone", "buyer_address", "country", "province", "city")


@dataclass(frozen=True, slots=True)
class TakenIn:
    """The order and what became of the message: created, same, updated or older."""

    order: Order
    outcome: str


def take_in_order(store: Store, *, order: OrderInput, source: str = "api", payload_hash: str = "") -> TakenIn:
    """Take in an order that was sold on a channel, once for its number in the store.

    What the store's warehouses have is promised by priority and buffer, the rest becomes shortages with a work item;
    its payments are recorded. Known already: the same content changes nothing, a newer `source_version` is applied as
    far as changes are allowed, an older one is passed over. Raises DomainError "order_change_refused" for a newer
    version that would change lines or amounts, "order_version_conflict" for other content under the same version.
    """
    rows = Order.objects.filter(store=store, external_number=order.external_number)
    if not rows.exists():
        checked_amounts(store, order=order)
        number = own_number(store, placed_at=order.placed_at)
        # A new buyer takes a number as well: before the transaction, so that others need not wait for it.
        customer_id = customer_of(store, order=order)
        origin = Origin(source, payload_hash)
        made = _take_in(store, order=order, number=number, origin=origin, customer_id=customer_id)
        if made is not None:
            return TakenIn(made, CREATED)
    return _take_in_again(store, rows.get(), order=order, payload_hash=payload_hash)


@tried_again
@transaction.atomic
def _take_in(store: Store, *, order: OrderInput, number: str, origin: Origin, customer_id: int | None) -> Order | None:
    contents = insert_order(store, order=order, number=number, origin=origin, customer_id=customer_id)
    if contents is None:
        return None
    begin_order(contents)
    if not order.is_cancelled:
        promise_what_is_there(contents)
        settle_free(contents)
    for payment in order.payments:
        note_payment(contents, payment=payment)
    if order.is_cancelled:
        return cancel_order(contents.order, reason=_("cancelled on the channel"))
    return contents.order


@tried_again
@transaction.atomic
def _take_in_again(store: Store, known: Order, *, order: OrderInput, payload_hash: str) -> TakenIn:
    if payload_hash and payload_hash == known.payload_hash:
        return TakenIn(known, SAME)
    row = own_order(known.pk)
    if order.source_version < row.source_version:
        note_event(row, reason=_("older version %(version)s passed over") % {"version": order.source_version})
        return TakenIn(row, OLDER)
    changed = _changed_parts(row, order, amounts=checked_amounts(store, order=order))
    if order.source_version == row.source_version:
        if not changed:
            return TakenIn(row, SAME)
        raise DomainError(
            "order_version_conflict",
            _("Other content came under a version that is known."),
            fields={part: [_("changed")] for part in changed},
        )
    refused = refused_changes(changed, state=row.state, fulfilment_state=row.fulfilment_state)
    if refused:
        raise DomainError(
            "order_change_refused",
            _("The new version changes what can no longer be changed."),
            fields={part: [_("changed")] for part in refused},
        )
    _apply(row, order, changed=changed, payload_hash=payload_hash)
    return TakenIn(Order.objects.get(pk=row.pk), UPDATED)


def _changed_parts(row: Order, order: OrderInput, *, amounts: OrderAmounts) -> list[str]:
    """Which parts of a known order a message would change."""
    lines = [
        (line.sku_id, line.kind, line.quantity, amounts.lines[place].net) for place, line in enumerate(order.lines)
    ]
    stands = list(row.lines.order_by("number").values_list("sku_id", "kind", "quantity", "net_amount"))
    wanted = Order()
    fill_buyer(wanted, order)
    refs = {payment.source_ref for payment in order.payments}
    known_refs = set(Payment.objects.filter(source_ref__in=refs, order=row).values_list("source_ref", flat=True))
    differs = {
        "lines": lines != stands,
        "amounts": (amounts.payable, order.shipping) != (row.payable_amount, row.shipping_amount),
        "address": any(getattr(wanted, name) != getattr(row, name) for name in BUYER_FIELDS),
        "buyer_note": order.buyer.note != row.buyer_note,
        "channel_state": order.channel_state[:80] != row.channel_state,
        "payments": bool(refs - known_refs),
        "cancellation": order.is_cancelled and row.state != Order.State.CANCELLED,
    }
    return [part for part, is_changed in differs.items() if is_changed]


def _apply(row: Order, order: OrderInput, *, changed: list[str], payload_hash: str) -> None:
    if "address" in changed or "buyer_note" in changed:
        fill_buyer(row, order)
        row.customer_id = row.customer_id or customer_of(row.store, order=order)
    row.channel_state, row.source_version = order.channel_state[:80], order.source_version
    row.payload_hash = payload_hash
    row.save(update_fields=[*BUYER_FIELDS, "buyer_note", "customer", "channel_state", "source_version", "payload_hash"])
    note_event(
        row, reason=_("version %(version)s: %(parts)s") % {"version": row.source_version, "parts": ", ".join(changed)}
    )
    for payment in order.payments:
        note_payment(Contents(row), payment=payment)
    if "cancellation" in changed:
        cancel_order(row, reason=_("cancelled on the channel"))
