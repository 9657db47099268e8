"""The terms of tickets: kept as keyed hashes, so that encrypted talk is found and not shown."""

from config.kernel.sql import insert_new
from service_desk.hashed_terms import hashed
from service_desk.models import Ticket, TicketTerm
from service_desk.search_terms import terms_of


def index_text(ticket: Ticket, text: str) -> None:
    """Let a ticket be found by this text too; the caller opens the transaction."""
    insert_new(
        [TicketTerm(ticket_id=ticket.pk, term=term) for term in hashed(terms_of(text))], conflict=["term", "ticket"]
    )


def take_over_terms(ticket: Ticket, *, of: Ticket) -> None:
    """Let a ticket be found by all that another one was found by."""
    terms = of.terms.values_list("term", flat=True)
    insert_new([TicketTerm(ticket_id=ticket.pk, term=term) for term in terms], conflict=["term", "ticket"])
