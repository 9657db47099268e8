"""PostgreSQL refuses changes to the logs of the ground."""

from django.db import migrations

from config.kernel.triggers import append_only_operation


class Migration(migrations.Migration):
    """Triggers on top of what the ORM refuses everywhere."""

    dependencies = [("kernel", "0001_initial")]

    operations = [
        append_only_operation(
            "kernel", {"AuditEntry": [], "AuditSeal": [], "DeliveryAttempt": [], "WorkItemEvent": []}
        )
    ]
