"""PostgreSQL refuses changes to reports that were built."""

from django.db import migrations

from config.kernel.triggers import append_only_operation


class Migration(migrations.Migration):
    """Triggers on top of what the ORM refuses everywhere."""

    dependencies = [("analytics", "0001_initial")]

    operations = [append_only_operation("analytics", {"Report": [], "ReportPicture": []})]
