"""PostgreSQL refuses changes of what is written once."""

from django.db import migrations

from config.kernel.triggers import append_only_operation


class Migration(migrations.Migration):
    """Triggers only."""

    dependencies = [("fulfillment", "0001_initial")]

    operations = [
        append_only_operation(
            "fulfillment",
            {"OrderEvent": [], "Payment": [], "SalesEntry": [], "StockMovement": []},
        )
    ]
