"""Which seal an entry belongs to is written on the entry, so that one committed late falls to a later seal."""

from datetime import timedelta

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from config.kernel.triggers import append_only_operation


def release(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the old trigger off: the new one lets the column be set once."""
    if editor.connection.vendor == "postgresql":
        editor.execute('DROP TRIGGER IF EXISTS append_only ON "kernel_auditentry"')


def guard_as_before(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """The way back: the trigger of 0002."""
    if editor.connection.vendor == "postgresql":
        editor.execute(
            'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "kernel_auditentry" '
            "FOR EACH ROW EXECUTE FUNCTION zhanggui_refuse_change()"
        )


def name_the_seals(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Until now a seal held the entries of its own hour."""
    entries = apps.get_model("kernel", "AuditEntry")._base_manager.filter(sealed_hour=None)
    for hour in apps.get_model("kernel", "AuditSeal")._base_manager.values_list("hour", flat=True):
        entries.filter(occurred_at__gte=hour, occurred_at__lt=hour + timedelta(hours=1)).update(sealed_hour=hour)


class Migration(migrations.Migration):
    """The column, its index, the trigger that lets it be set once, and the entries sealed so far."""

    dependencies = [("kernel", "0005_lease_words")]

    operations = [
        migrations.AddField(
            model_name="auditentry",
            name="sealed_hour",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="sealed with the hour"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["sealed_hour", "id"], name="audit_sealed"),
        ),
        migrations.RunPython(release, guard_as_before),
        append_only_operation("kernel", {"AuditEntry": ["sealed_hour"]}),
        migrations.RunPython(name_the_seals, migrations.RunPython.noop),
    ]
