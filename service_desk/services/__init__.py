"""Writes of the service desk: the one door for tickets, messages and attachments."""

from service_desk.services.attachments import attach_file
from service_desk.services.bulk import apply_bulk, plan_bulk, undo_bulk
from service_desk.services.details import change_details
from service_desk.services.messages import add_note, receive_message, save_draft, send_reply
from service_desk.services.presence import leave_ticket, note_presence
from service_desk.services.tickets import (
    REOPEN_DAYS,
    assign_ticket,
    close_resolved,
    merge_tickets,
    move_ticket,
    open_ticket,
    restore_ticket,
    set_priority,
    take_up_conversation,
)

__all__ = [
    "REOPEN_DAYS",
    "add_note",
    "apply_bulk",
    "assign_ticket",
    "attach_file",
    "change_details",
    "close_resolved",
    "leave_ticket",
    "merge_tickets",
    "move_ticket",
    "note_presence",
    "open_ticket",
    "plan_bulk",
    "receive_message",
    "restore_ticket",
    "save_draft",
    "send_reply",
    "set_priority",
    "take_up_conversation",
    "undo_bulk",
]
