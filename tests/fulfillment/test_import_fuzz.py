"""Whatever file comes: a batch with words, every row in one class and every rejected row kept; never a traceback."""

import io
import json
import tracemalloc

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from config.kernel.importing.batches import apply_batch, check_batch, upload_batch
from config.kernel.importing.problems import FileProblem
from config.kernel.importing.rows import cells_of, write_batch_errors
from config.kernel.models import ImportBatch, ImportRow
from fulfillment.layouts.count import FileCount
from fulfillment.models import Order
from tests.fulfillment.broken_files import CORPUS, as_csv, as_workbook
from tests.fulfillment.import_files import GENERIC, RETAIL, generic_row, retail_row

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
MEGABYTE = 1024 * 1024
LAYOUTS = {"generic": GENERIC, "online-retail": RETAIL}
same_every_time = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def brought_in(path, layout="generic"):
    """The batch of a file after check and import: refused with words, or with every row in its class."""
    batch = upload_batch(path, layout=layout, store_code="cn", policy=ImportBatch.Policy.REJECT_ROWS)
    try:
        check_batch(batch)
        apply_batch(batch)
    except FileProblem as problem:
        batch.refresh_from_db()
        assert (batch.state, batch.error_code) == (ImportBatch.State.REFUSED, problem.code)
        assert batch.error_message
        assert "%(" not in batch.error_message
        assert not Order.objects.exists()
        return batch
    assert batch.state == ImportBatch.State.APPLIED
    holds_its_books(batch)
    return batch


def holds_its_books(batch):
    """Rows in = taken + left out for a reason + rejected; each rejected row is kept and leaves in the error file."""
    known = set(FileCount().to_json())
    count = FileCount.from_json({name: value for name, value in batch.figures.items() if name in known})
    assert count.adds_up, batch.figures
    kept = list(ImportRow.objects.filter(batch=batch, state=ImportRow.State.REJECTED))
    assert len(kept) == count.rejected
    for row in kept:
        assert row.issues or row.first_code == "unit_rejected"
        assert isinstance(cells_of(row), list)
    for kind in ("csv", "xlsx"):
        write_batch_errors(batch, io.BytesIO(), kind=kind)


@pytest.mark.parametrize("name", CORPUS)
def test_a_broken_file_leaves_a_batch_with_words_and_takes_little_memory(tmp_path, name):
    ending, made = CORPUS[name]
    content = made()
    path = tmp_path / f"x.{ending}"
    path.write_bytes(content)
    tracemalloc.start()
    try:
        batch = brought_in(path)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 64 * MEGABYTE + len(content)
    assert batch.state in {ImportBatch.State.REFUSED, ImportBatch.State.APPLIED}


def test_what_stands_in_a_file_of_the_machine_is_never_read(tmp_path):
    for name in ("a file of the machine", "a tie to elsewhere"):
        path = tmp_path / f"{len(name)}.xlsx"
        path.write_bytes(CORPUS[name][1]())
        batch = brought_in(path)
        kept = json.dumps([batch.headings, [cells_of(row) for row in batch.rows.all()], batch.error_message])
        assert "root:" not in kept


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", " ", "=1+1", "-1", "1e9", "１２", "NaN", "1,234.50", "1.234,50", "\0", "\u202e", "2026-03-01", "31/12/2026", "x" * 300,
         "9" * 60, "'1", '"', '""', ";", "\t", "\r", "\n", "😀", "\ufeff", "\ud7ff", "真", "Completed", "A-1"]
    ),
)  # fmt: skip


@st.composite
def tables(draw):
    """A layout, its headings in some order, and rows of sound and of odd cells, some too long and some too short."""
    layout = draw(st.sampled_from(sorted(LAYOUTS)))
    rows = []
    for number in range(draw(st.integers(0, 8))):
        row = (
            generic_row(f"T{number // 2}")
            if layout == "generic"
            else retail_row(str(1000 + number // 2), "A", 1, "2.00")
        )
        for place in draw(st.lists(st.integers(0, len(row) - 1), max_size=4)):
            row[place] = draw(CELLS)
        length = draw(st.sampled_from([len(row)] * 6 + [1, len(row) - 1, len(row) + 2]))
        rows.append([*row, "", ""][:length])
    return layout, [list(LAYOUTS[layout]), *rows]


def in_a_savepoint(work):
    """What an example writes is taken back, so that the next one meets an empty house."""
    with transaction.atomic():
        mark = transaction.savepoint()
        try:
            work()
        finally:
            transaction.savepoint_rollback(mark)


def test_tables_of_odd_cells_in_any_dress(tmp_path):
    states = set()

    @same_every_time
    @given(
        table=tables(),
        delimiter=st.sampled_from(",;\t|"),
        newline=st.sampled_from(["\n", "\r\n", "\r"]),
        encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    )
    def one(table, delimiter, newline, encoding):
        layout, rows = table
        path = tmp_path / "x.csv"
        path.write_bytes(as_csv(rows, delimiter=delimiter, newline=newline, encoding=encoding))
        in_a_savepoint(lambda: states.add(brought_in(path, layout).state))

    one()
    assert ImportBatch.State.APPLIED in states


def test_workbooks_of_odd_cells(tmp_path):
    states = set()

    @same_every_time
    @given(table=tables())
    def one(table):
        layout, rows = table
        path = tmp_path / "x.xlsx"
        clean = [["".join(c for c in str(cell) if c >= " " or c in "\t\n") for cell in row] for row in rows]
        path.write_bytes(as_workbook(clean))
        in_a_savepoint(lambda: states.add(brought_in(path, layout).state))

    one()
    assert ImportBatch.State.APPLIED in states


SOUND = {
    "csv": as_csv([GENERIC, generic_row("T1"), generic_row("T2", Title="坚果")]),
    "xlsx": as_workbook([GENERIC, generic_row("T1"), generic_row("T2", Title="坚果")]),
}


@pytest.mark.parametrize("kind", SOUND)
def test_sound_files_with_bytes_changed_cut_or_doubled(tmp_path, kind):
    @same_every_time
    @given(data=st.data())
    def one(data):
        content = bytearray(SOUND[kind])
        for _change in range(data.draw(st.integers(1, 4))):
            place = data.draw(st.integers(0, len(content) - 1))
            how = data.draw(st.sampled_from(["change", "cut", "double", "insert"]))
            if how == "change":
                content[place] = data.draw(st.integers(0, 255))
            elif how == "cut":
                del content[place : place + data.draw(st.integers(1, 50))]
            elif how == "double":
                content[place:place] = content[place : place + 50]
            else:
                content[place:place] = data.draw(st.binary(min_size=1, max_size=8))
        path = tmp_path / f"x.{kind}"
        path.write_bytes(bytes(content) or b"x")
        in_a_savepoint(lambda: brought_in(path))

    one()
