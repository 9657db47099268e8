"""PostgreSQL: search in long lists by the beginning of a text, and by any part of it where people look for words."""

from django.db import migrations

from config.kernel.text_indexes import text_indexes_operation


class Migration(migrations.Migration):
    """Indexes that SQLite does not know."""

    dependencies = [("service_desk", "0005_tickets_by_day")]
    operations = [
        text_indexes_operation(
            "service_desk",
            beginnings={"Ticket": ["external_ref"]},
            parts={"Attachment": ["file_name"], "Ticket": ["subject"]},
        )
    ]
