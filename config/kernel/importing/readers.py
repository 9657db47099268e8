"""Open a file of unknown make. Its content says what it is; its name is not asked."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, cast

from config.kernel.importing.delimited import (
    declared_delimiter,
    open_text,
    read_records,
    sniff_delimiter,
)
from config.kernel.importing.encodings import (
    encoding_from_mark,
    sniff_encoding,
    wide_encoding,
)
from config.kernel.importing.problems import FileProblem
from config.kernel.importing.streams import (
    GZIP_MAGIC,
    MEGABYTE,
    PIECE,
    XZ_MAGIC,
    Limits,
    UnpackedStream,
)
from config.kernel.importing.tables import Table
from config.kernel.importing.workbook import open_archive, read_workbook

ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHER_MAGICS = (ZIP_MAGIC, OLE_MAGIC, GZIP_MAGIC, XZ_MAGIC, b"%PDF", b"\x89PNG", b"Rar!", b"7z\xbc\xaf")
# How a locked XLSX calls its content inside the old container.
LOCKED_MARK = "EncryptedPackage".encode("utf-16-le")
WEB_MARKS = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head")
# Text that stays ASCII for this long is taken for UTF-8.
ENCODING_SEARCH = 4 * MEGABYTE


def open_table(
    path: Path,
    *,
    limits: Limits | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
) -> Table:
    """Open `.csv`, `.csv.gz`, `.csv.xz` or `.xlsx`; close the table when done.

    FileProblem when it is none of these, empty, locked, cut off, or unpacks to too much. Encoding
    and delimiter are found out unless given; `sheet` names the sheet of a workbook.
    """
    bounds = limits or Limits()
    head = _head(path)
    with ExitStack() as resources:
        if head.startswith((ZIP_MAGIC, EMPTY_ZIP_MAGIC)):
            table = _open_workbook(path, resources=resources, limits=bounds, sheet=sheet)
        else:
            _refuse_other_kinds(path, head)
            table = _open_delimited(path, resources=resources, limits=bounds, encoding=encoding, delimiter=delimiter)
        table.hold(resources.pop_all())
    return table


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            head = stream.read(PIECE)
    except FileNotFoundError as error:
        raise FileProblem("file_missing") from error
    if not head.strip():
        raise FileProblem("file_empty")
    return head


def _refuse_other_kinds(path: Path, head: bytes) -> None:
    if head.startswith(OLE_MAGIC):
        raise FileProblem("workbook_locked" if _is_locked(path) else "workbook_old")
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(WEB_MARKS):
        raise FileProblem("web_page")


def _is_locked(path: Path) -> bool:
    """The mark stands in the container's directory, which may be anywhere in the file."""
    with path.open("rb") as stream:
        before = b""
        while piece := stream.read(MEGABYTE):
            if LOCKED_MARK in before + piece:
                return True
            before = piece[-len(LOCKED_MARK) :]
    return False


def _open_workbook(path: Path, *, resources: ExitStack, limits: Limits, sheet: str | None) -> Table:
    archive: zipfile.ZipFile = resources.enter_context(open_archive(path, limits=limits))
    name, records = read_workbook(archive, resources=resources, limits=limits, sheet=sheet)
    return Table(records, kind="xlsx", sheet=name)


def _open_delimited(
    path: Path,
    *,
    resources: ExitStack,
    limits: Limits,
    encoding: str | None,
    delimiter: str | None,
) -> Table:
    with _open_bytes(path, limits=limits) as stream:
        head = stream.read(PIECE)
        _refuse_binary(head)
    if encoding is None:
        with _open_bytes(path, limits=limits) as stream:
            encoding = sniff_encoding(_pieces(stream))
    text = resources.enter_context(open_text(_open_bytes(path, limits=limits), encoding=encoding))
    sample = head.decode(encoding, errors="replace")
    declared = declared_delimiter(sample)
    if declared is not None:
        text.readline()
    mark = delimiter or declared or sniff_delimiter(sample)
    records = read_records(text, delimiter=mark, encoding=encoding, limits=limits)
    return Table(records, kind="csv", encoding=encoding, delimiter=mark)


def _open_bytes(path: Path, *, limits: Limits) -> BinaryIO:
    stream = path.open("rb")
    magic = stream.peek(len(XZ_MAGIC))[: len(XZ_MAGIC)]
    if magic.startswith((GZIP_MAGIC, XZ_MAGIC)):
        kind = XZ_MAGIC if magic == XZ_MAGIC else GZIP_MAGIC
        unpacked = UnpackedStream(stream, magic=kind, limits=limits)
        return cast("BinaryIO", io.BufferedReader(unpacked, buffer_size=PIECE))
    return stream


def _refuse_binary(head: bytes) -> None:
    if not head.strip():
        raise FileProblem("file_empty")
    is_wide = encoding_from_mark(head) or wide_encoding(head)
    # A stray zero byte is one row's trouble; many of them are no text.
    has_many_zeros = head.count(0) > len(head) // 50
    if head.startswith(OTHER_MAGICS) or (has_many_zeros and not is_wide):
        raise FileProblem("file_binary")


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    seen = 0
    while seen < ENCODING_SEARCH and (piece := stream.read(PIECE)):
        seen += len(piece)
        yield piece
