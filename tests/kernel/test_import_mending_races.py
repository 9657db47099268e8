"""Several people mend rows of one import at once: every order goes in once and every one is counted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import racing
from tests.fulfillment.import_files import RETAIL, retail_row, write_table
from tests.processes import Place, copy_of
from tests.racing import tell

pytestmark = [pytest.mark.race, pytest.mark.process]
PEOPLE, ORDERS_EACH = 4, 6
IMPORTS = """
from pathlib import Path
from config.kernel.importing import mending
from config.kernel.importing.batches import apply_batch, upload_batch
from config.kernel.models import AuditEntry, ImportBatch, ImportRow, User
from fulfillment.models import Order, SalesEntry
"""
SETUP = """
User.objects.create_user("mender", password="a-long-password-1")
apply_batch(upload_batch(Path("{file}"), layout="online-retail", store_code="uk", policy="reject-rows"))
"""
MEND = """
if not {is_guarded}:
    mending._claimed = lambda number: ImportBatch.objects.get(pk=number)
person = User.objects.get()
rows = list(ImportRow.objects.filter(pk__in=[{share}]).order_by("pk"))
at_the_door()
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
def imported(migrated: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A database with one applied import of wrong rows, each an order; made once and copied for each race."""
    folder = tmp_path_factory.mktemp("races")
    rows = [retail_row(str(1000 + at), "A", 1, "two", customer=str(at)) for at in range(PEOPLE * ORDERS_EACH)]
    file = write_table(folder / "orders.csv", RETAIL, rows)
    with copy_of(migrated, folder / "var") as found:
        tell(found, IMPORTS + SETUP.replace("{file}", str(file)))
        yield found


@pytest.fixture
def place(imported: Place, tmp_path: Path) -> Iterator[Place]:
    """The import as it was, with the same keys."""
    with copy_of(imported, tmp_path / "copy") as found:
        yield found


def wrong_rows(place: Place) -> list[str]:
    return tell(place, IMPORTS + ROWS).split(",")


def race(place: Place, shares: list[list[str]], *, is_guarded: bool = True) -> list[int]:
    """Everybody mends a share, starting when all stand at the door; the figures and rows afterwards."""
    mend = IMPORTS + MEND.replace("{is_guarded}", str(is_guarded))
    racing.race(place, *[mend.replace("{share}", ",".join(share)) for share in shares])
    return [int(word) for word in tell(place, IMPORTS + OUTCOME).split()]


def test_people_who_mend_different_orders_at_once_are_all_counted(place: Place) -> None:
    rows = wrong_rows(place)
    everything = len(rows)
    shares = [rows[person::PEOPLE] for person in range(PEOPLE)]
    assert race(place, shares) == [0, everything, everything, everything, everything]


def test_people_who_mend_the_same_orders_at_once_make_each_once(place: Place) -> None:
    rows = wrong_rows(place)[:ORDERS_EACH]
    left = PEOPLE * ORDERS_EACH - ORDERS_EACH
    assert race(place, [rows] * PEOPLE) == [left, ORDERS_EACH, ORDERS_EACH, ORDERS_EACH, ORDERS_EACH]


def test_without_holding_the_batch_the_count_is_lost(place: Place) -> None:
    rows = wrong_rows(place)
    shares = [rows[person::PEOPLE] for person in range(PEOPLE)]
    rejected, created, orders, _entries, _noted = race(place, shares, is_guarded=False)
    assert (rejected, created) != (0, orders)
