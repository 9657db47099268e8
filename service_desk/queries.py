"""Reads of the service desk."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.scopes import visible_stores
from config.kernel.models import User
from config.kernel.todo import Todo
from service_desk.models import Ticket

VIEW = "service_desk.view_ticket"


def visible_tickets(user: User) -> QuerySet[Ticket]:
    """The tickets of the stores (and channels) that the person's roles reach."""
    stores = visible_stores(user, permission=VIEW)
    return Ticket.objects.all() if stores is None else Ticket.objects.filter(store__in=stores)


def todo(user: User) -> list[Todo]:
    """Open tickets of the person and those that nobody has taken."""
    if not user.has_perm(VIEW):
        return []
    open_tickets = visible_tickets(user).filter(state__in=Ticket.OPEN_STATES)
    mine, free = open_tickets.filter(assignee=user), open_tickets.filter(assignee__isnull=True)
    desk = reverse("service_desk:queue")
    return [
        Todo(_("My open tickets"), mine, f"{desk}?mine=1", icon="support_agent"),
        Todo(
            _("Tickets nobody has taken"),
            free,
            f"{desk}?unassigned=1",
            icon="inbox",
            is_urgent=True,
        ),
    ]
