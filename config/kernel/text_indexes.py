"""Indexes for search in long tables, which PostgreSQL alone has: by the beginning of a text, and by any part of it."""

import logging
from collections.abc import Mapping, Sequence

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

log = logging.getLogger(__name__)
MAY_HAVE_TRIGRAMS = """
SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')
    OR EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm')
       AND has_database_privilege(current_database(), 'CREATE')
"""
Columns = Mapping[str, Sequence[str]]


def text_indexes_operation(app_label: str, *, beginnings: Columns, parts: Columns | None = None) -> RunPython:
    """A migration step that indexes text columns, by model, on PostgreSQL, and does nothing elsewhere.

    `beginnings` serve `startswith`, `parts` serve `icontains`. Where the extension for parts may not be installed the
    search works all the same and reads the table; the log says so.
    """

    def lay(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor != "postgresql":
            return
        for table, column in _columns(apps, app_label, beginnings):
            editor.execute(f'CREATE INDEX "{table}_{column}_head" ON "{table}" ("{column}" varchar_pattern_ops)')
        within = _columns(apps, app_label, parts or {})
        for table, column in within if within and _has_trigrams(editor) else ():
            # As Django writes a comparison without case; another expression would not be answered by the index.
            expression = f'UPPER("{column}"::text) gin_trgm_ops'
            editor.execute(f'CREATE INDEX "{table}_{column}_part" ON "{table}" USING gin ({expression})')

    def lift(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            heads = [f"{table}_{column}_head" for table, column in _columns(apps, app_label, beginnings)]
            inner = [f"{table}_{column}_part" for table, column in _columns(apps, app_label, parts or {})]
            for name in heads + inner:
                editor.execute(f'DROP INDEX IF EXISTS "{name}"')

    return RunPython(lay, lift)


def _columns(apps: Apps, app_label: str, columns: Columns) -> list[tuple[str, str]]:
    return [
        (apps.get_model(app_label, model)._meta.db_table, name) for model, names in columns.items() for name in names
    ]


def _has_trigrams(editor: BaseDatabaseSchemaEditor) -> bool:
    with editor.connection.cursor() as cursor:
        cursor.execute(MAY_HAVE_TRIGRAMS)
        may = bool(cursor.fetchone()[0])
    if may:
        editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    else:
        log.warning("pg_trgm may not be installed here: search inside of texts reads whole tables.")
    return may
