"""Lets the tickets that are there be found by their text."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from service_desk.hashed_terms import hashed
from service_desk.search_terms import terms_of

CHUNK = 200


def index(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Write the terms of every subject and message, some tickets at a time."""
    tickets, messages, terms = (
        apps.get_model("service_desk", name) for name in ("Ticket", "TicketMessage", "TicketTerm")
    )
    numbers = list(tickets.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        texts = [
            *tickets.objects.filter(pk__in=chunk).values_list("pk", "subject"),
            *messages.objects.filter(ticket__in=chunk).values_list("ticket_id", "body"),
        ]
        pairs = {(ticket, term) for ticket, text in texts for term in hashed(terms_of(text))}
        terms.objects.bulk_create(
            [terms(ticket_id=ticket, term=term) for ticket, term in sorted(pairs)], batch_size=400, ignore_conflicts=True
        )


class Migration(migrations.Migration):
    """Once; new messages bring their own terms."""

    dependencies = [("service_desk", "0003_desk_pages")]

    operations = [migrations.RunPython(index, migrations.RunPython.noop)]
