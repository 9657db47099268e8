"""What kind of file some bytes are. Pure: the sender's word for it is never believed.

Only kinds that a browser shows or saves without running anything are let in: pictures, PDF, office documents, plain text.
"""

import io
import zipfile
import zlib

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


def _text_type(content: bytes) -> str | None:
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"\x00" in content or any(mark in head for mark in MARKUP):
        return None
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "text/plain" if content else None
