"""Writes of the service desk: the one door for tickets, messages and attachments."""

from service_desk.services.attachments import attach_file
from service_desk.services.messages import add_note, receive_message, save_draft, send_reply
from service_desk.services.tickets import (
    REOPEN_DAYS,
    assign_ticket,
    close_resolved,
    merge_tickets,
    move_ticket,
    open_ticket,
    set_priority,
    take_up_conversation,
)

__all__ = [
    "REOPEN_DAYS",
    "add_note",
    "assign_ticket",
    "attach_file",
    "close_resolved",
    "merge_tickets",
    "move_ticket",
    "open_ticket",
    "receive_message",
    "save_draft",
    "send_reply",
    "set_priority",
    "take_up_conversation",
]
