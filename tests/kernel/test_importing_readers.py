"""Files that are sound, though written in many ways."""

import gzip
import lzma
from datetime import datetime

import pytest
from openpyxl import Workbook

from config.kernel.importing.readers import open_table
from tests.kernel.importing_files import findings, read, workbook, workbook_with_sheet, written

TEXT = "订单编号,备注\r\n1001,谢谢\r\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16"),
        ("number,note\r\n1001,thanks\r\n".encode("utf-16-le"), "utf-16-le"),
        ("number,note\r\n1001,thanks\r\n".encode("utf-16-be"), "utf-16-be"),
        (b"number,note\r\n1001,thanks\r\n", "utf-8"),
    ],
)
def test_the_encoding_is_found_out(tmp_path, content, encoding):
    with open_table(written(tmp_path / "a.csv", content)) as table:
        rows = list(table.rows())
    assert table.encoding == encoding
    assert [row.cells for row in rows] in ([("1001", "谢谢")], [("1001", "thanks")])


def test_chinese_far_behind_an_ascii_beginning_is_still_found(tmp_path):
    content = b"a,b\n" + b"1,x\n" * 200_000 + "2,中文\n".encode("gb18030")
    with open_table(written(tmp_path / "a.csv", content)) as table:
        last = list(table.rows())[-1]
    assert (table.encoding, last.number, last.cells) == ("gb18030", 200_002, ("2", "中文"))


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(tmp_path, mark):
    content = f"a{mark}b{mark}c\n1{mark}2,5{mark}x y\n3{mark}4,5{mark}z\n"
    if mark == ",":
        content = 'a,b,c\n1,"2;5",x\n'
    with open_table(written(tmp_path / "a.csv", content)) as table:
        assert table.delimiter == mark
        assert len(table.headings) == 3


def test_excels_own_separator_line_is_obeyed(tmp_path):
    headings, rows = read(written(tmp_path / "a.csv", "sep=;\na;b\n1;2\n"))
    assert headings == ("a", "b")
    assert rows[0].cells == ("1", "2")


@pytest.mark.parametrize(("pack", "name"), [(gzip.compress, "a.csv.gz"), (lzma.compress, "a.csv.xz")])
def test_packed_files_are_unpacked_whatever_their_name(tmp_path, pack, name):
    for file_name in (name, "renamed.csv"):
        headings, rows = read(written(tmp_path / file_name, pack(TEXT.encode("gb18030"))))
        assert headings == ("订单编号", "备注")
        assert rows[0].cells == ("1001", "谢谢")


def test_several_packed_members_are_one_file(tmp_path):
    content = lzma.compress(b"a,b\n1,2\n") + bytes(4) + lzma.compress(b"3,4\n")
    _, rows = read(written(tmp_path / "a.xz", content))
    assert [row.cells for row in rows] == [("1", "2"), ("3", "4")]


def test_rows_are_numbered_as_a_spreadsheet_numbers_them(tmp_path):
    content = '\r\n,,\r\na,b\r\n1,"two\r\nlines"\r\n\r\n2,x\r\n'
    with open_table(written(tmp_path / "a.csv", content)) as table:
        rows = list(table.rows())
    assert table.heading_row == 3
    assert [(row.number, row.cells) for row in rows] == [(4, ("1", "two\r\nlines")), (6, ("2", "x"))]


def test_line_ends_of_old_macs_are_line_ends(tmp_path):
    _, rows = read(written(tmp_path / "a.csv", "a,b\r1,2\r3,4\r"))
    assert [row.cells for row in rows] == [("1", "2"), ("3", "4")]


def test_repeated_and_empty_headings_are_told_and_kept_apart(tmp_path):
    with open_table(written(tmp_path / "a.csv", "备注,,备注,\n1,2,3,\n")) as table:
        assert table.headings == ("备注", "", "备注 (2)")
        assert [(note.code, note.row) for note in table.notes] == [("heading_empty", 1), ("heading_repeated", 1)]
        assert [row.cells for row in table.rows()] == [("1", "2", "3")]


@pytest.mark.parametrize(
    ("line", "code"),
    [("1,2", "too_few_cells"), ("1,2,3,4", "too_many_cells"), ('1,"2\n\n', "")],
)
def test_a_row_that_does_not_fit_the_headings_is_an_error_of_that_row(tmp_path, line, code):
    if not code:
        content = 'a,b,c\n1,"2\n3,4,5\n6,7" ,8,9\n7,8,9\n'
        code = "quote_runs_on"
    else:
        content = f"a,b,c\n{line}\n7,8,9\n"
    _, rows = read(written(tmp_path / "a.csv", content))
    assert findings(rows[0]) == [("", code)]
    assert rows[0].issues[0].row == 2
    assert rows[-1].cells == ("7", "8", "9")
    assert rows[-1].issues == ()


