"""What kind of file some bytes are. Pure: the sender's word for it is never believed.

Only kinds that a browser shows or saves without running anything are let in: pictures, PDF, office documents, plain text.
"""

import io
import zipfile
import zlib
from pathlib import PurePosixPath

PICTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
OFFICE_PARTS = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
CONTENT_TYPES = "[Content_Types].xml"
LARGEST_CONTENT_TYPES = 1024 * 1024
MACROS = (b"macroEnabled", b"vbaProject")
ENDINGS = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".pdf": "application/pdf",
    ".docx": OFFICE_PARTS["word/"],
    ".xlsx": OFFICE_PARTS["xl/"],
    ".pptx": OFFICE_PARTS["ppt/"],
}
# Saved under such a name, a system runs a file or shows it as a page, whatever is in it.
RUNNABLE = frozenset(
    [
        ".exe",
        ".com",
        ".scr",
        ".bat",
        ".cmd",
        ".ps1",
        ".vbs",
        ".js",
        ".jse",
        ".wsf",
        ".hta",
        ".msi",
        ".jar",
        ".lnk",
        ".sh",
        ".py",
        ".html",
        ".htm",
        ".xhtml",
        ".svg",
        ".xml",
        ".url",
        ".reg",
        ".docm",
        ".xlsm",
        ".pptm",
        ".doc",
        ".xls",
        ".ppt",
    ]
)
# No office document unpacks to so much.
MOST_PARTS, MOST_UNPACKED, MOST_RATIO = 5_000, 300 * 1024 * 1024, 200
LOCKED = 0x1
INLINE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
# A page that pretends to be text would run in some browsers.
MARKUP = (b"<!doctype", b"<html", b"<svg", b"<script", b"<?xml", b"<body", b"<head", b"<iframe")


def media_type_of(content: bytes) -> str | None:
    """The media type that the bytes show, or None for a kind that is not let in."""
    for magic, media_type in PICTURES.items():
        if content.startswith(magic):
            return media_type
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content)
    return _text_type(content)


def _office_type(content: bytes) -> str | None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        if not _is_harmless(archive.infolist(), packed=len(content)):
            return None
        names = archive.namelist()
        # Whatever the parts are called: a document that may run macros has to say so here.
        with archive.open(CONTENT_TYPES) as part:
            kinds = part.read(LARGEST_CONTENT_TYPES + 1)
    except (zipfile.BadZipFile, ValueError, KeyError, RuntimeError, NotImplementedError, OSError, EOFError, zlib.error):
        return None
    if len(kinds) > LARGEST_CONTENT_TYPES or any(mark in kinds for mark in MACROS):
        return None
    if any("vbaproject" in name.lower() for name in names):
        return None
    return next((kind for part, kind in OFFICE_PARTS.items() if any(name.startswith(part) for name in names)), None)


def _is_harmless(parts: list[zipfile.ZipInfo], *, packed: int) -> bool:
    """Whether nothing is locked, points outside, or unpacks to what no document holds. Nothing is unpacked to tell."""
    unpacked = sum(part.file_size for part in parts)
    return (
        len(parts) <= MOST_PARTS
        and unpacked <= min(MOST_UNPACKED, MOST_RATIO * packed)
        and not any(part.flag_bits & LOCKED for part in parts)
        and not any(part.filename.startswith("/") or ".." in part.filename.split("/") for part in parts)
    )


def fits_its_name(file_name: str, media_type: str) -> bool:
    """Whether a file may keep its name: nothing that is run, and no other kind than the ending says."""
    ending = PurePosixPath(file_name.lower()).suffix
    return ending not in RUNNABLE and ENDINGS.get(ending, media_type) == media_type


def _text_type(content: bytes) -> str | None:
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"\x00" in content or any(mark in head for mark in MARKUP):
        return None
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "text/plain" if content else None
