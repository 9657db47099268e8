"""The terms of tickets: kept as keyed hashes, so that encrypted talk is found and not shown."""

from collections.abc import Iterable

from config.kernel.encryption import lookup_hash
from config.kernel.sql import insert_new
from service_desk.models import Ticket, TicketTerm
from service_desk.search_terms import terms_of

PURPOSE = "ticket-term"
# Sixty bits of the hash: fits a signed column, and two terms share one about never.
HEX_DIGITS = 15


def hashed(terms: Iterable[str]) -> list[int]:
    """Each term as a number that only the holder of the lookup key can work out."""
    return [int(lookup_hash(term, purpose=PURPOSE)[:HEX_DIGITS], 16) for term in terms]


def index_text(ticket: Ticket, text: str) -> None:
    """Let a ticket be found by this text too; the caller opens the transaction."""
    insert_new(
        [TicketTerm(ticket_id=ticket.pk, term=term) for term in hashed(terms_of(text))], conflict=["term", "ticket"]
    )


def take_over_terms(ticket: Ticket, *, of: Ticket) -> None:
    """Let a ticket be found by all that another one was found by."""
    terms = of.terms.values_list("term", flat=True)
    insert_new([TicketTerm(ticket_id=ticket.pk, term=term) for term in terms], conflict=["term", "ticket"])
