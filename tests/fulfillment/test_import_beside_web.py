"""An import and two hundred web writes at once on SQLite: nobody fails and nobody waits long."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fulfillment.test_import_kill import write_file
from tests.processes import Place, sqlite_place

pytestmark = pytest.mark.process
WRITES, THREADS, INVOICES = 200, 4, 3_000
LONGEST_P95_SECONDS = 0.5


def write_beside_an_import(migrated: Place, folder: Path, *words: str) -> dict[str, Any]:
    """The figures of the web writes."""
    place = sqlite_place(folder, like=migrated.folder)
    file = write_file(folder / "orders.csv", invoices=INVOICES)
    importer = place.python("-m", "tests.in_django", "tests.fulfillment.kill_import", file, *words)
    writer = place.python("-m", "tests.in_django", "tests.fulfillment.web_writer", str(WRITES), str(THREADS))
    out, err = writer.communicate()
    _, import_err = importer.communicate()
    assert writer.returncode == 0, err
    assert importer.returncode == 0, import_err
    figures: dict[str, Any] = json.loads(out)
    assert figures["writes"] == WRITES
    return figures


def test_200_web_writes_beside_an_import_all_succeed_quickly(
    migrated_file: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = write_beside_an_import(migrated_file, tmp_path)
    with capsys.disabled():
        print(f"\n{WRITES} web writes beside an import: {figures}")
    # The import was still under way when the last write had come back, and had gone on meanwhile.
    assert figures["import_state"] == "applying"
    assert figures["units_meanwhile"] > 0
    assert figures["p95"] < LONGEST_P95_SECONDS


@pytest.mark.slow
def test_control_long_transactions_back_to_back_make_web_writes_wait(
    migrated_file: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = write_beside_an_import(migrated_file, tmp_path, "--pauses-off")
    with capsys.disabled():
        print(f"\nthe same without pauses: {figures}")
    assert figures["longest"] > LONGEST_P95_SECONDS
