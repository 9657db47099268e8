"""Which moves an order may make, and what its two derived axes are. Pure."""

from decimal import Decimal

from config.kernel.transitions import Transitions

ORDER_MOVES = Transitions(
    {
        "new": {"risk_hold", "confirmed", "cancelled"},
        "risk_hold": {"new", "confirmed", "cancelled"},
        "confirmed": {"risk_hold", "closed", "cancelled"},
        "closed": set(),
        "cancelled": set(),
    }
)
# Payment and dispatch are worked out from payments and pieces; the tables say which steps a sound history can make.
PAYMENT_MOVES = Transitions(
    {
        "unpaid": {"partial", "paid", "over"},
        "partial": {"paid", "over"},
        "paid": {"over"},
        "over": set(),
    }
)
FULFILMENT_MOVES = Transitions(
    {
        "unshipped": {"part_shipped", "shipped", "nothing"},
        "part_shipped": {"shipped"},
        "shipped": set(),
        "nothing": set(),
    }
)


def payment_state_of(*, paid: Decimal, payable: Decimal) -> str:
    """The payment axis: what came in against what is due. An order of nothing is paid."""
    if paid > payable:
        return "over"
    if paid == payable:
        return "paid"
    return "partial" if paid else "unpaid"


def fulfilment_state_of(*, has_shipped: bool, has_left: bool) -> str:
    """The dispatch axis: whether pieces went out, and whether some are still promised or missing."""
    if has_left:
        return "part_shipped" if has_shipped else "unshipped"
    return "shipped" if has_shipped else "nothing"
