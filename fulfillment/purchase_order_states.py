"""Which moves a purchase order may make. Pure."""

from config.kernel.transitions import Transitions

PURCHASE_ORDER_MOVES = Transitions(
    {
        "draft": {"approved", "cancelled"},
        "approved": {"sent", "part_received", "received", "cancelled"},
        "sent": {"confirmed", "part_received", "received", "cancelled"},
        "confirmed": {"part_received", "received", "cancelled"},
        "part_received": {"part_received", "received", "closed"},
        "received": set(),
        "closed": set(),
        "cancelled": set(),
    }
)
