"""Do the books agree? Each check is a few set-based statements; it gives a sentence for every row that does not fit.

Live orders and imported history are proven alike where both have the rows; what only one of them has is named so.
"""

from fulfillment.books.days import daily_sales_against_ledger
from fulfillment.books.ledger import (
    ledger_against_facts,
    ledger_against_history,
    ledger_against_loose_refunds,
    ledger_against_orders,
    purchases_against_orders,
    purchases_without_sale,
    refunds_told,
)
from fulfillment.books.orders import (
    fulfilment_axis,
    lines_against_refunds,
    order_sums,
    paid_against_payments,
    payment_axis,
    refunded_against_refunds,
    refunds_against_lines,
)
from fulfillment.books.purchasing import received_against_receipts, rest_against_state
from fulfillment.books.stock import (
    balances_against_movements,
    movements_without_balance,
    reserved_against_reservations,
)
from fulfillment.books.sums import BookCheck

__all__ = ["BookCheck", "balances_against_movements", "checks", "reserved_against_reservations"]


def checks() -> tuple[BookCheck, ...]:
    """The checks of fulfillment."""
    return (
        BookCheck("balances = movements", balances_against_movements),
        BookCheck("movements without balance", movements_without_balance),
        BookCheck("reserved = active reservations", reserved_against_reservations),
        BookCheck("payments = paid amount", paid_against_payments),
        BookCheck("payment axis = payments", payment_axis),
        BookCheck("dispatch axis = pieces", fulfilment_axis),
        BookCheck("refunds = refunded amount", refunded_against_refunds),
        BookCheck("refunds of lines", lines_against_refunds),
        BookCheck("refunds = their lines", refunds_against_lines),
        BookCheck("lines = order", order_sums),
        BookCheck("ledger = orders", ledger_against_orders),
        BookCheck("ledger = imported orders", ledger_against_history),
        BookCheck("ledger = refunds without sale", ledger_against_loose_refunds),
        BookCheck("ledger = purchases by store", ledger_against_facts),
        BookCheck("purchases = paid orders", purchases_against_orders),
        BookCheck("purchases without sale", purchases_without_sale),
        BookCheck("refund facts = refunds", refunds_told),
        BookCheck("daily sales = ledger", daily_sales_against_ledger),
        BookCheck("purchase lines = receipts", received_against_receipts),
        BookCheck("purchase orders wait for their rest", rest_against_state),
    )
