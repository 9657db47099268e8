"""The import machine with files of orders: policies, dry runs, single failures, going on after a break, error files."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from catalog.models import Store
from config.kernel.errors import DomainError
from config.kernel.importing import batches
from config.kernel.importing.batches import apply_batch, check_batch, upload_batch
from config.kernel.importing.handlers import Applied
from config.kernel.importing.rows import write_batch_errors
from config.kernel.models import ImportBatch, ImportMapping, ImportRow
from fulfillment.importing.handler import OrderImport
from fulfillment.models import Order, OrderLine, SalesEntry
from tests.fulfillment.import_files import RETAIL, import_file, retail_row, write_table

pytestmark = pytest.mark.django_db
State = ImportBatch.State
GOOD = retail_row("1001", "A", 1, "2.00")
BAD = retail_row("1002", "A", 1, "two")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_table(tmp_path / "orders.csv", RETAIL, [GOOD, BAD, retail_row("1003", "B", 2, "1.00")])


def upload(path: Path, **more: Any) -> ImportBatch:
    values: dict[str, Any] = {"layout": "online-retail", "store_code": "uk", "policy": "reject-rows"} | more
    return upload_batch(path, **values)


def run(*words: str | Path) -> str:
    out = io.StringIO()
    call_command("import_orders", *map(str, words), stdout=out, stderr=io.StringIO(), skip_checks=True)
    return out.getvalue().splitlines()[-1]


def test_one_bad_row_refuses_the_whole_file_under_reject_all(file: Path) -> None:
    batch = import_file(file, policy="reject-all")
    assert (batch.state, batch.error_code, batch.cursor) == (State.REFUSED, "rows_rejected", 0)
    assert not Order.objects.exists()
    assert not Store.objects.exists()
    assert list(ImportRow.objects.values_list("row_number", "first_code")) == [(3, "not_a_number")]
    with pytest.raises(DomainError):
        apply_batch(batch)


def test_a_good_file_passes_under_reject_all(tmp_path: Path) -> None:
    batch = import_file(write_table(tmp_path / "good.csv", RETAIL, [GOOD]), policy="reject-all")
    assert (batch.state, Order.objects.count()) == (State.APPLIED, 1)


def test_a_dry_run_writes_nothing_but_the_batch_and_its_rows(file: Path) -> None:
    batch = check_batch(upload(file))
    assert batch.state == State.CHECKED
    assert (batch.figures["orders"], batch.figures["rejected"], batch.figures["created"]) == (2, 1, 2)
    assert batch.figures["customers"] == 1
    assert ImportRow.objects.count() == 1
    assert not Order.objects.exists()
    assert not Store.objects.exists()


def test_a_checked_batch_is_applied_and_its_rows_are_kept_once(file: Path) -> None:
    batch = check_batch(upload(file))
    assert apply_batch(upload(file)).pk == batch.pk
    assert (Order.objects.count(), ImportRow.objects.count()) == (2, 1)


def test_an_order_that_fails_alone_is_rejected_with_words_and_the_others_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = OrderImport.apply

    def apply(self: OrderImport, units: list[Any]) -> Applied:
        found = good(self, units)
        if any(unit.key == "1002" for unit in units):
            raise DomainError("no_luck", "The books say no.")
        return found

    monkeypatch.setattr(OrderImport, "apply", apply)
    rows = [retail_row(number, number, 1, "1.00") for number in ("1001", "1002", "1003")]
    batch = import_file(write_table(tmp_path / "f.csv", RETAIL, rows))
    assert list(Order.objects.order_by("pk").values_list("external_number", flat=True)) == ["1001", "1003"]
    assert (batch.figures["orders"], batch.figures["rejected"], batch.figures["created"]) == (2, 1, 2)
    row = ImportRow.objects.get()
    assert (row.unit_key, row.state, row.first_code) == ("1002", "rejected", "not_written")
    assert row.issues[0]["params"] == {"reason": "The books say no."}
    # what the failed order had made was forgotten with it
    assert set(OrderLine.objects.values_list("sku__code", flat=True)) == {"1001", "1003"}


def test_an_import_that_broke_off_is_gone_on_with(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = batches._Application._write
    monkeypatch.setattr(batches, "in_small_commits", one_by_one)

    def break_off(self: Any, chunk: list[Any]) -> None:
        if chunk[0][1].key == "1003":
            raise OSError("the power is gone")
        written(self, chunk)

    monkeypatch.setattr(batches._Application, "_write", break_off)
    with pytest.raises(OSError, match="power"):
        import_file(file)
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.cursor, Order.objects.count()) == (State.APPLYING, 2, 1)

    monkeypatch.setattr(batches._Application, "_write", written)
    again = import_file(file)
    assert (again.pk, again.state, again.cursor) == (batch.pk, State.APPLIED, 3)
    assert (again.figures["orders"], again.figures["rows"], again.figures["rejected"]) == (2, 3, 1)
    assert SalesEntry.objects.count() == 2


def one_by_one(items: Any, write: Any, **_: Any) -> int:
    count = 0
    for item in items:
        write([item])
        count += 1
    return count


def test_two_workers_cannot_apply_the_same_batch(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = OrderImport.apply

    def overtaken(self: OrderImport, units: list[Any]) -> Applied:
        ImportBatch.objects.update(cursor=99)
        return good(self, units)

    monkeypatch.setattr(OrderImport, "apply", overtaken)
    with pytest.raises(batches.ImportTakenError):
        import_file(file)
    assert not Order.objects.exists()


def test_the_error_file_holds_the_rejected_rows_as_they_came_and_what_is_wrong(file: Path) -> None:
    batch = import_file(file)
    stream = io.BytesIO()
    with translation.override("en"):
        write_batch_errors(batch, stream)
    rows = list(csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig"))))
    assert rows[0][: len(RETAIL)] == list(RETAIL)
    assert rows[1] == [*BAD, "3", "UnitPrice: “two” is not a number."]
    assert len(rows) == 2


def test_the_command_ends_with_the_figures(file: Path) -> None:
    line = run(file, "--layout", "online-retail", "--store", "uk")
    figures = dict(pair.split("=") for pair in line.split())
    wanted = {"rows": "3", "orders": "2", "lines": "2", "customers": "1", "cancellations": "0", "rejected": "1"}
    assert wanted.items() <= figures.items()
    assert (figures["net_amount"], figures["adjustments"], figures["unchanged"]) == ("4.00", "0", "0")
    again = dict(pair.split("=") for pair in run(file, "--layout", "online-retail", "--store", "uk").split())
    assert again == figures | {"unchanged": "2", "created": "0"}


def test_the_command_refuses_what_it_cannot_read_in_one_line(tmp_path: Path, file: Path) -> None:
    missing = write_table(tmp_path / "m.csv", RETAIL[:-2], [GOOD[:-2]])
    write_table(missing, [heading for heading in RETAIL if heading != "UnitPrice"], [])
    cases = [
        ([file, "--layout", "nobody", "--store", "uk"], "nobody"),
        ([tmp_path / "none.csv", "--layout", "online-retail", "--store", "uk"], "none.csv"),
        ([missing, "--layout", "online-retail", "--store", "uk"], "UnitPrice"),
        ([file, "--layout", "online-retail", "--store", "uk", "--mapping", "mine"], "mine"),
        ([file, "--layout", "online-retail", "--store", "uk", "--policy", "reject-all"], "1 rows"),
    ]
    for words, said in cases:
        with translation.override("en"), pytest.raises(CommandError, match=said) as found:
            run(*words)
        assert "\n" not in str(found.value)
    assert not Order.objects.exists()


def test_a_saved_mapping_reads_renamed_headings(tmp_path: Path) -> None:
    renamed = [f"my {heading}" for heading in RETAIL]
    path = write_table(tmp_path / "r.csv", renamed, [GOOD])
    names = ("number", "code", "title", "quantity", "placed_at", "price", "customer", "country")
    ImportMapping.objects.create(layout="online-retail", name="mine", columns=dict(zip(names, renamed, strict=True)))
    line = run(path, "--layout", "online-retail", "--store", "uk", "--mapping", "mine")
    assert "orders=1" in line
    assert Order.objects.get().country == "United Kingdom"


def test_no_side_file_with_personal_data_is_left_behind(file: Path, settings: Any) -> None:
    # An import of another test that broke off on purpose keeps its file, since it may have to go on.
    others = set(Path(settings.VAR_DIR).glob("imports/*.spool*"))
    import_file(file, policy="reject-all")
    check_batch(upload(file))
    import_file(file)
    assert set(Path(settings.VAR_DIR).glob("imports/*.spool*")) <= others
