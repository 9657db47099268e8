"""What the command palette finds among tickets."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.kernel.found import Found
from config.kernel.models import User
from service_desk.queries import VIEW, visible_tickets

MOST = 5


def find(user: User, text: str) -> list[Found]:
    """Tickets by number (or its beginning) or by words of the subject, the latest first; one query."""
    if not user.has_perm(VIEW):
        return []
    tickets = visible_tickets(user).filter(Q(number__startswith=text.upper()) | Q(subject__icontains=text))
    return [
        Found(
            f"{ticket.number} {ticket.subject}",
            _("Ticket"),
            reverse("service_desk:ticket", args=[ticket.number]),
            "confirmation_number",
        )
        for ticket in tickets.order_by("-pk")[:MOST]
    ]
