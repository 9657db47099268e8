"""What a room has to offer so that files of its kind can be imported. The machine (`batches`) knows no trade."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self

from config.kernel.importing.headings import ColumnMapping
from config.kernel.importing.problems import RowIssue, Texts
from config.kernel.importing.tables import SourceRow
from config.kernel.models import ImportBatch


class Count(Protocol):
    """How many rows fell into which class; `a + b` merges."""

    @property
    def rows(self) -> int: ...
    @property
    def rejected(self) -> int: ...
    def __add__(self, other: Self, /) -> Self: ...
    def to_json(self) -> dict[str, int | str]: ...


class Unit(Protocol):
    """What must be taken as a whole or not at all, such as an order with all its rows."""

    @property
    def key(self) -> str: ...
    @property
    def rows(self) -> tuple[int, ...]: ...
    @property
    def count(self) -> Any: ...
    @property
    def issues(self) -> tuple[RowIssue, ...]: ...
    @property
    def is_rejected(self) -> bool: ...


class UnitSource(Protocol):
    """An opened file: units by ordinal, in an order that depends on the content alone."""

    headings: tuple[str, ...]
    mapping: ColumnMapping
    notes: tuple[RowIssue, ...]

    @property
    def unit_count(self) -> int: ...
    def units(self, *, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, Any]]: ...
    def raw_rows(self, ordinal: int) -> tuple[SourceRow, ...]: ...
    def close(self) -> None: ...
    def discard(self) -> None: ...


@dataclass(frozen=True)
class Applied:
    """What a chunk did: counts to be added up, and warnings about single units."""

    figures: Mapping[str, int] = field(default_factory=dict)
    issues: tuple[RowIssue, ...] = ()


class ImportHandler(Protocol):
    """One batch in the hands of a room."""

    texts: Texts

    def open(self, *, path: Path, spool_path: Path) -> Any:
        """Read the file into a UnitSource. FileProblem when it cannot be read; writes nothing to the database."""

    def no_count(self) -> Any:
        """The count of no rows."""

    def count_from_json(self, data: Mapping[str, int | str]) -> Any:
        """The count that `to_json` wrote."""

    def check(self, chunks: Iterable[Sequence[Any]]) -> dict[str, int]:
        """What applying these accepted units would do. Reads only."""

    def prepare(self) -> None:
        """What has to stand before the first chunk. Safe to repeat."""

    def apply(self, units: Sequence[Any]) -> Applied:
        """Write accepted units in the caller's transaction. Units that are known already change nothing."""

    def rolled_back(self) -> None:
        """The last `apply` was taken back: forget what it made."""

    def rejected(self, unit: Any, *, reason: str) -> Any:
        """The same unit as one that could not be written."""

    def finish(self, source: Any) -> dict[str, int]:
        """After the last chunk, in small transactions of its own. Safe to repeat; gives further figures."""

    def undo(self) -> dict[str, int]:
        """Reverse what the batch wrote. DomainError when something of it was touched since."""


_factories: dict[str, Callable[[ImportBatch], ImportHandler]] = {}


def register_handler(layouts: Iterable[str], factory: Callable[[ImportBatch], ImportHandler]) -> None:
    """Say who takes files of these layouts."""
    for layout in layouts:
        _factories[layout] = factory


def handler_for(batch: ImportBatch) -> ImportHandler:
    """The handler of a batch; KeyError for a layout that nobody takes."""
    return _factories[batch.layout](batch)


def known_layouts() -> tuple[str, ...]:
    """The codes of all layouts that can be imported."""
    return tuple(sorted(_factories))
