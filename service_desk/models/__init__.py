"""The tables of the service desk."""

from service_desk.models.conversation import Attachment, Draft, TicketMessage, TicketTerm
from service_desk.models.desk import BulkChange, BulkChangeItem, DeskPreference, Macro, TicketPresence
from service_desk.models.sla import ServiceCalendar, SlaCycle, SlaEvent, SlaPolicy
from service_desk.models.tickets import Ticket, TicketEvent, TicketQueue

__all__ = [
    "Attachment",
    "BulkChange",
    "BulkChangeItem",
    "DeskPreference",
    "Draft",
    "Macro",
    "ServiceCalendar",
    "SlaCycle",
    "SlaEvent",
    "SlaPolicy",
    "Ticket",
    "TicketEvent",
    "TicketMessage",
    "TicketPresence",
    "TicketQueue",
    "TicketTerm",
]
