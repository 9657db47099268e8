"""Who has a ticket open: a row that says so every few seconds, and is gone when the page is left."""

from datetime import datetime, timedelta

from config.kernel.models import User
from config.kernel.sql import insert_new
from service_desk.models import Ticket, TicketPresence

FORGOTTEN_AFTER = timedelta(hours=1)


def note_presence(ticket: Ticket, *, user: User, now: datetime, is_writing: bool) -> None:
    """The person has the ticket open at this moment, and is or is not writing on it."""
    mine = TicketPresence.objects.filter(ticket=ticket, user=user)
    if mine.update(seen_at=now, is_writing=is_writing):
        return
    row = TicketPresence(ticket=ticket, user=user, seen_at=now, is_writing=is_writing)
    insert_new([row], conflict=["ticket", "user"])
    TicketPresence.objects.filter(ticket=ticket, seen_at__lt=now - FORGOTTEN_AFTER).delete()


def leave_ticket(ticket: Ticket, *, user: User) -> None:
    """The person has closed the ticket."""
    TicketPresence.objects.filter(ticket=ticket, user=user).delete()
