"""PostgreSQL refuses changes to purchase facts."""

from django.db import migrations

from config.kernel.triggers import append_only_operation


class Migration(migrations.Migration):
    """Triggers on top of what the ORM refuses everywhere."""

    dependencies = [("membership", "0001_initial")]

    operations = [
        append_only_operation("membership", {"Purchase": [], "PurchaseLine": [], "PurchaseRefund": []})
    ]
