"""Kill -9 of the database server in the middle of an import, fsync on: what was committed stands, and it ends once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fulfillment.test_import_kill import write_file
from tests.processes import Place, copy_of
from tests.proof.machines import Database, durable_database, moved, pull_the_plug
from tests.proof.programs import books, said

pytestmark = pytest.mark.process
IMPORT = ("-m", "tests.in_django", "tests.fulfillment.kill_import")


@pytest.fixture
def database() -> Iterator[Database]:
    """A durable server of our own."""
    try:
        with durable_database() as found:
            yield found
    except FileNotFoundError as missing:
        pytest.skip(f"needs PostgreSQL: {missing}")


def test_an_import_whose_database_is_killed_ends_as_one_whose_database_lived(
    migrated: Place, database: Database, tmp_path: Path
) -> None:
    file = write_file(tmp_path / "orders.csv")
    with copy_of(migrated, tmp_path / "unbroken") as unbroken:
        place = moved(unbroken, tmp_path / "broken", database)
        expected = json.loads(said(unbroken, *IMPORT, file).splitlines()[-1])["tables"]
    # The chunk's lines are written and its ledger is not.
    pull_the_plug(place, database, *IMPORT, file, "--wait-at", "facts", "--nth", "1")
    found = json.loads(said(place, *IMPORT, file).splitlines()[-1])
    assert found["begun"]["state"] == "applying"
    assert found["tables"] == expected
    assert books(place) == "problems=0"
