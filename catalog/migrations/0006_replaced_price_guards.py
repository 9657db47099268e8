"""PostgreSQL: a price may be replaced once, by the same price with another end; what was replaced overlaps nothing."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KINDS = ("list", "promotion", "member")
# As before, a range over the listing's key stands for "the same listing", so that no extension is needed.
EXCLUDE = """
ALTER TABLE catalog_price ADD CONSTRAINT price_{kind}_never_overlaps EXCLUDE USING gist (
    int8range(listing_id, listing_id, '[]') WITH &&, tstzrange(valid_from, valid_to) WITH &&
) WHERE ({condition})
"""
WITHDRAWN = "kind = '{kind}' AND withdrawn_at IS NULL"
WITHDRAWN_OR_REPLACED = "kind = '{kind}' AND withdrawn_at IS NULL AND replaced_at IS NULL"
APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON catalog_price
FOR EACH ROW EXECUTE FUNCTION zhanggui_refuse_change({columns})
"""
# What held until the moment of replacing has to hold in the new row as well: looked at when the transaction commits.
FUNCTION = """
CREATE OR REPLACE FUNCTION catalog_price_stays_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM catalog_price heir
        WHERE heir.replaces_id = NEW.id
        AND (heir.listing_id, heir.kind, heir.amount, heir.currency, heir.valid_from)
          = (NEW.listing_id, NEW.kind, NEW.amount, NEW.currency, NEW.valid_from)
        AND (heir.valid_to IS NULL OR heir.valid_to > NEW.replaced_at)
    ) THEN
        RAISE EXCEPTION 'price % was replaced by nothing like it', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$
"""
HISTORY = """
CREATE CONSTRAINT TRIGGER price_stays_history AFTER UPDATE ON catalog_price DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (OLD.replaced_at IS NULL AND NEW.replaced_at IS NOT NULL)
EXECUTE FUNCTION catalog_price_stays_history()
"""


def lay(editor: BaseDatabaseSchemaEditor, *, columns: str, condition: str) -> None:
    """Lay the append-only trigger and the exclusion of overlaps anew."""
    editor.execute("DROP TRIGGER IF EXISTS append_only ON catalog_price")
    editor.execute(APPEND_ONLY.format(columns=columns))
    for kind in KINDS:
        editor.execute(f"ALTER TABLE catalog_price DROP CONSTRAINT IF EXISTS price_{kind}_never_overlaps")
        editor.execute(EXCLUDE.format(kind=kind, condition=condition.format(kind=kind)))


def guard(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Lay the guards."""
    if editor.connection.vendor != "postgresql":
        return
    lay(editor, columns="'valid_to', 'withdrawn_at', 'replaced_at'", condition=WITHDRAWN_OR_REPLACED)
    editor.execute(FUNCTION, params=None)
    editor.execute(HISTORY)


def release(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take them away; a table that holds replaced rows cannot go back, since these overlap."""
    if editor.connection.vendor != "postgresql":
        return
    editor.execute("DROP TRIGGER IF EXISTS price_stays_history ON catalog_price")
    editor.execute("DROP FUNCTION IF EXISTS catalog_price_stays_history()")
    lay(editor, columns="'valid_to', 'withdrawn_at'", condition=WITHDRAWN)


class Migration(migrations.Migration):
    """Guards that SQLite does not know."""

    dependencies = [("catalog", "0005_replaced_prices")]
    operations = [migrations.RunPython(guard, release)]
