"""A corpus of files that nobody should send, made here: name -> (ending, how its content is made)."""

import csv
import gzip
import io
import lzma
import zipfile

from openpyxl import Workbook

from tests.fulfillment.import_files import GENERIC, generic_row

SHEET = "xl/worksheets/sheet1.xml"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SOUND = [GENERIC, generic_row("T1"), generic_row("T2")]


def as_csv(rows, *, delimiter=",", newline="\r\n", encoding="utf-8", mark=b""):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return mark + text.getvalue().encode(encoding)


def as_workbook(rows, *, write_only=False):
    book = Workbook(write_only=write_only)
    sheet = book.create_sheet() if write_only else book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def changed(content, *, drop=(), parts=None):
    """A workbook without some parts, and with others."""
    out = io.BytesIO()
    new = dict(parts or {})
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name not in drop and name not in new:
                target.writestr(name, source.read(name))
        for name, part in new.items():
            target.writestr(name, part)
    return out.getvalue()


def with_sheet(data, before=""):
    return changed(
        as_workbook(SOUND),
        parts={SHEET: f'{before}<worksheet xmlns="{SPACE}"><sheetData>{data}</sheetData></worksheet>'},
    )


def laughs():
    names = [f"l{number}" for number in range(10)]
    entities = '<!ENTITY l0 "ha">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip(names, names[1:], strict=False)
    )
    return with_sheet("<row><c><v>&l9;</v></c></row>", before=f"<!DOCTYPE x [{entities}]>")


def outside():
    doctype = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return with_sheet("<row><c><v>&e;</v></c></row>", before=doctype)


def cells(*values):
    heads = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in GENERIC)
    return with_sheet(f"<row r='1'>{heads}</row><row r='2'>{''.join(values)}</row>")


def headings_and(last):
    return [GENERIC, *[generic_row(f"T{number}") for number in range(3)], last]