def test_empty_cells_behind_the_headings_are_no_error(tmp_path):
    _, rows = read(written(tmp_path / "a.csv", "a,b\n1,2,,\n"))
    assert (rows[0].cells, rows[0].issues) == (("1", "2"), ())


def test_a_broken_byte_is_an_error_of_its_cell_and_the_rest_is_read(tmp_path):
    content = "a,名\n1,中文中文中文中文中文\n".encode() + b"2,\xff\xfe\n3,ok\n"
    _, rows = read(written(tmp_path / "a.csv", content))
    assert [findings(row) for row in rows] == [[], [("名", "undecodable")], []]
    assert rows[1].number == 3
    assert "UTF-8" in rows[1].issues[0].message


def test_a_nul_byte_is_an_error_of_its_cell(tmp_path):
    _, rows = read(written(tmp_path / "a.csv", b"first,second\n" + b"1,2\n" * 50 + b"1,\x00\n"))
    assert findings(rows[-1]) == [("second", "nul_byte")]


def test_a_workbook_gives_the_text_a_person_sees(tmp_path):
    path = workbook(
        tmp_path / "a.csv",
        [["number", "price", "time", "yes", "code"], [7, 19.9, datetime(2026, 3, 1, 8, 5), True, "007"], [None, 1e3]],
    )
    headings, rows = read(path)
    assert headings == ("number", "price", "time", "yes", "code")
    assert rows[0].cells == ("7", "19.9", "2026-03-01 08:05:00", "TRUE", "007")
    assert (rows[1].number, rows[1].cells) == (3, ("", "1000", "", "", ""))


def test_a_workbook_without_shared_strings_and_references_is_read(tmp_path):
    cells = (
        '<row><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><r><t>b</t></r><r><t>c</t></r></is></c></row>'
    )
    path = workbook_with_sheet(tmp_path / "a.xlsx", cells + '<row r="9"><c r="B9"><v>1</v></c></row>')
    headings, rows = read(path)
    assert headings == ("a", "bc")
    assert (rows[0].number, rows[0].cells) == (9, ("", "1"))


HEADINGS = '<row r="1"><c r="A1" t="inlineStr"><is><t>number</t></is></c></row>'


@pytest.mark.parametrize(
    ("cell", "text", "found"),
    [
        ('<c r="A2"><v>2.02601E+17</v></c>', "2.02601E+17", [("number", "number_lost_digits")]),
        ('<c r="A2"><v>202601234567891000</v></c>', "202601234567891000", [("number", "number_lost_digits")]),
        ('<c r="A2"><v>202601234567890123</v></c>', "202601234567890123", []),
        ('<c r="A2"><v>2.0260123456789E+13</v></c>', "20260123456789", []),
        ('<c r="A2"><v>0.10000000000000001</v></c>', "0.1", []),
        ('<c r="A2"><f>1+1</f><v>2</v></c>', "2", [("number", "formula_value_used")]),
        ('<c r="A2" t="str"><f>A1</f><v></v></c><c r="B2"><v>1</v></c>', "", [("number", "formula_value_used")]),
        ('<c r="A2"><f>1+1</f></c>', "", [("number", "formula_without_value")]),
        ('<c r="A2" t="e"><v>#REF!</v></c>', "#REF!", [("number", "cell_error")]),
    ],
)
def test_a_workbooks_cell_is_read_without_loss_or_named(tmp_path, cell, text, found):
    _, rows = read(workbook_with_sheet(tmp_path / "a.xlsx", f'{HEADINGS}<row r="2">{cell}</row>'))
    assert rows[0].cells == (text,)
    assert [finding for finding in findings(rows[0]) if finding[1] != "too_many_cells"] == found


def test_a_column_of_formulas_is_remarked_once(tmp_path):
    cells = "".join(f'<row r="{n}"><c r="A{n}"><f>1+1</f><v>2</v></c></row>' for n in range(2, 6))
    _, rows = read(workbook_with_sheet(tmp_path / "a.xlsx", HEADINGS + cells))
    assert [findings(row) for row in rows] == [[("number", "formula_value_used")], [], [], []]
    assert not rows[0].issues[0].is_error


def test_the_first_visible_sheet_is_read_unless_another_is_named(tmp_path):
    book = Workbook()
    book.active.title = "hidden"
    book.active.sheet_state = "hidden"
    book.active.append(["no"])
    for name in ("first", "second"):
        book.create_sheet(name).append([name])
    book.save(tmp_path / "a.xlsx")
    with open_table(tmp_path / "a.xlsx") as table:
        assert (table.sheet, table.headings) == ("first", ("first",))
    with open_table(tmp_path / "a.xlsx", sheet="second") as table:
        assert table.headings == ("second",)
