"""Several people mend rows of one import at once: every order goes in once and every one is counted."""

import subprocess
from collections.abc import Iterator

import pytest

from tests.fulfillment.import_files import RETAIL, retail_row, write_table
from tests.processes import Place, postgres_place
from tests.servers import shared_postgres

pytestmark = [pytest.mark.race, pytest.mark.process]
PEOPLE, ORDERS_EACH = 4, 6
PRELUDE = """
import sys
import django
django.setup()
from pathlib import Path
from django.db import connection
from config.kernel.importing import mending
from config.kernel.importing.batches import apply_batch, upload_batch
from config.kernel.models import AuditEntry, ImportBatch, ImportRow, User
from fulfillment.models import Order, SalesEntry
"""
SETUP = """
User.objects.create_user("mender", password="a-long-password-1")
apply_batch(upload_batch(Path(sys.argv[1]), layout="online-retail", store_code="uk", policy="reject-rows"))
"""
MEND = """
if sys.argv[2] == "off":
    mending._claimed = lambda number: ImportBatch.objects.get(pk=number)
person = User.objects.get()
rows = list(ImportRow.objects.filter(pk__in=map(int, sys.argv[1].split(","))).order_by("pk"))
connection.ensure_connection()
print("ready", flush=True)
sys.stdin.read()
for row in rows:
    mending.mend_row(row, values={"UnitPrice": "2.00"}, by=person)
"""
ROWS = "print(','.join(str(pk) for pk in ImportRow.objects.order_by('pk').values_list('pk', flat=True)))"
OUTCOME = """
figures = ImportBatch.objects.get().figures
print(figures["rejected"], figures["created"], Order.objects.count(), SalesEntry.objects.count(),
      AuditEntry.objects.filter(action="import.row_mended").count())
"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, str]]:
    """(a database with one applied import of wrong rows, each an order; the server), copied for each race."""
    folder = tmp_path_factory.mktemp("races")
    rows = [retail_row(str(1000 + at), "A", 1, "two", customer=str(at)) for at in range(PEOPLE * ORDERS_EACH)]
    file = write_table(folder / "orders.csv", RETAIL, rows)
    try:
        with shared_postgres() as url, postgres_place(folder / "var", url) as found:
            done = found.run("-c", PRELUDE + SETUP, file)
            assert done.returncode == 0, done.stderr
            yield found, url
    except FileNotFoundError as missing:
        pytest.skip(f"needs PostgreSQL: {missing}")


@pytest.fixture
def place(imported: tuple[Place, str]) -> Iterator[Place]:
    """The import as it was, with the same keys."""
    first, url = imported
    with postgres_place(first.folder, url, template=first.database_url.rsplit("/", 1)[1]) as found:
        yield found


def said(place: Place, code: str) -> str:
    done = place.run("-c", PRELUDE + code)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def race(place: Place, shares: list[list[str]], *, guard: str = "on") -> list[int]:
    """Everybody mends a share, starting when all stand at the door; the figures and rows afterwards."""
    menders = [place.python("-c", PRELUDE + MEND, ",".join(share), guard, stdin=subprocess.PIPE) for share in shares]
    for mender in menders:
        assert mender.stdout is not None
        assert mender.stdout.readline() == "ready\n"
    for mender in menders:
        assert mender.stdin is not None
        mender.stdin.close()
    for mender in menders:
        assert mender.wait() == 0 or guard == "off"
    return [int(word) for word in said(place, OUTCOME).split()]


def test_people_who_mend_different_orders_at_once_are_all_counted(place: Place) -> None:
    rows = said(place, ROWS).split(",")
    everything = len(rows)
    shares = [rows[person::PEOPLE] for person in range(PEOPLE)]
    assert race(place, shares) == [0, everything, everything, everything, everything]


def test_people_who_mend_the_same_orders_at_once_make_each_once(place: Place) -> None:
    rows = said(place, ROWS).split(",")[:ORDERS_EACH]
    left = PEOPLE * ORDERS_EACH - ORDERS_EACH
    assert race(place, [rows] * PEOPLE) == [left, ORDERS_EACH, ORDERS_EACH, ORDERS_EACH, ORDERS_EACH]


def test_without_holding_the_batch_the_count_is_lost(place: Place) -> None:
    rows = said(place, ROWS).split(",")
    shares = [rows[person::PEOPLE] for person in range(PEOPLE)]
    rejected, created, orders, _entries, _noted = race(place, shares, guard="off")
    assert (rejected, created) != (0, orders)
