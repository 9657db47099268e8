"""The grounds of the proof: a shop on each database, made once for all tests of a process and copied for each."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.fulfillment.test_import_kill import write_file
from tests.processes import Place, copy_of
from tests.proof.programs import figures

Copy = Callable[[str], Place]


@pytest.fixture(scope="session", params=("migrated_file", "migrated"), ids=("sqlite", "postgres"))
def empty(request: pytest.FixtureRequest) -> Place:
    """A migrated place without rows."""
    found: Place = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def history(empty: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A month of orders of a real shop in miniature, with supply, a reader of reports and a mail that waits."""
    with copy_of(empty, tmp_path_factory.mktemp("history") / "shop") as place:
        write_history(place)
        yield place


def write_history(place: Place) -> None:
    """Fill a migrated place with that month."""
    file = write_file(place.folder / "orders.csv")
    figures(place, "manage.py", "import_orders", file, "--layout", "online-retail", "--store", "uk")
    supply = ("--cover-days", "14", "--lead-days", "7", "--pack", "6")
    figures(place, "manage.py", "assume_supply", "--store", "uk", *supply)
    figures(place, "-m", "tests.in_django", "tests.proof.working", "readers")


@pytest.fixture
def copy(history: Place, tmp_path: Path) -> Iterator[Copy]:
    """Makes copies of the shop with history, by name."""
    with ExitStack() as copies:
        yield lambda name: copies.enter_context(copy_of(history, tmp_path / name))
