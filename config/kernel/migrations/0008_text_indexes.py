"""PostgreSQL: search in long lists by the beginning of a text, and by any part of it where people look for words."""

from django.db import migrations

from config.kernel.text_indexes import text_indexes_operation


class Migration(migrations.Migration):
    """Indexes that SQLite does not know."""

    dependencies = [("kernel", "0007_saved_filters")]
    operations = [
        text_indexes_operation(
            "kernel",
            beginnings={
                "AuditEntry": ["object_id", "batch_ref"],
                "IdempotencyKey": ["key"],
                "ImportRow": ["unit_key"],
                "InboxMessage": ["external_id", "result_ref"],
                "JobRun": ["store_code"],
            },
            parts={"AuditEntry": ["object_label"]},
        )
    ]
