"""Files that go out run nothing and come back unchanged."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from config.kernel.importing import export
from config.kernel.importing.export import ErrorRow, safe_cell, write_csv, write_error_file, write_xlsx
from config.kernel.importing.readers import open_table
from config.kernel.importing.values import bare
from tests.kernel.importing_files import read, written

DANGEROUS = ["=1+1", "+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_a_spreadsheet_would_run_is_neutralised(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", [-5, Decimal("-1.50"), 2.5, None, "-12.50", "+8613800000000", "a=b", ""])
def test_figures_and_plain_text_are_untouched(value):
    assert safe_cell(value) == value


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_what_is_written_reads_back_as_plain_text(tmp_path, write):
    stream = io.BytesIO()
    write(stream, headings=["备注", "=x"], rows=[[text, Decimal("-1.50")] for text in DANGEROUS])
    headings, rows = read(written(tmp_path / "out", stream.getvalue()))
    assert headings == ("备注", "'=x")
    assert [row.cells[1] for row in rows] in (["-1.50"] * 7, ["-1.5"] * 7)
    assert all(row.cells[0].startswith("'") for row in rows)
    assert all(row.issues == () for row in rows)
    assert [bare(row.cells[0]) for row in rows] == [text.strip() for text in DANGEROUS] or write is write_xlsx


def test_a_csv_file_opens_in_excel_as_utf_8():
    stream = io.BytesIO()
    write_csv(stream, headings=["a"], rows=[["中\n文"], [datetime(2026, 1, 2, 3, 4, tzinfo=UTC)]])
    assert stream.getvalue() == b'\xef\xbb\xbfa\r\n"' + "中\n文".encode() + b'"\r\n2026-01-02 03:04:00+00:00\r\n'


def test_a_workbook_goes_on_in_a_new_sheet_when_one_is_full(monkeypatch):
    monkeypatch.setattr(export, "SHEET_ROWS", 2)
    stream = io.BytesIO()
    write_xlsx(stream, headings=["n"], rows=[[n] for n in range(3)])
    sheets = load_workbook(stream).worksheets
    assert [[cell.value for (cell,) in sheet.iter_rows()] for sheet in sheets] == [["n", 0, 1], ["n", 2]]


def test_characters_that_a_workbook_cannot_hold_are_left_out():
    stream = io.BytesIO()
    write_xlsx(stream, headings=["a"], rows=[["x\x07y"]])
    assert load_workbook(stream).active["A2"].value == "xy"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_error_file_holds_the_rows_as_they_came_and_what_is_wrong(tmp_path, kind):
    stream = io.BytesIO()
    rows = [ErrorRow(7, ("1001", "-3.50"), ("first", "second"))]
    write_error_file(stream, kind=kind, headings=("订单编号", "金额"), rows=rows)
    with open_table(written(tmp_path / "errors", stream.getvalue())) as table:
        assert table.kind == kind
        assert table.headings == ("订单编号", "金额", "Row in the file", "What is wrong")
        assert [row.cells for row in table.rows()] == [("1001", "-3.50", "7", "first\nsecond")]
