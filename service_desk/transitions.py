"""Which moves a ticket may make. Pure; the words are those of the ticket's states."""

from config.kernel.transitions import Transitions

TICKET_MOVES = Transitions(
    {
        "bot": {"open", "resolved"},
        "new": {"open", "spam", "merged"},
        "open": {"waiting_customer", "waiting_parcel", "waiting_supplier", "resolved", "merged", "spam"},
        "waiting_customer": {"open", "waiting_parcel", "waiting_supplier", "resolved"},
        "waiting_parcel": {"open", "waiting_customer", "waiting_supplier", "resolved"},
        "waiting_supplier": {"open", "waiting_customer", "waiting_parcel", "resolved"},
        "resolved": {"open", "closed"},
        # A closed ticket stays closed: what comes later is a new one, linked to it.
        "closed": set(),
        "merged": set(),
        "spam": set(),
    }
)
