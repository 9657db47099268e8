"""What a ticket is about and how it is sorted: subject, kind, priority, queue, tags and order."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.kernel.errors import DomainError
from service_desk.models import Ticket, TicketEvent
from service_desk.services.sla import clock_refitted
from service_desk.services.terms import index_text
from service_desk.services.tickets import log_event

Kind = TicketEvent.Kind
EVENTS = {
    "subject": Kind.SUBJECT,
    "kind": Kind.KIND,
    "priority": Kind.PRIORITY,
    "queue": Kind.QUEUE,
    "tags": Kind.TAGS,
    "order": Kind.LINKED,
}


def in_words(ticket: Ticket, name: str) -> str:
    """A detail as people read it."""
    value = getattr(ticket, name)
    if name == "tags":
        return ", ".join(value)
    if name in ("kind", "priority"):
        return str(getattr(ticket, f"get_{name}_display")())
    return str(value.number) if name == "order" and value else str(value or "")


@transaction.atomic
def change_details(
    ticket: Ticket, *, values: Mapping[str, Any], seen: Mapping[str, Any], now: datetime, reason: str = ""
) -> list[str]:
    """Write the details that differ from what was `seen`; returns their names.

    Raises DomainError "changed_meanwhile" with the difference in words where somebody else changed one of them since.
    """
    current = Ticket.objects.select_for_update().get(pk=ticket.pk)
    wanted = {name: value for name, value in values.items() if value != seen[name] and value != getattr(current, name)}
    changed_since = [name for name in wanted if getattr(current, name) != seen[name]]
    if changed_since:
        raise DomainError("changed_meanwhile", _difference(current, changed_since))
    if wanted.get("order") is not None and wanted["order"].store_id != current.store_id:
        raise DomainError("order_of_another_store", _("The order belongs to another store."))
    before = {name: in_words(current, name) for name in wanted}
    for name, value in wanted.items():
        setattr(current, name, value)
    current.save(update_fields=list(wanted))
    for name in wanted:
        log_event(
            current, EVENTS[name], before=before[name], after=in_words(current, name), at=now, reason=reason or name
        )
    if "subject" in wanted:
        index_text(current, current.subject)
    if {"kind", "priority", "queue"} & set(wanted):
        clock_refitted(current, at=now)
    ticket.refresh_from_db()
    return list(wanted)


def _difference(current: Ticket, names: list[str]) -> str:
    shown = "; ".join(f"{EVENTS[name].label}: {in_words(current, name) or '—'}" for name in names)
    return _("Somebody else changed this meanwhile. It now reads: %(values)s") % {"values": shown}
