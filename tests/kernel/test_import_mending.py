"""Rejected rows corrected by a person: with their whole order, once, and counted."""

from pathlib import Path
from typing import Any

import pytest

from config.kernel.errors import DomainError, InvalidInput
from config.kernel.importing import batches
from config.kernel.importing.batches import apply_batch, check_batch, undo_batch, upload_batch
from config.kernel.importing.mending import mend_row, version_of
from config.kernel.importing.rows import cells_of, messages_of
from config.kernel.models import AuditEntry, ImportBatch, ImportRow, User
from fulfillment.models import Order, OrderLine, SalesEntry
from tests.fulfillment.import_files import GENERIC, RETAIL, generic_row, import_file, retail_row, write_table

pytestmark = pytest.mark.django_db
State, RowState = ImportBatch.State, ImportRow.State
ROWS = [
    retail_row("1001", "A", 1, "2.00"),
    retail_row("1002", "A", 1, "two"),
    retail_row("1002", "B", 3, "1.00"),
    retail_row("1003", "B", 2, "1.00"),
]


@pytest.fixture
def person() -> User:
    return User.objects.create_user("mender", password="a-long-password-1")


@pytest.fixture
def applied(tmp_path: Path) -> ImportBatch:
    return import_file(write_table(tmp_path / "orders.csv", RETAIL, ROWS))


def checked(folder: Path, rows: list[Any] = ROWS, **more: Any) -> ImportBatch:
    path = write_table(folder / "orders.csv", RETAIL, rows)
    values: dict[str, Any] = {"layout": "online-retail", "store_code": "uk", "policy": "reject-rows"} | more
    return check_batch(upload_batch(path, **values))


def row_of(batch: ImportBatch, number: int) -> ImportRow:
    return batch.rows.get(row_number=number)


def counted(batch: ImportBatch) -> tuple[int, int, int, int, str]:
    figures = ImportBatch.objects.get(pk=batch.pk).figures
    return figures["rows"], figures["orders"], figures["rejected"], figures["created"], figures["net_amount"]


def numbers() -> list[str]:
    return sorted(Order.objects.values_list("external_number", flat=True))


def test_a_mended_row_takes_its_whole_order_over_as_the_import_would_have(applied: ImportBatch, person: User) -> None:
    assert counted(applied) == (4, 2, 2, 2, "4.00")
    row = mend_row(row_of(applied, 3), values={"UnitPrice": "2.00"}, by=person)
    assert (row.state, row.issues, cells_of(row)[5]) == (RowState.MENDED, [], "2.00")
    assert set(applied.rows.values_list("row_number", "state")) == {(3, "mended"), (4, "mended")}
    assert numbers() == ["1001", "1002", "1003"]
    order = Order.objects.get(external_number="1002")
    assert (order.payable_amount, order.import_batch, order.is_history) == (5, applied, True)
    assert sorted(OrderLine.objects.filter(order=order).values_list("code", "quantity")) == [("A", 1), ("B", 3)]
    assert counted(applied) == (4, 3, 0, 3, "9.00")


def test_the_same_values_again_change_nothing(applied: ImportBatch, person: User) -> None:
    row = row_of(applied, 3)
    mend_row(row, values={"UnitPrice": "2.00"}, by=person)
    assert mend_row(row, values={"UnitPrice": "2.00"}, by=person).state == RowState.MENDED
    assert (counted(applied), SalesEntry.objects.count()) == ((4, 3, 0, 3, "9.00"), 4)
    assert AuditEntry.objects.filter(action="import.row_mended").count() == 1
    with pytest.raises(DomainError) as refusal:
        mend_row(row, values={"UnitPrice": "7.00"}, by=person)
    assert refusal.value.code == "row_closed"
    assert Order.objects.get(external_number="1002").payable_amount == 5


def test_a_row_that_is_still_wrong_keeps_its_values_and_says_what_is_wrong_now(
    applied: ImportBatch, person: User
) -> None:
    row = mend_row(row_of(applied, 3), values={"UnitPrice": "2.00", "Quantity": "0"}, by=person)
    assert (row.state, row.first_code) == (RowState.REJECTED, "quantity_zero")
    assert messages_of(row, applied) == ["Quantity: The quantity is zero."]
    assert (cells_of(row)[3], cells_of(row)[5]) == ("0", "2.00")
    assert numbers() == ["1001", "1003"]
    assert counted(applied) == (4, 2, 2, 2, "4.00")
    assert mend_row(row, values={"Quantity": "1"}, by=person).state == RowState.MENDED
    assert counted(applied) == (4, 3, 0, 3, "9.00")


