"""Files that cannot be read: each says what is wrong and where, and none harms."""

import gzip
import io
import lzma
import tracemalloc
import zipfile

import pytest

from config.kernel.importing.problems import FILE_TEXTS
from config.kernel.importing.streams import MEGABYTE, Limits
from tests.kernel.importing_files import problem_of, workbook, workbook_with_sheet, written

ZEROS = bytes(MEGABYTE)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\r\n \r\n", "file_empty"),
        (b",,,\n,,\n", "no_headings"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + ZEROS, "workbook_old"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + ZEROS + "EncryptedPackage".encode("utf-16-le"),
            "workbook_locked",
        ),
        (b"<html><body><table><tr><td>1</td></tr></table>", "web_page"),
        (b'\xef\xbb\xbf  <?xml version="1.0"?><Workbook/>', "web_page"),
        (b"%PDF-1.7 ...", "file_binary"),
        (bytes(range(256)) * 8 + bytes(200), "file_binary"),
        (gzip.compress(b"PK\x03\x04 a workbook inside", mtime=0), "file_binary"),
        (gzip.compress(b"a,b\n1,2\n" * 9999, mtime=0)[:-20], "file_cut_off"),
        (lzma.compress(b"a,b\n1,2\n" * 9999)[:-20], "file_cut_off"),
        (lzma.compress(b"a,b\n1,2\n" * 9999)[:30] + b"\0" * 99, "file_damaged"),
        (gzip.compress(b"", mtime=0), "file_empty"),
        (b"PK\x03\x04 cut off", "workbook_cut_off"),
        ("a,b\n1,café\n".encode("latin-1"), "encoding_unknown"),
        (b'a,b\n1,"never closed\n2,3\n', "quote_not_closed"),
        (b"a," + b"b" * (MEGABYTE + 1), "line_too_long"),
        (b",".join(b"c%d" % n for n in range(600)) + b"\n", "too_many_columns"),
    ],
)
def test_a_broken_file_is_refused_with_its_own_message(tmp_path, content, code):
    problem = problem_of(written(tmp_path / "orders.csv", content))
    assert problem.code == code
    assert "%(" not in problem.message
    assert problem.message != code


def test_every_message_can_be_said():
    for code in FILE_TEXTS:
        assert str(FILE_TEXTS[code])


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    assert problem_of(tmp_path / "nothing.csv").code == "file_missing"


def test_the_row_of_the_first_unknown_byte_is_named(tmp_path):
    problem = problem_of(written(tmp_path / "a.csv", b"a,b\n1,2\n3,\xa3\n"))
    assert (problem.code, problem.row) == ("encoding_unknown", 3)
    assert problem.message.startswith("Row 3: ")


def test_the_row_where_a_quotation_mark_opens_is_named(tmp_path):
    problem = problem_of(written(tmp_path / "a.csv", "a,b\n1,2\n" + '3,"x\n' + "4,5\n" * 2_000))
    assert (problem.code, problem.row) == ("quote_not_closed", 3)


def test_a_workbook_cut_off_is_refused(tmp_path):
    whole = workbook(tmp_path / "whole.xlsx", [["a"], [1]]).read_bytes()
    assert problem_of(written(tmp_path / "cut.xlsx", whole[: len(whole) // 2])).code == "workbook_cut_off"


def test_a_sheet_cut_off_inside_is_refused_after_its_sound_rows(tmp_path):
    content = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c'
    problem = problem_of(workbook_with_sheet(tmp_path / "a.xlsx", content))
    assert (problem.code, problem.params["part"]) == ("workbook_damaged", "xl/worksheets/sheet1.xml")


def test_a_text_that_the_workbook_does_not_have_names_the_row(tmp_path):
    content = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2" t="s"><v>99</v></c></row>'
    problem = problem_of(workbook_with_sheet(tmp_path / "a.xlsx", content))
    assert (problem.code, problem.row) == ("workbook_damaged", 2)


def test_entities_are_not_expanded(tmp_path):
    path = tmp_path / "a.xlsx"
    workbook_with_sheet(tmp_path / "plain.xlsx", '<row r="1"><c r="A1"><v>1</v></c></row>')
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData>&a;</sheetData></worksheet>'
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, bomb if name.endswith("sheet1.xml") else source.read(name))
    assert problem_of(path).code == "workbook_damaged"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (["orders.csv"], "zip_not_workbook"),
        (["xl/workbook.bin"], "workbook_binary"),
        (["mimetype", "content.xml"], "workbook_foreign"),
    ],
)
def test_other_archives_are_told_apart(tmp_path, parts, code):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        for part in parts:
            archive.writestr(part, "x")
    assert problem_of(tmp_path / "a.xlsx").code == code


def test_a_named_sheet_that_is_missing_is_named(tmp_path):
    problem = problem_of(workbook(tmp_path / "a.xlsx", [["a"], [1]]), sheet="Orders")
    assert problem.code == "sheet_missing"
    assert "Orders" in problem.message


def _zip_of_zeros(megabytes: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(megabytes):
                part.write(ZEROS)
    return buffer.getvalue()


def test_a_gigabyte_of_zeros_in_a_workbook_is_refused_unread(tmp_path):
    path = written(tmp_path / "bomb.xlsx", _zip_of_zeros(1_000))
    tracemalloc.start()
    problem = problem_of(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert problem.code == "packed_too_tightly"
    assert peak < 8 * MEGABYTE


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_a_packed_bomb_of_rows_is_refused_while_unpacking(tmp_path, pack):
    packed = pack(b"a,%b\n" % (b"b" * 10_000) * 4_000)
    path = written(tmp_path / "bomb.csv.gz", packed)
    tracemalloc.start()
    problem = problem_of(path, limits=Limits(max_ratio=200))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert problem.code == "packed_too_tightly"
    assert peak < 24 * MEGABYTE  # the dictionaries of two xz unpackers are 16 of them


def test_a_gigabyte_of_packed_zeros_is_no_table_at_all(tmp_path):
    path = tmp_path / "zeros.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as stream:
        for _ in range(1_000):
            stream.write(ZEROS)
    assert problem_of(path).code == "file_binary"


def test_the_limit_on_unpacked_bytes_is_the_callers(tmp_path):
    path = written(tmp_path / "a.csv.xz", lzma.compress(b"a,b\n1,2\n" * MEGABYTE))
    assert problem_of(path, limits=Limits(max_unpacked_bytes=MEGABYTE)).code == "unpacks_too_large"
    assert (
        problem_of(workbook(tmp_path / "b.xlsx", [["a"]]), limits=Limits(max_unpacked_bytes=100)).code
        == "unpacks_too_large"
    )
