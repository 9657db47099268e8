"""What the upgrade test runs as programs: back to an older schema, a snapshot of every row, a migration that destroys.

`python -m tests.in_django tests.upgrade.steps back released|previous` · `snapshot` · `destroy column|rows|values`
"""

import json
import sys
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.migrations import Migration, RemoveField, RunPython
from django.db.migrations.executor import MigrationExecutor

RELEASED = json.loads((Path(__file__).parent / "released.json").read_text(encoding="utf-8"))
ROOMS = tuple(RELEASED["migrations"])
# Django writes these anew after each migration.
DJANGOS_OWN = {"django_migrations", "django_content_type", "auth_permission", "sqlite_sequence"}
Rows = dict[str, dict[str, str]]


def targets(which: str) -> list[tuple[str, str]]:
    """The schema of the last release, or that before the newest migration of each room."""
    if which == "released":
        return list(RELEASED["migrations"].items())
    graph = MigrationExecutor(connection).loader.graph
    newest = [leaf for leaf in graph.leaf_nodes() if leaf[0] in ROOMS]
    # What is built on a room's newest migration goes with it, in other rooms as well.
    gone = {key for leaf in newest if leaf[1][:4] > "0001" for key in graph.backwards_plan(leaf)}
    left = [[key for key in graph.forwards_plan(leaf) if key[0] == leaf[0] and key not in gone] for leaf in newest]
    return [keys[-1] for keys in left if keys]


def back(which: str) -> None:
    """Take the schema back; rows stay, as far as the older schema has a place for them."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets(which))
    left = MigrationExecutor(connection)
    print(len(left.migration_plan(left.loader.graph.leaf_nodes())))


def snapshot() -> dict[str, Rows]:
    """Every row of every table by its key: the values as they lie in the database."""
    tables = set(connection.introspection.table_names()) - DJANGOS_OWN
    return {table: _rows(table) for table in sorted(tables)}


def _rows(table: str) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        names = [column[0] for column in cursor.description]
        key = names.index("id") if "id" in names else 0
        return {str(row[key]): dict(zip(names, map(str, row), strict=True)) for row in cursor.fetchall()}


def _delete_files(states: Any, schema_editor: Any) -> None:
    states.get_model("service_desk", "Attachment").objects.all().delete()


def _blank_names(states: Any, schema_editor: Any) -> None:
    states.get_model("membership", "Customer").objects.update(name="")


DESTRUCTIVE = {
    "column": ("fulfillment", RemoveField("order", "buyer_note")),
    "rows": ("service_desk", RunPython(_delete_files)),
    "values": ("membership", RunPython(_blank_names)),
}


def destroy(what: str) -> None:
    """Apply a migration that loses data."""
    room, operation = DESTRUCTIVE[what]
    migration = Migration("9999_destructive", room)
    migration.operations = [operation]
    state = MigrationExecutor(connection).loader.project_state()
    with connection.schema_editor(atomic=True) as editor:
        migration.apply(state, editor)


def main() -> None:
    """One step."""
    verb, *words = sys.argv[1:]
    if verb == "snapshot":
        print(json.dumps(snapshot()))
    else:
        {"back": back, "destroy": destroy}[verb](*words)


if __name__ == "__main__":
    main()
