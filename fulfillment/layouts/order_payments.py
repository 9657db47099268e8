"""The state of an order and the payments behind it."""

from datetime import datetime
from decimal import Decimal

from config.kernel.importing.moments import Moment
from fulfillment.layouts.base import ParsedPayment, PaymentKind, SourceState
from fulfillment.layouts.count import NOTHING
from fulfillment.layouts.order_amounts import OrderAmounts
from fulfillment.layouts.order_reader import OrderReader
from fulfillment.layouts.states import state_from_words


class OrderTimes:
    """When an order was placed, paid, sent and received, as far as the file says."""

    def __init__(self, reader: OrderReader) -> None:
        self.placed = reader.moment("placed_at")
        self.paid = reader.moment("paid_at")
        self.deposit_paid = reader.moment("deposit_paid_at")
        self.balance_paid = reader.moment("balance_paid_at")
        self.shipped = reader.moment("shipped_at")
        self.completed = reader.moment("completed_at")
        self.dispatch_due = reader.moment("dispatch_due_at")
        if self.placed and self.paid and self.paid.at < self.placed.at:
            reader.warn("paid_at", "paid_before_placed")


def settle_state(reader: OrderReader, *, times: OrderTimes, amounts: OrderAmounts) -> tuple[SourceState, str]:
    """(state, the file's own words). Without known words the times and amounts decide."""
    words = reader.text("status", limit=64)
    state = state_from_words(words)
    if state is not None:
        return state, words
    state = _state_from_facts(reader, times=times, amounts=amounts)
    if words:
        reader.warn("status", "status_unknown", value=words, taken=state.value)
    return state, words


def read_payments(
    reader: OrderReader, *, state: SourceState, times: OrderTimes, amounts: OrderAmounts
) -> tuple[ParsedPayment, ...]:
    """What was paid and when: nothing, all at once, or a deposit and later the balance."""
    paid = amounts.paid or NOTHING
    if not _was_paid(reader, state=state, times=times, amounts=amounts):
        if paid:
            reader.warn("status", "status_contradicts", value=reader.text("status") or state.value, amount=paid)
        return ()
    if amounts.deposit:
        return _presale(state=state, times=times, amounts=amounts, deposit=amounts.deposit)
    received = paid + amounts.refunded if amounts.paid_is_after_refund else paid
    return (ParsedPayment(PaymentKind.FULL, received, _at(times.paid)),)


def _was_paid(reader: OrderReader, *, state: SourceState, times: OrderTimes, amounts: OrderAmounts) -> bool:
    if state is SourceState.UNPAID:
        return False
    if state is SourceState.CLOSED and reader.has_column("paid_at"):
        return times.paid is not None
    return bool(amounts.paid or amounts.refunded or amounts.deposit)


def _presale(
    *, state: SourceState, times: OrderTimes, amounts: OrderAmounts, deposit: Decimal
) -> tuple[ParsedPayment, ...]:
    first = ParsedPayment(PaymentKind.DEPOSIT, deposit, _at(times.deposit_paid or times.paid))
    if state is SourceState.DEPOSIT_PAID or not amounts.balance:
        return (first,)
    return first, ParsedPayment(PaymentKind.BALANCE, amounts.balance, _at(times.balance_paid or times.paid))


def _state_from_facts(reader: OrderReader, *, times: OrderTimes, amounts: OrderAmounts) -> SourceState:
    if times.completed:
        return SourceState.COMPLETED
    if times.shipped:
        return SourceState.SHIPPED
    if amounts.deposit and reader.has_column("balance_paid_at") and not times.balance_paid:
        return SourceState.DEPOSIT_PAID
    return SourceState.PAID if times.paid or amounts.paid else SourceState.UNPAID


def _at(moment: Moment | None) -> datetime | None:
    return moment.at if moment else None
