"""The grounds of the proof: a shop on each database, made once for all tests of a process and copied for each."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.fulfillment.test_import_kill import write_file
from tests.processes import Place, postgres_place, sqlite_place
from tests.proof.programs import figures
from tests.servers import shared_postgres

Copy = Callable[[str], Place]
VENDORS = ("sqlite", "postgres")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL: the one that the suite started for all, or one of our own."""
    try:
        with shared_postgres() as url:
            yield url
    except FileNotFoundError as missing:
        pytest.skip(f"needs PostgreSQL: {missing}")


@pytest.fixture(scope="session", params=VENDORS)
def empty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A migrated place without rows."""
    folder = tmp_path_factory.mktemp(f"empty-{request.param}")
    if request.param == "sqlite":
        yield sqlite_place(folder)
        return
    with postgres_place(folder, request.getfixturevalue("server")) as place:
        yield place


@pytest.fixture(scope="session")
def history(empty: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A month of orders of a real shop in miniature, with supply, a reader of reports and a mail that waits."""
    with copy_of(empty, tmp_path_factory.mktemp("history")) as place:
        file = write_file(place.folder / "orders.csv")
        figures(place, "manage.py", "import_orders", file, "--layout", "online-retail", "--store", "uk")
        supply = ("--cover-days", "14", "--lead-days", "7", "--pack", "6")
        figures(place, "manage.py", "assume_supply", "--store", "uk", *supply)
        figures(place, "-m", "tests.in_django", "tests.proof.working", "readers")
        yield place


@pytest.fixture
def copy(history: Place, tmp_path: Path) -> Iterator[Copy]:
    """Makes copies of the shop with history, by name."""
    with ExitStack() as copies:
        yield lambda name: copies.enter_context(copy_of(history, tmp_path / name))


@contextmanager
def copy_of(place: Place, folder: Path) -> Iterator[Place]:
    """A place with the same rows and secrets."""
    if place.database_url.startswith("sqlite"):
        yield sqlite_place(folder, like=place.folder)
        return
    name = place.database_url.rpartition("/")[2]
    shutil.copytree(place.folder / "secrets", folder / "secrets")
    with postgres_place(folder, place.database_url, template=name) as copied:
        yield copied
