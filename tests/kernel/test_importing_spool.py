"""Rows far apart come together, in the same order every time."""

import sqlite3
import stat

import pytest

from config.kernel.importing import spool as spool_module
from config.kernel.importing.problems import FileProblem, RowIssue
from config.kernel.importing.spool import build_spool, file_fingerprint, open_spool
from config.kernel.importing.tables import SourceRow

ROWS = [
    SourceRow(2, ("B", "2026-01-02", "b1")),
    SourceRow(3, ("A", "2026-01-03", "a1")),
    SourceRow(4, ("B", "2026-01-01", "b2"), (RowIssue(4, "note", "undecodable", params={"encoding": "UTF-8"}),)),
    SourceRow(5, ("", "2026-01-02", "nobody's")),
    SourceRow(6, ("", "2026-01-02", "nobody's either")),
    SourceRow(90, ("A", "2026-01-03", "a2")),
]


def build(path, rows=ROWS, fingerprint="one"):
    return build_spool(path, rows=rows, place_of=lambda row: row.cells[:2], fingerprint=fingerprint)


def test_units_come_by_sort_key_and_hold_their_rows_in_file_order(tmp_path):
    with build(tmp_path / "spool") as spool:
        units = list(spool.units())
    assert [(unit.ordinal, unit.key.strip(), [row.number for row in unit.rows]) for unit in units] == [
        (0, "B", [2, 4]),
        (1, "5", [5]),
        (2, "6", [6]),
        (3, "A", [3, 90]),
    ]
    assert (spool.row_count, spool.unit_count) == (6, 4)


def test_rows_come_back_as_they_went_in_with_their_issues(tmp_path):
    with build(tmp_path / "spool") as spool:
        rows = {row.number: row for unit in spool.units() for row in unit.rows}
    assert [rows[row.number] for row in ROWS] == ROWS
    assert rows[4].issues[0].message == "The cell holds bytes that are not UTF-8."


def test_reading_resumes_at_any_unit(tmp_path):
    with build(tmp_path / "spool") as spool:
        assert [unit.ordinal for unit in spool.units(start=2)] == [2, 3]
        assert [unit.ordinal for unit in spool.units(start=1, stop=2)] == [1]


def test_a_finished_spool_is_taken_up_again(tmp_path):
    build(tmp_path / "spool").close()
    with open_spool(tmp_path / "spool", fingerprint="one") as spool:
        assert spool.unit_count == 4


def test_a_spool_of_another_file_or_an_unfinished_one_is_not_taken_up(tmp_path):
    path = tmp_path / "spool"
    assert open_spool(path, fingerprint="one") is None
    build(path).close()
    assert open_spool(path, fingerprint="two") is None
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM done")
    connection.commit()
    connection.close()
    assert open_spool(path, fingerprint="one") is None
    path.write_bytes(b"not a database, but long enough to be looked at" * 9)
    assert open_spool(path, fingerprint="one") is None


def test_a_failure_in_the_middle_leaves_no_spool_behind(tmp_path):
    def rows():
        yield ROWS[0]
        raise FileProblem("file_cut_off")

    with pytest.raises(FileProblem):
        build(tmp_path / "spool", rows=rows())
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_spool_is_replaced(tmp_path):
    build(tmp_path / "spool").close()
    with build(tmp_path / "spool", rows=ROWS[:1], fingerprint="two") as spool:
        assert spool.row_count == 1


def test_only_the_owner_may_read_it_and_discard_deletes_it(tmp_path):
    spool = build(tmp_path / "spool")
    assert stat.S_IMODE((tmp_path / "spool").stat().st_mode) == 0o600
    spool.discard()
    assert list(tmp_path.iterdir()) == []


def test_an_absurdly_long_unit_is_refused_by_its_number(tmp_path, monkeypatch):
    monkeypatch.setattr(spool_module, "MAX_UNIT_ROWS", 1)
    with pytest.raises(FileProblem) as caught:
        build(tmp_path / "spool")
    assert caught.value.code == "unit_too_long"
    assert caught.value.params["key"] in {"A", "B"}


def test_the_same_bytes_have_the_same_fingerprint(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    (tmp_path / "b").write_bytes(b"abc")
    assert file_fingerprint(tmp_path / "a") == file_fingerprint(tmp_path / "b")
    assert file_fingerprint(tmp_path / "a").startswith("ba7816bf")