def test_a_correction_is_noted_without_its_values(applied: ImportBatch, person: User) -> None:
    mend_row(row_of(applied, 3), values={"UnitPrice": "2.00", "Description": "Anna Muster"}, by=person)
    entry = AuditEntry.objects.get(action="import.row_mended")
    assert (entry.actor_id, entry.store_code, entry.batch_ref) == (person.pk, "uk", f"import:{applied.pk}")
    assert entry.before == {"rejected": 2}
    assert entry.after == {"columns": ["Description", "UnitPrice"], "state": "mended", "rejected": 0}
    assert "Anna" not in str(entry.after) + entry.object_label


def test_a_row_that_moves_to_another_order_is_checked_with_that_one(tmp_path: Path, person: User) -> None:
    rows = [retail_row("2001", "A", 1, "1.00"), retail_row("20O1", "B", 2, "1.00"), retail_row("2001", "C", 1, "x")]
    batch = import_file(write_table(tmp_path / "f.csv", RETAIL, rows))
    assert counted(batch) == (3, 0, 3, 0, "0.00")
    moved = mend_row(row_of(batch, 3), values={"InvoiceNo": "2001"}, by=person)
    assert (moved.state, moved.unit_key, counted(batch)) == (RowState.REJECTED, "2001", (3, 0, 3, 0, "0.00"))
    assert ImportBatch.objects.get(pk=batch.pk).figures["rejected_units"] == 1
    mend_row(row_of(batch, 4), values={"UnitPrice": "3.00"}, by=person)
    assert counted(batch) == (3, 1, 0, 1, "6.00")
    assert OrderLine.objects.filter(order__external_number="2001").count() == 3


def test_a_row_cannot_join_an_order_that_went_in_without_it(tmp_path: Path, person: User) -> None:
    rows = [retail_row("2001", "A", 1, "1.00"), retail_row("20O1", "B", 2, "1.00")]
    batch = import_file(write_table(tmp_path / "f.csv", RETAIL, rows))
    row = mend_row(row_of(batch, 3), values={"InvoiceNo": "2001"}, by=person)
    assert (row.state, row.first_code) == (RowState.REJECTED, "not_written")
    assert OrderLine.objects.get().code == "A"
    assert counted(batch) == (2, 1, 1, 1, "1.00")


def test_what_the_files_reader_found_stays_until_that_row_is_looked_at(tmp_path: Path, person: User) -> None:
    rows: list[Any] = [retail_row("3001", "A", 1, "x"), retail_row("3001", "B", 1, "1.00")[:-1]]
    batch = import_file(write_table(tmp_path / "f.csv", RETAIL, rows))
    assert mend_row(row_of(batch, 2), values={"UnitPrice": "1.00"}, by=person).state == RowState.REJECTED
    assert row_of(batch, 3).first_code == "too_few_cells"
    assert mend_row(row_of(batch, 3), values={"Country": "United Kingdom"}, by=person).state == RowState.MENDED
    assert numbers() == ["3001"]


