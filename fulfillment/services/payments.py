"""Money that comes in, and what follows when an order becomes paid in full."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.kernel.audit import record_change
from config.kernel.errors import DomainError, InvalidInput
from config.kernel.models import User
from config.kernel.rates import rate_on
from config.kernel.sql import insert_new
from config.kernel.store_time import store_day, zone_of
from config.kernel.work_items import open_work_item
from fulfillment.models import Order, Payment
from fulfillment.orders import NOTHING, PaymentInput
from fulfillment.services.contents import Contents
from fulfillment.services.ledger import book_new_sale
from fulfillment.services.promises import make_firm, promise_again
from fulfillment.services.states import change_order, note_event, own_order
from fulfillment.services.stock import tried_again
from fulfillment.transitions import payment_state_of

FULL = (Order.PaymentState.PAID, Order.PaymentState.OVER)


@tried_again
@transaction.atomic
def record_payment(order: Order, *, payment: PaymentInput, actor: User | None = None) -> Payment:
    """Note a payment; the same reference again gives the first one and changes nothing.

    When the payments first cover what is due, the promises become firm, the sale is booked on the store day of that
    payment, membership is told, and the order is confirmed unless it is held for a check. Money for a cancelled order
    is noted and becomes a work item: it has to go back.
    """
    return note_payment(Contents(own_order(order.pk)), payment=payment)


def note_payment(contents: Contents, *, payment: PaymentInput) -> Payment:
    """`record_payment` in the transaction of a caller who owns the order."""
    if payment.amount <= NOTHING:
        raise InvalidInput("payment_not_positive", _("A payment is more than nothing."))
    order = contents.order
    row = Payment(
        order=order,
        stage=payment.stage,
        method=payment.method[:40],
        amount=payment.amount,
        currency=order.currency,
        paid_at=payment.paid_at,
        source_ref=payment.source_ref,
    )
    inserted = insert_new([row], conflict=["source_ref"])
    if not inserted:
        return _known_payment(order, payment)
    row.pk, row._state.adding = inserted[0][0], False
    is_settled = _bring_in(order, payment.amount, at=payment.paid_at, method=payment.method)
    record_change("order.paid", on=order, after={"amount": str(payment.amount)}, store_code=order.store.code)
    if order.state == Order.State.CANCELLED:
        _ask_for_refund(order)
    elif is_settled:
        _sell(contents)
    elif order.is_presale and order.paid_at is None:
        _keep_for_balance(contents)
    return row


def _known_payment(order: Order, payment: PaymentInput) -> Payment:
    known = Payment.objects.get(source_ref=payment.source_ref)
    if known.order_id != order.pk or known.amount != payment.amount:
        raise DomainError("payment_ref_reused", _("This reference names another payment."))
    return known


def settle_free(contents: Contents) -> None:
    """An order that costs nothing is paid when it is placed."""
    order = contents.order
    if not order.payable_amount and _bring_in(order, NOTHING, at=order.placed_at):
        _sell(contents)


def _bring_in(order: Order, amount: Decimal, *, at: datetime, method: str = "") -> bool:
    """Add to what was paid; True when nothing is owed any more for the first time, which confirms a new order."""
    paid = order.paid_amount + amount
    state = payment_state_of(paid=paid, payable=order.payable_amount)
    is_settled = state in FULL and order.paid_at is None and order.state != Order.State.CANCELLED
    settlement = _settlement(order, at=at, method=method) if is_settled else {}
    change_order(order, at=at, reason=_("paid in full"), paid_amount=paid, payment_state=state, **settlement)
    return is_settled


def _settlement(order: Order, *, at: datetime, method: str) -> dict[str, Any]:
    day = store_day(at, zone_of(order.store.time_zone))
    return {
        "paid_at": at,
        "paid_on": day,
        "expires_at": None,
        "exchange_rate": rate_on(order.currency, day),
        "dispatch_due_at": at + timedelta(hours=order.store.channel.dispatch_hours),
        "payment_method": method[:40] or order.payment_method,
        "state": Order.State.CONFIRMED if order.state == Order.State.NEW else order.state,
    }


def _sell(contents: Contents) -> None:
    """The promises of an order that was just settled become firm; unless it is held for a check, its sale is booked."""
    make_firm(contents)
    promise_again(contents)
    if contents.order.state != Order.State.RISK_HOLD:
        book_new_sale(contents)


def _keep_for_balance(contents: Contents) -> None:
    """A deposit was paid: the pieces wait for the balance and no longer run out."""
    change_order(contents.order, at=timezone.now(), expires_at=None)
    make_firm(contents)
    note_event(contents.order, reason=_("deposit paid"))


def _ask_for_refund(order: Order) -> None:
    open_work_item(
        "paid_after_cancel",
        title=_("%(number)s was paid after it was cancelled") % {"number": order.number},
        source_ref=f"order:{order.number}",
        link=reverse("orders:order", args=[order.number]),
        store_code=order.store.code,
    )
