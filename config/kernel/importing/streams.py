"""Unpack `.gz` and `.xz` as a stream, and stop before a bomb goes off."""

import io
import lzma
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from config.kernel.importing.problems import FileProblem

MEGABYTE = 1024 * 1024
PIECE = 64 * 1024
# Below this size no ratio is suspicious: a short file of equal rows packs very tightly.
RATIO_MATTERS_FROM = 16 * MEGABYTE
# What a stream may make the unpacker allocate: the highest xz preset needs 65 MB.
UNPACKER_MEMORY = 72 * MEGABYTE

XZ_MAGIC = b"\xfd7zXZ\x00"
GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True)
class Limits:
    """How much a file may ask for: bytes, except `max_line` and `max_cell` (characters)."""

    max_unpacked_bytes: int = 1024 * MEGABYTE
    max_ratio: int = 250
    max_columns: int = 500
    max_line: int = MEGABYTE
    max_cell: int = 32_768

    def check_unpacked(self, unpacked: int, *, packed: int) -> None:
        """Refuse a size no honest table has; called before unpacking where the size is known."""
        if unpacked > self.max_unpacked_bytes:
            raise FileProblem("unpacks_too_large", limit=self.max_unpacked_bytes // MEGABYTE)
        if unpacked > RATIO_MATTERS_FROM and unpacked > packed * self.max_ratio:
            raise FileProblem("packed_too_tightly", ratio=self.max_ratio)


class _GzipState:
    """zlib's decompressor with the interface of lzma's."""

    def __init__(self) -> None:
        self._state = zlib.decompressobj(wbits=31)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._state.decompress(self._state.unconsumed_tail + data, max_length)

    @property
    def needs_input(self) -> bool:
        return not self._state.unconsumed_tail

    @property
    def eof(self) -> bool:
        return self._state.eof

    @property
    def unused_data(self) -> bytes:
        return self._state.unused_data


class UnpackedStream(io.RawIOBase):
    """The unpacked bytes of a gz or xz file; several packed members in a row are one stream."""

    def __init__(self, packed: BinaryIO, *, magic: bytes, limits: Limits) -> None:
        self._packed = packed
        self._magic = magic
        self._limits = limits
        self._state = self._new_state()
        self._rest = b""
        self._bytes_in = 0
        self._bytes_out = 0

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._packed.close()
        super().close()

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill the buffer; 0 at the end. FileProblem when damaged, cut off or too large."""
        while True:
            piece = self._next_piece(len(buffer))
            if piece is None:
                return 0
            if piece:
                buffer[: len(piece)] = piece
                return len(piece)

    def _new_state(self) -> lzma.LZMADecompressor | _GzipState:
        if self._magic == XZ_MAGIC:
            return lzma.LZMADecompressor(memlimit=UNPACKER_MEMORY)
        return _GzipState()

    def _next_piece(self, size: int) -> bytes | None:
        if self._state.eof and not self._next_member():
            return None
        fresh = b""
        if self._state.needs_input:
            fresh = self._rest or self._packed.read(PIECE)
            self._bytes_in += len(fresh) - len(self._rest)
            self._rest = b""
            if not fresh:
                raise FileProblem("file_cut_off")
        try:
            piece = self._state.decompress(fresh, size)
        except (lzma.LZMAError, zlib.error) as error:
            raise FileProblem("file_damaged") from error
        self._bytes_out += len(piece)
        self._limits.check_unpacked(self._bytes_out, packed=self._bytes_in)
        return piece

    def _next_member(self) -> bool:
        rest = self._state.unused_data
        if not rest.strip(b"\0"):
            rest = self._packed.read(PIECE)
            self._bytes_in += len(rest)
        # Both formats allow zero padding behind a member; anything else must be a new member.
        rest = rest.lstrip(b"\0")
        if not rest:
            return False
        self._rest = rest
        self._state = self._new_state()
        return True
