"""PostgreSQL refuses changes to costs, and lets a price end once."""

from django.db import migrations

from config.kernel.triggers import append_only_operation


class Migration(migrations.Migration):
    """Triggers on top of what the ORM refuses everywhere."""

    dependencies = [("catalog", "0001_initial")]

    operations = [append_only_operation("catalog", {"SkuCost": [], "Price": ["valid_to"]})]
