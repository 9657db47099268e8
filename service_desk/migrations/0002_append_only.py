"""PostgreSQL refuses changes to the event log of tickets."""

from django.db import migrations

from config.kernel.triggers import append_only_operation


class Migration(migrations.Migration):
    """Triggers on top of what the ORM refuses everywhere."""

    dependencies = [("service_desk", "0001_initial")]

    operations = [append_only_operation("service_desk", {"TicketEvent": []})]