def test_an_order_that_the_books_refuse_stays_rejected_with_their_words(
    applied: ImportBatch, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fulfillment.importing.handler import OrderImport

    def refuse(self: OrderImport, units: list[Any]) -> Any:
        raise DomainError("no_luck", "The books say no.")

    monkeypatch.setattr(OrderImport, "apply", refuse)
    row = mend_row(row_of(applied, 3), values={"UnitPrice": "2.00"}, by=person)
    assert (row.state, cells_of(row)[5]) == (RowState.REJECTED, "2.00")
    assert row.first_code == "not_written"
    assert counted(applied) == (4, 2, 2, 2, "4.00")
    monkeypatch.undo()
    assert mend_row(row_of(applied, 4), values={}, by=person).state == RowState.MENDED
    assert counted(applied) == (4, 3, 0, 3, "9.00")


def test_rows_mended_after_a_check_go_in_with_the_import(tmp_path: Path, person: User) -> None:
    batch = checked(tmp_path)
    assert counted(batch) == (4, 2, 2, 2, "4.00")
    mend_row(row_of(batch, 3), values={"UnitPrice": "2.00"}, by=person)
    assert counted(batch) == (4, 3, 0, 3, "9.00")
    assert not Order.objects.exists()
    done = apply_batch(ImportBatch.objects.get(pk=batch.pk))
    assert (done.state, counted(done)) == (State.APPLIED, (4, 3, 0, 3, "9.00"))
    assert numbers() == ["1001", "1002", "1003"]
    assert set(batch.rows.values_list("state", flat=True)) == {"mended"}


def test_mending_every_bad_row_lets_a_file_pass_that_is_refused_for_one(tmp_path: Path, person: User) -> None:
    batch = checked(tmp_path, policy="reject-all")
    mend_row(row_of(batch, 3), values={"UnitPrice": "2.00"}, by=person)
    assert apply_batch(ImportBatch.objects.get(pk=batch.pk)).state == State.APPLIED
    assert Order.objects.count() == 3


def test_an_import_broken_off_takes_the_mended_order_once(
    tmp_path: Path, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = checked(tmp_path)
    mend_row(row_of(batch, 3), values={"UnitPrice": "2.00"}, by=person)
    written = batches._Application._write

    def one_by_one(items: Any, write: Any, **_: Any) -> None:
        for item in items:
            write([item])

    def break_off(self: Any, chunk: list[Any]) -> None:
        if chunk[0][1].key == "1003":
            raise OSError("the power is gone")
        written(self, chunk)

    monkeypatch.setattr(batches, "in_small_commits", one_by_one)
    monkeypatch.setattr(batches._Application, "_write", break_off)
    with pytest.raises(OSError, match="power"):
        apply_batch(ImportBatch.objects.get(pk=batch.pk))
    assert numbers() == ["1001", "1002"]
    with pytest.raises(DomainError) as refusal:
        mend_row(row_of(batch, 3), values={"UnitPrice": "2.00"}, by=person)
    assert refusal.value.code == "import_not_mendable"
    monkeypatch.setattr(batches._Application, "_write", written)
    done = apply_batch(ImportBatch.objects.get(pk=batch.pk))
    assert (numbers(), counted(done)) == (["1001", "1002", "1003"], (4, 3, 0, 3, "9.00"))


def test_a_row_moved_before_the_import_to_an_order_of_the_file_is_rejected_then(tmp_path: Path, person: User) -> None:
    rows = [retail_row("2001", "A", 1, "1.00"), retail_row("20O1", "B", 2, "1.00")]
    batch = checked(tmp_path, rows)
    assert mend_row(row_of(batch, 3), values={"InvoiceNo": "2001"}, by=person).state == RowState.MENDED
    done = apply_batch(ImportBatch.objects.get(pk=batch.pk))
    assert (row_of(batch, 3).state, row_of(batch, 3).first_code) == ("rejected", "not_written")
    assert OrderLine.objects.get().code == "A"
    assert counted(done) == (2, 1, 1, 1, "1.00")


def test_a_row_moved_out_of_an_order_goes_in_as_its_own(tmp_path: Path, person: User) -> None:
    batch = checked(tmp_path)
    mend_row(row_of(batch, 4), values={"InvoiceNo": "1009"}, by=person)
    assert (row_of(batch, 4).state, row_of(batch, 3).state) == ("mended", "rejected")
    done = apply_batch(ImportBatch.objects.get(pk=batch.pk))
    assert (numbers(), counted(done)) == (["1001", "1003", "1009"], (4, 3, 1, 3, "7.00"))


def test_a_page_that_is_behind_is_found_out(applied: ImportBatch, person: User) -> None:
    row = row_of(applied, 3)
    seen = version_of(row)
    mend_row(row, values={"UnitPrice": "x"}, by=person, seen=seen)
    with pytest.raises(DomainError) as refusal:
        mend_row(row, values={"UnitPrice": "2.00"}, by=person, seen=seen)
    assert refusal.value.code == "row_changed"
    assert cells_of(row_of(applied, 3))[5] == "x"


@pytest.mark.parametrize("values", [{"Nobody": "1"}, {"": "1"}, {"UnitPrice": "1\x00"}, {"UnitPrice": "1" * 40_000}])
def test_values_that_no_cell_can_hold_are_refused(applied: ImportBatch, person: User, values: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        mend_row(row_of(applied, 3), values=values, by=person)
    assert row_of(applied, 3).state == RowState.REJECTED


def test_a_mended_order_is_undone_with_its_batch_and_nothing_is_mended_after(
    applied: ImportBatch, person: User
) -> None:
    mend_row(row_of(applied, 3), values={"UnitPrice": "2.00", "Quantity": "x"}, by=person)
    mend_row(row_of(applied, 3), values={"Quantity": "1"}, by=person)
    undo_batch(ImportBatch.objects.get(pk=applied.pk))
    assert set(Order.objects.values_list("state", flat=True)) == {"cancelled"}
    with pytest.raises(DomainError) as refusal:
        mend_row(row_of(applied, 4), values={}, by=person)
    assert refusal.value.code == "import_not_mendable"


def test_a_bad_optional_field_is_left_empty_under_ignore_fields(tmp_path: Path) -> None:
    rows = [
        generic_row("1", postage="free", shipped_at="soon"),
        generic_row("2", quantity="many"),
        generic_row("3"),
        [*generic_row("4", paid="9.00")],
        [*generic_row("4", paid="8.00")],
    ]
    path = write_table(tmp_path / "g.csv", GENERIC, rows)
    batch = import_file(path, layout="generic", store="cn", policy="ignore-fields")
    assert numbers() == ["1", "3"]
    assert (batch.figures["rejected"], batch.figures["warnings"], batch.figures["created"]) == (3, 2, 2)
    row = row_of(batch, 2)
    assert (row.state, row.first_code) == (RowState.WARNED, "taken_as_empty")
    assert messages_of(row, batch) == [
        "Postage: “free” cannot be used; the cell was taken as empty.",
        "Shipped at: “soon” cannot be used; the cell was taken as empty.",
    ]
    # a required field and a contradiction are no matter of leaving out
    assert {row_of(batch, 3).first_code, row_of(batch, 6).first_code} == {"not_a_number", "values_differ"}
    order = Order.objects.get(external_number="1")
    assert (order.shipping_amount, order.payable_amount) == (0, 10)


def test_the_same_file_is_stricter_under_the_other_policies(tmp_path: Path) -> None:
    path = write_table(tmp_path / "g.csv", GENERIC, [generic_row("1", postage="free"), generic_row("3")])
    batch = import_file(path, layout="generic", store="cn", policy="reject-rows")
    assert (numbers(), batch.figures["rejected"]) == (["3"], 1)
    assert import_file(path, layout="generic", store="cn", policy="reject-all").state == State.REFUSED


def test_an_undo_that_broke_off_goes_on_and_counts_each_entry_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fulfillment.services import history_undo

    rows = [retail_row("A1", "B", 1, "5.00", customer=""), retail_row("1001", "A", 1, "2.00")]
    batch = import_file(write_table(tmp_path / "f.csv", RETAIL, rows))
    mark_days = history_undo.mark_days
    monkeypatch.setattr(history_undo, "mark_days", lambda *_: (_ for _ in ()).throw(OSError("gone")))
    with pytest.raises(OSError, match="gone"):
        undo_batch(batch)
    assert ImportBatch.objects.get(pk=batch.pk).state == State.UNDOING
    monkeypatch.setattr(history_undo, "mark_days", mark_days)
    undo_batch(ImportBatch.objects.get(pk=batch.pk))
    assert ImportBatch.objects.get(pk=batch.pk).state == State.UNDONE
    assert SalesEntry.objects.count() == 4
    assert sum(SalesEntry.objects.values_list("gross_amount", flat=True)) == 0


def test_what_cannot_be_undone_stays_applied_and_says_why(applied: ImportBatch) -> None:
    Order.objects.filter(external_number="1001").update(is_history=False)
    with pytest.raises(DomainError, match="changed since"):
        undo_batch(applied)
    assert ImportBatch.objects.get(pk=applied.pk).state == State.APPLIED


def test_orders_that_were_taken_in_live_are_not_undone_with_their_file(applied: ImportBatch) -> None:
    ImportBatch.objects.update(options={"live": True})
    with pytest.raises(DomainError) as refusal:
        undo_batch(ImportBatch.objects.get(pk=applied.pk))
    assert refusal.value.code == "import_is_live"
    assert set(Order.objects.values_list("state", flat=True)) == {"closed"}
