"""What the page of an order shows; each part is one query, whatever the number of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from config.kernel.money import format_money
from fulfillment.models import Order, OrderEvent, Payment, Refund, SalesEntry
from fulfillment.order_pages.money import LineMoney

Axis = OrderEvent.Axis
STATES = {
    Axis.STATE: dict(Order.State.choices),
    Axis.PAYMENT: dict(Order.PaymentState.choices),
    Axis.FULFILMENT: dict(Order.FulfilmentState.choices),
}


@dataclass(frozen=True)
class Moment:
    """One thing that happened: when, what in words, by whom and why."""

    at: datetime
    words: str
    who: str = ""
    reason: str = ""


def line_rows(order: Order) -> list[LineMoney]:
    """The lines in the order they were received."""
    return [LineMoney(line) for line in order.lines.select_related("sku__product", "warehouse").order_by("number")]


def refunds_of(order: Order) -> QuerySet[Refund]:
    """Money that went or is to go back, the oldest first, with what it takes back."""
    return order.refunds.prefetch_related("lines__sku").order_by("pk")


def ledger_of(order: Order) -> QuerySet[SalesEntry]:
    """The rows of the sales ledger, the oldest first."""
    return order.sales_entries.select_related("sku").order_by("pk")


def timeline(order: Order, *, payments: Sequence[Payment], refunds: Sequence[Refund]) -> list[Moment]:
    """Everything that happened, the oldest first; what came at the same moment stays in the order of its booking."""
    moments = [Moment(order.placed_at, _("placed"))]
    moments += [
        Moment(one.paid_at, _("%(amount)s paid") % {"amount": format_money(one.amount, currency=one.currency)})
        for one in payments
    ]
    moments += [
        Moment(one.refunded_at, _("%(amount)s paid back") % {"amount": format_money(one.amount, currency=one.currency)})
        for one in refunds
        if one.refunded_at is not None
    ]
    events = order.events.select_related("actor").order_by("pk")
    moments += [Moment(one.occurred_at, _words(one), str(one.actor or ""), one.reason) for one in events]
    return sorted(moments, key=lambda moment: moment.at)


def _words(event: OrderEvent) -> str:
    if event.axis == Axis.NOTE:
        return str(event.get_axis_display())
    labels = STATES[Axis(event.axis)]
    before, after = (str(labels.get(state, state)) for state in (event.from_state, event.to_state))
    what = event.get_axis_display()
    return f"{what}: {before} → {after}" if before else f"{what}: {after}"
