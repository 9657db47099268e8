"""The migrations make the tables that the models describe, on SQLite: the quick suite may then do without them."""

import json

import pytest

from tests.processes import Place, sqlite_place

pytestmark = [pytest.mark.process, pytest.mark.slow]
SYNC = """
from django.conf import settings
settings.MIGRATION_MODULES = type("No", (), {"__contains__": lambda *_: True, "__getitem__": lambda *_: None})()
import django
django.setup()
from django.core.management import call_command
call_command("migrate", run_syncdb=True, verbosity=0, skip_checks=True)
"""
TABLES = """
import json
import django
django.setup()
from django.db import connection
look, cursor = connection.introspection, connection.cursor()
def rules(table):
    # Django makes up names that end in a hash; what a rule says is its columns and its kind.
    found = look.get_constraints(cursor, table).values()
    return sorted(json.dumps([rule["columns"], rule["primary_key"], rule["unique"], rule["check"], rule["foreign_key"]])
                  for rule in found)
def columns(table):
    return sorted([column.name, str(column.type_code), column.null_ok] for column in look.get_table_description(cursor, table))
print(json.dumps({table: [columns(table), rules(table)] for table in look.table_names()}))
"""


def tables(place):
    done = place.run("-c", TABLES)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_migrations_and_models_make_the_same_tables(tmp_path):
    migrated = tables(sqlite_place(tmp_path / "migrated"))
    (tmp_path / "made").mkdir()
    made = Place(tmp_path / "made", f"sqlite:///{tmp_path / 'made' / 'db.sqlite3'}")
    done = made.run("-c", SYNC)
    assert done.returncode == 0, done.stderr[-3000:]
    from_models = tables(made)
    assert set(migrated) - {"django_migrations"} == set(from_models) - {"django_migrations"}
    different = {name: (migrated[name], told) for name, told in from_models.items() if migrated[name] != told}
    assert different == {}
