"""The texts of a workbook, kept in a file: a large workbook has millions of them."""

from array import array
from collections.abc import Callable
from functools import lru_cache
from tempfile import TemporaryFile

from config.kernel.importing.problems import FileProblem

# One offset of eight bytes each stays in memory.
MAX_TEXTS = 8_000_000
CACHED_TEXTS = 20_000


class SharedStrings:
    """Texts by number; a listener of `sharedStrings.xml` that puts them into a temporary file."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - lives as long as the workbook, see close
        self._offsets = array("Q", [0])
        self._pieces: list[str] = []
        self._is_open = False
        self._is_phonetic = False
        self.get: Callable[[int], str] = lru_cache(maxsize=CACHED_TEXTS)(self._read)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def close(self) -> None:
        self._file.close()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "t":
            self._is_open = not self._is_phonetic
        elif name == "rPh":
            self._is_phonetic = True

    def end(self, name: str) -> None:
        if name == "t":
            self._is_open = False
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "si":
            self._append("".join(self._pieces))
            self._pieces.clear()

    def text(self, data: str) -> None:
        if self._is_open:
            self._pieces.append(data)

    def _append(self, text: str) -> None:
        if len(self) >= MAX_TEXTS:
            raise FileProblem("workbook_damaged", part="sharedStrings.xml")
        self._offsets.append(self._offsets[-1] + self._file.write(text.encode()))

    def _read(self, number: int) -> str:
        """IndexError for a number that the workbook does not have."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        start, end = self._offsets[number], self._offsets[number + 1]
        self._file.seek(start)
        return self._file.read(end - start).decode()
