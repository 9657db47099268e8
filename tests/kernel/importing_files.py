"""Small files of many makes for the reader's tests."""

import io
import zipfile
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from config.kernel.importing.problems import FileProblem
from config.kernel.importing.readers import open_table
from config.kernel.importing.tables import SourceRow

SHEET = "xl/worksheets/sheet1.xml"


def read(path: Path, **options: Any) -> tuple[tuple[str, ...], list[SourceRow]]:
    """Headings and all rows."""
    with open_table(path, **options) as table:
        return table.headings, list(table.rows())


def problem_of(path: Path, **options: Any) -> FileProblem:
    """The problem that reading this file to its end runs into."""
    try:
        with open_table(path, **options) as table:
            for _row in table.rows():
                pass
    except FileProblem as problem:
        return problem
    raise AssertionError("the file was read without a problem")


def findings(row: SourceRow) -> list[tuple[str, str]]:
    return [(issue.column, issue.code) for issue in row.issues]


def written(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def workbook(path: Path, rows: list[list[object]]) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def workbook_with_sheet(path: Path, sheet_data: str, *, extra: dict[str, bytes] | None = None) -> Path:
    """A workbook whose sheet holds exactly this XML."""
    plain = io.BytesIO()
    book = Workbook()
    book.worksheets[0].append(["x"])
    book.save(plain)
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    content = f'<worksheet xmlns="{namespace}"><sheetData>{sheet_data}</sheetData></worksheet>'
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, content if name == SHEET else source.read(name))
        for name, data in (extra or {}).items():
            target.writestr(name, data)
    return path
