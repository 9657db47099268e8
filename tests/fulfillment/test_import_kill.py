"""Kill -9 in the middle of an import and a restart end in the same state as an import without a break."""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.fulfillment.import_files import RETAIL, retail_row, write_table
from tests.processes import Place, sqlite_place

pytestmark = pytest.mark.process
KILLED = -9
# A real shop in miniature: repeat buyers, cancellations, charges, broken rows.
INVOICES = 240


def write_file(path: Path, *, invoices: int = INVOICES) -> Path:
    chance = random.Random(7)
    moment = datetime(2011, 1, 3, 8, 0)
    rows = []
    for at in range(invoices):
        moment += timedelta(hours=chance.randint(1, 5))
        when = f"{moment.month}/{moment.day}/{moment.year} {moment:%H:%M}"
        customer = str(chance.randint(1, 12)) if at % 9 else ""
        cancels = at % 6 == 5
        number = f"{'C' if cancels else ''}{5000 + at}"
        for _ in range(1 if cancels else chance.randint(1, 4)):
            pieces = chance.randint(1, 9)
            price = "oops" if at % 50 == 49 else chance.choice(["0.85", "1.25", "2.55"])
            code = f"S{chance.randint(1, 20)}"
            rows.append(retail_row(number, code, -pieces if cancels else pieces, price, at=when, customer=customer))
    return write_table(path, RETAIL, rows)


@pytest.fixture(scope="module")
def ground(migrated_file: Place, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A migrated place to copy, and the file."""
    return migrated_file.folder, write_file(tmp_path_factory.mktemp("ground") / "orders.csv")


@pytest.fixture(scope="module")
def unbroken(ground: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What stands in the tables after an import without a break."""
    folder, file = ground
    place = sqlite_place(tmp_path_factory.mktemp("unbroken"), like=folder)
    tables: dict[str, str] = finish(place, file)["tables"]
    assert not tables["fulfillment.SalesEntry"].startswith("0 ")
    assert not tables["fulfillment.RefundLine"].startswith("0 ")
    assert not tables["kernel.ImportRow"].startswith("0 ")
    return tables


def finish(place: Place, file: Path) -> dict[str, Any]:
    done = place.run("-m", "tests.in_django", "tests.fulfillment.kill_import", file)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def kill(place: Place, file: Path, at: str, nth: int, *more: str) -> None:
    done = place.run(
        "-m", "tests.in_django", "tests.fulfillment.kill_import", file, "--kill-at", at, "--nth", str(nth), *more
    )
    assert done.returncode == KILLED, done.stderr


@pytest.mark.parametrize(
    ("place", "nth"), [("lines", 3), ("facts", 2), ("cursor", 2), ("commit", 3), ("rebuild", 5), ("close", 1)]
)
def test_a_killed_import_ends_like_one_without_a_break(
    ground: tuple[Path, Path], unbroken: dict[str, str], tmp_path: Path, place: str, nth: int
) -> None:
    folder, file = ground
    here = sqlite_place(tmp_path, like=folder)
    kill(here, file, place, nth)
    found = finish(here, file)
    # The kill really hit the middle: the batch had begun, and some units were written.
    assert found["begun"]["state"] == "applying"
    assert found["begun"]["cursor"] > 0
    assert found["tables"] == unbroken


def test_control_without_the_transaction_a_kill_leaves_another_state(
    ground: tuple[Path, Path], unbroken: dict[str, str], tmp_path: Path
) -> None:
    folder, file = ground
    here = sqlite_place(tmp_path, like=folder)
    kill(here, file, "facts", 40, "--guard-off")
    found = finish(here, file)["tables"]
    different = {table for table in unbroken if found[table] != unbroken[table]}
    assert "membership.Purchase" in different
