"""How far an imported order has come, as our three axes. Pure but for the choices' names."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from fulfillment.layouts.base import LineKind, ParsedOrder, SourceState
from fulfillment.models import Order
from fulfillment.order_money import is_settled

MOVED = (LineKind.GOODS, LineKind.GIFT)
RANK = {
    SourceState.UNPAID: 0,
    SourceState.DEPOSIT_PAID: 1,
    SourceState.PAID: 2,
    SourceState.PART_SHIPPED: 3,
    SourceState.SHIPPED: 4,
    SourceState.COMPLETED: 5,
    SourceState.CLOSED: 6,
}
HANDED_OVER = (SourceState.SHIPPED, SourceState.COMPLETED)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Standing:
    """The values of the state columns of an order."""

    state: str
    payment_state: str
    fulfilment_state: str
    closed_at: datetime | None
    cancelled_at: datetime | None


def standing(order: ParsedOrder) -> Standing:
    """Closed when received, cancelled when given up before dispatch, confirmed while it is paid and under way."""
    state = _state(order)
    ended = order.completed_at or order.shipped_at or paid_moment(order) or order.placed_at
    return Standing(
        state=state,
        payment_state=_payment_state(order),
        fulfilment_state=_fulfilment_state(order),
        closed_at=ended if state == Order.State.CLOSED else None,
        cancelled_at=ended if state == Order.State.CANCELLED else None,
    )


def paid_moment(order: ParsedOrder) -> datetime | None:
    """When the order was paid in full; the moment of the order where the file does not say. None until then."""
    return (order.paid_at or order.placed_at) if is_settled(order) else None


def was_sent(order: ParsedOrder) -> bool:
    """Whether any of it was handed over to a carrier."""
    return order.shipped_at is not None or order.state in (*HANDED_OVER, SourceState.PART_SHIPPED)


def version_of(order: ParsedOrder) -> int:
    """A number that grows as an order goes on: the seconds of its latest known moment. Files carry no version."""
    moments = (order.placed_at, order.paid_at, order.shipped_at, order.completed_at)
    latest = max(moment for moment in moments if moment is not None)
    return int((latest - EPOCH).total_seconds())


def _state(order: ParsedOrder) -> str:
    if order.state is SourceState.COMPLETED:
        return Order.State.CLOSED
    if order.state is SourceState.CLOSED:
        return Order.State.CLOSED if was_sent(order) else Order.State.CANCELLED
    return Order.State.CONFIRMED if is_settled(order) else Order.State.NEW


def _payment_state(order: ParsedOrder) -> str:
    if is_settled(order):
        return Order.PaymentState.PAID
    received = sum((payment.amount for payment in order.payments), Decimal(0))
    return Order.PaymentState.PARTIAL if received else Order.PaymentState.UNPAID


def _fulfilment_state(order: ParsedOrder) -> str:
    if order.lines and not any(line.kind in MOVED for line in order.lines):
        return Order.FulfilmentState.NOTHING
    if order.state is SourceState.PART_SHIPPED:
        return Order.FulfilmentState.PART_SHIPPED
    return Order.FulfilmentState.SHIPPED if was_sent(order) else Order.FulfilmentState.UNSHIPPED
