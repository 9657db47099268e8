"""PostgreSQL: a price may be withdrawn once, and two prices of a listing never hold at the same time."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KINDS = ("list", "promotion", "member")
# A range over the listing's key stands for "the same listing": ranges need no extension, which only a superuser may add.
EXCLUDE = """
ALTER TABLE catalog_price ADD CONSTRAINT price_{kind}_never_overlaps EXCLUDE USING gist (
    int8range(listing_id, listing_id, '[]') WITH &&, tstzrange(valid_from, valid_to) WITH &&
) WHERE (kind = '{kind}' AND withdrawn_at IS NULL)
"""
TRIGGER = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON catalog_price
FOR EACH ROW EXECUTE FUNCTION zhanggui_refuse_change({columns})
"""


def guard(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Lay the guards."""
    if editor.connection.vendor != "postgresql":
        return
    editor.execute("DROP TRIGGER IF EXISTS append_only ON catalog_price")
    editor.execute(TRIGGER.format(columns="'valid_to', 'withdrawn_at'"))
    for kind in KINDS:
        editor.execute(EXCLUDE.format(kind=kind))


def release(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take them away."""
    if editor.connection.vendor != "postgresql":
        return
    for kind in KINDS:
        editor.execute(f"ALTER TABLE catalog_price DROP CONSTRAINT IF EXISTS price_{kind}_never_overlaps")
    editor.execute("DROP TRIGGER IF EXISTS append_only ON catalog_price")
    editor.execute(TRIGGER.format(columns="'valid_to'"))


class Migration(migrations.Migration):
    """Guards that SQLite does not know."""

    dependencies = [("catalog", "0003_withdrawn_prices")]
    operations = [migrations.RunPython(guard, release)]
