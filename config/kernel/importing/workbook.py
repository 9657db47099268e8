"""Workbooks (XLSX): which sheet, which styles are dates, and the records of the sheet."""

import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from config.kernel.importing.cells import EPOCH_1900, EPOCH_1904
from config.kernel.importing.problems import FileProblem
from config.kernel.importing.shared_strings import SharedStrings
from config.kernel.importing.sheets import SheetContext, SheetRows
from config.kernel.importing.streams import MEGABYTE, Limits
from config.kernel.importing.tables import Record
from config.kernel.importing.workbook_xml import read_part

# Workbook, styles and relations are read as a whole; they are small in every honest file.
SMALL_PART = 16 * MEGABYTE
MAX_PARTS = 10_000
# Date formats that only East Asian versions of Excel number, so that openpyxl does not list them.
EAST_ASIAN_DATES = frozenset({*range(27, 37), *range(50, 59)})


class Sheet(NamedTuple):
    """A sheet's name and the part of the archive that holds it."""

    name: str
    part: str


def open_archive(path: Path, *, limits: Limits) -> zipfile.ZipFile:
    """The workbook's ZIP archive, refused before unpacking when it is none, locked or a bomb."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise FileProblem("workbook_cut_off") from error
    try:
        _check_archive(archive, packed=path.stat().st_size, limits=limits)
    except FileProblem:
        archive.close()
        raise
    return archive


def read_workbook(
    archive: zipfile.ZipFile, *, resources: ExitStack, limits: Limits, sheet: str | None
) -> tuple[str, Iterator[Record]]:
    """The name of the sheet (the first visible one unless named) and its rows as a stream."""
    workbook = _small_part(archive, "xl/workbook.xml")
    chosen = _choose(_sheets(archive, workbook), wanted=sheet)
    strings = SharedStrings()
    resources.callback(strings.close)
    if "xl/sharedStrings.xml" in archive.namelist():
        for _piece in read_part(archive, "xl/sharedStrings.xml", listener=strings):
            pass
    context = SheetContext(
        strings=strings,
        date_styles=_date_styles(archive),
        epoch=_epoch(workbook),
        max_columns=limits.max_columns,
        max_cell=limits.max_cell,
    )
    return chosen.name, _records(archive, chosen.part, context=context)


def _records(archive: zipfile.ZipFile, part: str, *, context: SheetContext) -> Iterator[Record]:
    rows = SheetRows(context)
    for _piece in read_part(archive, part, listener=rows):
        yield from rows.take()


def _check_archive(archive: zipfile.ZipFile, *, packed: int, limits: Limits) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise FileProblem("workbook_locked")
    # zipfile never reads more from a part than its directory entry announces.
    limits.check_unpacked(sum(part.file_size for part in parts), packed=packed)
    if "xl/workbook.bin" in names:
        raise FileProblem("workbook_binary")
    if "xl/workbook.xml" not in names:
        is_open_document = "mimetype" in names and "content.xml" in names
        raise FileProblem("workbook_foreign" if is_open_document else "zip_not_workbook")
    if len(parts) > MAX_PARTS:
        raise FileProblem("workbook_damaged", part=parts[0].filename)


def _small_part(archive: zipfile.ZipFile, part: str) -> Element:
    try:
        with archive.open(part) as stream:
            content = stream.read(SMALL_PART + 1)
    except KeyError as error:
        raise FileProblem("workbook_damaged", part=part) from error
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError) as error:
        raise FileProblem("workbook_cut_off") from error
    if len(content) > SMALL_PART:
        raise FileProblem("workbook_damaged", part=part)
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise FileProblem("workbook_damaged", part=part) from error
    return root


def _children(root: Element, name: str) -> Iterator[Element]:
    """All elements of this name below, whatever namespace the writer chose."""
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == name)


def _sheets(archive: zipfile.ZipFile, workbook: Element) -> list[Sheet]:
    relations = _small_part(archive, "xl/_rels/workbook.xml.rels")
    targets = {relation.get("Id", ""): relation.get("Target", "") for relation in _children(relations, "Relationship")}
    names = set(archive.namelist())
    found = []
    for element in _children(workbook, "sheet"):
        reference = next((v for k, v in element.items() if k.rpartition("}")[2] == "id"), "")
        part = posixpath.normpath(posixpath.join("/xl", targets.get(reference, "")))[1:]
        # Chart sheets stand in the same list but hold no rows.
        if part in names and "worksheets" in part:
            name = element.get("name", "")
            found.append((element.get("state", "visible") == "visible", Sheet(name, part)))
    return [sheet for _, sheet in sorted(found, key=lambda entry: not entry[0])]


def _choose(sheets: list[Sheet], *, wanted: str | None) -> Sheet:
    for sheet in sheets:
        if wanted is None or sheet.name == wanted:
            return sheet
    raise FileProblem("sheet_missing", sheet=wanted or "")


def _epoch(workbook: Element) -> datetime:
    properties = next(_children(workbook, "workbookPr"), None)
    is_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
    return EPOCH_1904 if is_1904 else EPOCH_1900


def _date_styles(archive: zipfile.ZipFile) -> frozenset[int]:
    """The numbers of the cell styles that show a number as date or time."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    styles = _small_part(archive, "xl/styles.xml")
    own = {int(element.get("numFmtId", 0)): element.get("formatCode", "") for element in _children(styles, "numFmt")}
    used = next(_children(styles, "cellXfs"), None)
    formats = [] if used is None else [int(xf.get("numFmtId", 0)) for xf in _children(used, "xf")]
    return frozenset(
        style
        for style, number in enumerate(formats)
        if number in EAST_ASIAN_DATES or is_date_format(own.get(number, BUILTIN_FORMATS.get(number)))
    )
