"""Kill -9 of the database server in the middle of an import, fsync on: what was committed stands, and it ends once."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fulfillment.test_import_kill import write_file
from tests.processes import Place, postgres_place
from tests.proof.machines import Database, durable_database
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


def moved(place: Place, folder: Path, database: Database) -> Place:
    """The same shop on another server."""
    database.take_over(place.database_url)
    shutil.copytree(place.folder / "secrets", folder / "secrets")
    return Place(folder, database.url)


def pull_the_plug(place: Place, database: Database, *words: object) -> None:
    """The server is killed while a program stands in its middle, and is back when the program goes on."""
    program = place.python(*words, stdin=subprocess.PIPE)
    assert program.stdout.readline() == "ready\n", program.communicate()[1][-3000:]
    database.kill()
    database.start()
    # A job's worker may get over it by itself and try the part again; an import stops and is gone on with.
    said_last = "".join(program.communicate())
    assert "OperationalError" in said_last or "InterfaceError" in said_last


def test_an_import_whose_database_is_killed_ends_as_one_whose_database_lived(
    server: str, database: Database, tmp_path: Path
) -> None:
    file = write_file(tmp_path / "orders.csv")
    with postgres_place(tmp_path / "unbroken", server) as unbroken:
        place = moved(unbroken, tmp_path / "broken", database)
        expected = json.loads(said(unbroken, *IMPORT, file).splitlines()[-1])["tables"]
    # The chunk's lines are written and its ledger is not.
    pull_the_plug(place, database, *IMPORT, file, "--wait-at", "facts", "--nth", "1")
    found = json.loads(said(place, *IMPORT, file).splitlines()[-1])
    assert found["begun"]["state"] == "applying"
    assert found["tables"] == expected
    assert books(place) == "problems=0"
