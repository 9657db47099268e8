"""The tables of the service desk."""

from service_desk.models.conversation import Attachment, Draft, TicketMessage
from service_desk.models.tickets import Ticket, TicketEvent, TicketQueue

__all__ = [
    "Attachment",
    "Draft",
    "Ticket",
    "TicketEvent",
    "TicketMessage",
    "TicketQueue",
]
