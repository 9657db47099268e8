"""Find out in which encoding a text file is written, and decode it without ever stopping.

Bytes that do not fit become the mark `UNDECODABLE`, so that the reader can name the row and the
column instead of a byte offset somewhere in a buffer.
"""

import codecs
from collections.abc import Iterable

from config.kernel.importing.problems import FileProblem

# A code point that no text may contain (Unicode calls it a noncharacter).
UNDECODABLE = "\uffff"
ON_ERROR = "mark-undecodable"
CANDIDATES = ("utf-8", "gb18030")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)


def _mark_undecodable(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return UNDECODABLE, error.end


codecs.register_error(ON_ERROR, _mark_undecodable)


def encoding_from_mark(head: bytes) -> str | None:
    """The encoding that a byte order mark at the start declares, if there is one."""
    return next((name for mark, name in _MARKS if head.startswith(mark)), None)


def wide_encoding(head: bytes) -> str | None:
    """UTF-16 without a mark: nearly every other byte of ASCII text is zero."""
    sample = head[: len(head) // 2 * 2]
    zeros_at_odd = sample[1::2].count(0)
    zeros_at_even = sample[0::2].count(0)
    half = len(sample) // 2
    if half >= 4 and zeros_at_odd > half * 0.4 and zeros_at_even == 0:
        return "utf-16-le"
    if half >= 4 and zeros_at_even > half * 0.4 and zeros_at_odd == 0:
        return "utf-16-be"
    return None


def sniff_encoding(pieces: Iterable[bytes]) -> str:
    """UTF-8, UTF-16 or GB18030, from the first piece that is not plain ASCII.

    GB18030 reads almost any bytes, so UTF-8 is asked first; a piece may end inside a character.
    Text that stays ASCII as far as the caller looks is taken for UTF-8: what comes later is
    checked row by row. FileProblem when no encoding fits, with the row of the first bad byte.
    """
    row = 1
    for position, piece in enumerate(pieces):
        if position == 0:
            declared = encoding_from_mark(piece) or wide_encoding(piece)
            if declared is not None:
                return declared
        if not piece.isascii():
            return _first_that_fits(piece, row=row)
        row += piece.count(b"\n")
    return "utf-8"


def _first_that_fits(piece: bytes, *, row: int) -> str:
    for name in CANDIDATES:
        # A few broken characters must not change the verdict about all the others.
        text = codecs.getincrementaldecoder(name)(ON_ERROR).decode(piece)
        foreign = sum(1 for letter in text if letter > "\x7f")
        if text.count(UNDECODABLE) * 5 <= foreign:
            return name
    first_bad = next(index for index, byte in enumerate(piece) if byte > 0x7F)
    raise FileProblem("encoding_unknown", row=row + piece.count(b"\n", 0, first_bad))
