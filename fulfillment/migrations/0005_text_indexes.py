"""PostgreSQL: search in long lists by the beginning of a text, and by any part of it where people look for words."""

from django.db import migrations

from config.kernel.text_indexes import text_indexes_operation


class Migration(migrations.Migration):
    """Indexes that SQLite does not know."""

    dependencies = [("fulfillment", "0004_order_list_indexes")]
    operations = [
        text_indexes_operation(
            "fulfillment",
            beginnings={"Order": ["external_number"], "StockMovement": ["document_ref"]},
        )
    ]
