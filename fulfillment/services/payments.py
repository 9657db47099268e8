"""Money that comes in, and what follows when an order becomes paid in full."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.urls import reverse
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
from fulfillment.services.ledger import book_sale
from fulfillment.services.promises import active_reservations, promise_again
from fulfillment.services.states import derive_payment, move_order, note_event, own_order, reload_order
from fulfillment.services.stock import commit_reservations, tried_again

FULL = (Order.PaymentState.PAID, Order.PaymentState.OVER)


@tried_again
@transaction.atomic
def record_payment(order: Order, *, payment: PaymentInput, actor: User | None = None) -> Payment:
    """Note a payment; the same reference again gives the first one and changes nothing.

    When the payments first cover what is due, the promises become firm, the sale is booked on the store day of that
    payment, membership is told, and the order is confirmed unless it is held for a check. Money for a cancelled order
    is noted and becomes a work item: it has to go back.
    """
    if payment.amount <= NOTHING:
        raise InvalidInput("payment_not_positive", _("A payment is more than nothing."))
    owned = own_order(order.pk)
    row = Payment(
        order=owned,
        stage=payment.stage,
        method=payment.method[:40],
        amount=payment.amount,
        currency=owned.currency,
        paid_at=payment.paid_at,
        source_ref=payment.source_ref,
    )
    inserted = insert_new([row], conflict=["source_ref"])
    if not inserted:
        return _known_payment(owned, payment)
    Order.objects.filter(pk=owned.pk).update(paid_amount=F("paid_amount") + payment.amount)
    reload_order(owned)
    state = derive_payment(owned, at=payment.paid_at)
    record_change("order.paid", on=owned, after={"amount": str(payment.amount)}, store_code=owned.store.code)
    if owned.state == Order.State.CANCELLED:
        _ask_for_refund(owned)
    elif state in FULL and owned.paid_at is None:
        settle_paid(owned, at=payment.paid_at, method=payment.method)
    elif owned.is_presale and owned.paid_at is None:
        _keep_for_balance(owned)
    return Payment.objects.get(pk=inserted[0][0])


def _known_payment(order: Order, payment: PaymentInput) -> Payment:
    known = Payment.objects.get(source_ref=payment.source_ref)
    if known.order_id != order.pk or known.amount != payment.amount:
        raise DomainError("payment_ref_reused", _("This reference names another payment."))
    return known


def settle_paid(order: Order, *, at: datetime, method: str = "") -> None:
    """What follows when nothing is owed any more. The caller owns the order."""
    day = store_day(at, zone_of(order.store.time_zone))
    Order.objects.filter(pk=order.pk).update(
        paid_at=at,
        paid_on=day,
        expires_at=None,
        exchange_rate=rate_on(order.currency, day),
        dispatch_due_at=at + timedelta(hours=order.store.channel.dispatch_hours),
        payment_method=method[:40] or order.payment_method,
    )
    reload_order(order)
    commit_reservations(active_reservations(order))
    promise_again(order)
    if order.state == Order.State.RISK_HOLD:
        return
    if order.state == Order.State.NEW:
        move_order(order, to=Order.State.CONFIRMED, reason=_("paid in full"), at=at)
    book_sale(order)


def _keep_for_balance(order: Order) -> None:
    """A deposit was paid: the pieces wait for the balance and no longer run out."""
    Order.objects.filter(pk=order.pk).update(expires_at=None)
    commit_reservations(active_reservations(order))
    note_event(order, reason=_("deposit paid"))


def _ask_for_refund(order: Order) -> None:
    open_work_item(
        "paid_after_cancel",
        title=_("%(number)s was paid after it was cancelled") % {"number": order.number},
        source_ref=f"order:{order.number}",
        link=reverse("orders:order", args=[order.number]),
        store_code=order.store.code,
    )
