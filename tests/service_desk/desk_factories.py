"""Tickets as the ticket pages meet them."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from service_desk.models import Macro, Ticket
from service_desk.services import open_ticket, receive_message
from service_desk.services.tickets import NewTicket
from tests.membership.factories import make_customer

_numbers = count(1)


def make_ticket(store, *, subject="Where is my parcel?", says="Hello?", minutes_ago=0, **values):
    """An open ticket with the customer's first message."""
    at = timezone.now() - timedelta(minutes=minutes_ago)
    values.setdefault("customer", make_customer())
    new = NewTicket(subject=subject, store=store, contact_channel=Ticket.ContactChannel.CHAT, **values)
    ticket = open_ticket(new, now=at)
    receive_message(ticket, body=says, sent_at=at)
    return ticket


def make_macro(body="Dear {customer}, {order} is on its way.", **values):
    """A canned answer."""
    number = next(_numbers)
    return Macro.objects.create(
        **{"code": f"macro-{number}", "title": f"Macro {number}", "language": "en", "body": body, **values}
    )
