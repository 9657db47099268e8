"""Append-only in PostgreSQL itself: a trigger refuses UPDATE and DELETE, whoever sends them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

FUNCTION = """
CREATE OR REPLACE FUNCTION zhanggui_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := to_jsonb(OLD);
    after jsonb;
    may_set text;
BEGIN
    IF current_setting('zhanggui.pruning', true) = 'on' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        after := to_jsonb(NEW);
        FOREACH may_set IN ARRAY coalesce(TG_ARGV, '{}'::text[]) LOOP
            -- such a column may go from null to a value, once
            IF before -> may_set = 'null'::jsonb THEN
                before := before - may_set;
                after := after - may_set;
            END IF;
        END LOOP;
        IF before = after THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""


def append_only_operation(app_label: str, tables: Mapping[str, Sequence[str]]) -> RunPython:
    """A migration step that guards the tables of an app on PostgreSQL, and does nothing elsewhere.

    `tables` maps a model's name to the columns that may be set once.
    """

    def guard(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor != "postgresql":
            return
        editor.execute(FUNCTION, params=None)
        for name, may_set in tables.items():
            table = apps.get_model(app_label, name)._meta.db_table
            arguments = ", ".join(f"'{column}'" for column in may_set)
            editor.execute(
                f'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}" '
                f"FOR EACH ROW EXECUTE FUNCTION zhanggui_refuse_change({arguments})"
            )

    def release(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor != "postgresql":
            return
        for name in tables:
            table: Any = apps.get_model(app_label, name)._meta.db_table
            editor.execute(f'DROP TRIGGER IF EXISTS append_only ON "{table}"')

    return RunPython(guard, release)
