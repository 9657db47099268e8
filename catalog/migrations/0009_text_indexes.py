"""PostgreSQL: search in long lists by the beginning of a text, and by any part of it where people look for words."""

from django.db import migrations

from config.kernel.text_indexes import text_indexes_operation


class Migration(migrations.Migration):
    """Indexes that SQLite does not know."""

    dependencies = [("catalog", "0008_daily_by_day")]
    operations = [
        text_indexes_operation(
            "catalog",
            beginnings={"Listing": ["code"]},
            parts={
                "Listing": ["title"],
                "Product": ["code", "name", "english_name"],
                "Sku": ["code", "barcode"],
            },
        )
    ]