WORKBOOK = as_workbook(SOUND)
CORPUS = {
    "nothing": ("csv", lambda: b""),
    "only a mark": ("csv", lambda: b"\xef\xbb\xbf"),
    "only newlines": ("csv", lambda: b"\r\n" * 1_000),
    "only headings": ("csv", lambda: as_csv([GENERIC])),
    "only commas": ("csv", lambda: b"," * 10_000),
    "headings twice": ("csv", lambda: as_csv([GENERIC + GENERIC, generic_row("T1") * 2])),
    "one column of numbers": ("csv", lambda: b"1\n2\n3\n"),
    "an order with a byte 0": ("csv", lambda: as_csv([GENERIC, generic_row("T\0" + "1"), generic_row("T2")])),
    "bytes of chance": ("csv", lambda: bytes(range(256)) * 40),
    "UTF-16 without a mark": ("csv", lambda: as_csv(SOUND, encoding="utf-16-le")),
    "UTF-16 with a mark": ("csv", lambda: as_csv(SOUND, encoding="utf-16")),
    "UTF-32": ("csv", lambda: as_csv(SOUND, encoding="utf-32")),
    "GB18030": ("csv", lambda: as_csv([GENERIC, generic_row("T1", Title="坚果礼盒")], encoding="gb18030")),
    "two marks": ("csv", lambda: as_csv(SOUND, mark=b"\xef\xbb\xbf\xef\xbb\xbf")),
    "mixed newlines": ("csv", lambda: as_csv(SOUND).replace(b"\r\n", b"\r", 1) + b"\n\n\r\r\n"),
    "half a quote": ("csv", lambda: as_csv(SOUND) + b'"T3,never closed'),
    "quotes everywhere": ("csv", lambda: as_csv(SOUND).replace(b",", b'","')),
    "a cell of a megabyte": ("csv", lambda: as_csv(headings_and(generic_row("T9", Title="x" * 1_000_000)))),
    "a thousand columns": ("csv", lambda: as_csv([[f"c{n}" for n in range(1_000)], ["1"] * 1_000])),
    "ragged rows": ("csv", lambda: as_csv([*SOUND, ["T3"], [*generic_row("T4"), "more", "still more"], []])),
    "tabs that say commas": ("csv", lambda: as_csv(SOUND, delimiter="\t")),
    "semicolons": ("csv", lambda: as_csv(SOUND, delimiter=";")),
    "figures out of this world": ("csv", lambda: as_csv(headings_and(generic_row("T9", Quantity="1e999", **{"unit price": "9" * 400})))),
    "dates out of this world": ("csv", lambda: as_csv(headings_and(generic_row("T9", **{"placed at": "9999-99-99", "paid at": "0001-01-01"})))),
    "a year of long ago": ("csv", lambda: as_csv(headings_and(generic_row("T9", **{"placed at": "0001-01-01 00:00:00"})))),
    "a year far away": ("csv", lambda: as_csv(headings_and(generic_row("T9", **{"placed at": "9999-12-31 23:59:59"})))),
    "formulas": ("csv", lambda: as_csv(headings_and(generic_row("=1+1", Title='=HYPERLINK("x")', Quantity="=2")))),
    "SQL": ("csv", lambda: as_csv(headings_and(generic_row("'; DROP TABLE x; --", SKU="' OR 1=1", Title="%s %(a)s {}")))),
    "half a gzip": ("csv.gz", lambda: gzip.compress(as_csv(SOUND), mtime=0)[:-9]),
    "a gzip of gzips": ("csv.gz", lambda: gzip.compress(gzip.compress(as_csv(SOUND), mtime=0), mtime=0)),
    "a gzip bomb": ("csv.gz", lambda: gzip.compress(b",".join(s.encode() for s in GENERIC) + b"\n" + b"x" * 50_000_000, mtime=0)),
    "an xz bomb": ("csv.xz", lambda: lzma.compress(b"a,b\n" + b"1,2\n" * 9_000_000, preset=1)),
    "half a workbook": ("xlsx", lambda: WORKBOOK[: len(WORKBOOK) // 2]),
    "a workbook without its end": ("xlsx", lambda: WORKBOOK[:-30]),
    "a workbook without its list of sheets": ("xlsx", lambda: changed(WORKBOOK, drop=("xl/workbook.xml",))),
    "a workbook without its sheet": ("xlsx", lambda: changed(WORKBOOK, drop=(SHEET,))),
    "a workbook without its texts": ("xlsx", lambda: changed(WORKBOOK, drop=("xl/sharedStrings.xml",))),
    "a workbook without its styles": ("xlsx", lambda: changed(WORKBOOK, drop=("xl/styles.xml",))),
    "a workbook without its ties": ("xlsx", lambda: changed(WORKBOOK, drop=("xl/_rels/workbook.xml.rels",))),
    "a sheet that is no XML": ("xlsx", lambda: changed(WORKBOOK, parts={SHEET: "no XML <"})),
    "texts that are no XML": ("xlsx", lambda: changed(WORKBOOK, parts={"xl/sharedStrings.xml": "<sst><si>"})),
    "styles that are no XML": ("xlsx", lambda: changed(WORKBOOK, parts={"xl/styles.xml": "<"})),
    "a tie to elsewhere": ("xlsx", lambda: changed(WORKBOOK, parts={"xl/_rels/workbook.xml.rels": "<Relationships><Relationship Id='rId1' Type='x/worksheet' Target='../../../etc/passwd'/></Relationships>"})),
    "a billion laughs": ("xlsx", lambda: laughs()),
    "a file of the machine": ("xlsx", lambda: outside()),
    "a text of no number": ("xlsx", lambda: cells('<c t="s"><v>99999999999</v></c>')),
    "a text below zero": ("xlsx", lambda: cells('<c t="s"><v>-1</v></c>')),
    "a text that is a word": ("xlsx", lambda: cells('<c t="s"><v>one</v></c>')),
    "a date of the year 9e15": ("xlsx", lambda: cells('<c s="1"><v>9e15</v></c>', '<c t="d"><v>never</v></c>')),
    "a cell that says where it is not": ("xlsx", lambda: cells('<c r="ZZZZZZ9"><v>1</v></c>', '<c r="A0"><v>1</v></c>')),
    "a formula without a value": ("xlsx", lambda: cells("<c><f>1+1</f></c>", "<c t='e'><v>#REF!</v></c>")),
    "a workbook with macros": ("xlsx", lambda: changed(WORKBOOK, parts={"xl/vbaProject.bin": b"x" * 100})),
    "16,384 columns": ("xlsx", lambda: as_workbook([[f"c{n}" for n in range(16_384)], [1] * 16_384], write_only=True)),
    "a million rows of nothing": ("xlsx", lambda: with_sheet("<row/>" * 1_000_000)),
    "a workbook bomb": ("xlsx", lambda: changed(WORKBOOK, parts={SHEET: b"<worksheet>" + bytes(60_000_000)})),
    "parts named twice": ("xlsx", lambda: WORKBOOK + WORKBOOK),
}  # fmt: skip
