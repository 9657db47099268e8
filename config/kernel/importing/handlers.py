"""What a room has to offer so that files of its kind can be imported. The machine (`batches`) knows no trade."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self

from django.utils.functional import Promise

from config.kernel.importing.headings import ColumnMapping, FieldSpec
from config.kernel.importing.problems import RowIssue, Texts
from config.kernel.importing.tables import SourceRow
from config.kernel.models import ImportBatch, User


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
    def row_numbers(self, key: str) -> tuple[int, ...]: ...
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

    def key_of(self, row: SourceRow) -> str:
        """Of which unit a row is, under the batch's mapping; a row without a number is a unit of its own."""

    def read_unit(self, key: str, rows: Sequence[SourceRow]) -> Any:
        """The unit that these rows of the batch make: all rows with this key. Reads no file and no table."""

    def is_written(self, key: str) -> bool:
        """Whether the batch itself has written a unit with this key."""

    def settle(self) -> None:
        """After single units were written later on: bring what was worked out from them up to date."""

    def check_undo(self) -> None:
        """DomainError saying why the batch cannot be undone. Reads only."""

    def undo(self) -> dict[str, int]:
        """Reverse what the batch wrote; safe to go on with. DomainError when something of it was touched since."""


class LayoutKind(Protocol):
    """A kind of file as pages show it: its name, the fields that columns can be given to, and which are personal."""

    @property
    def label(self) -> str | Promise: ...
    @property
    def fields(self) -> tuple[FieldSpec, ...]: ...
    @property
    def personal_fields(self) -> frozenset[str]: ...


# (code, name) of the stores within a person's reach under a permission, and whether that is all there may ever be.
Stores = tuple[Sequence[tuple[str, str]], bool]
StoresOf = Callable[[User, str], Stores]

_factories: dict[str, Callable[[ImportBatch], ImportHandler]] = {}
_layouts: dict[str, LayoutKind] = {}
_stores: dict[str, StoresOf] = {}


def register_handler(
    layouts: Mapping[str, LayoutKind], factory: Callable[[ImportBatch], ImportHandler], *, stores: StoresOf
) -> None:
    """Say who takes files of these layouts, and who knows into which stores they may go."""
    for code, layout in layouts.items():
        _factories[code], _layouts[code], _stores[code] = factory, layout, stores


def handler_for(batch: ImportBatch) -> ImportHandler:
    """The handler of a batch; KeyError for a layout that nobody takes."""
    return _factories[batch.layout](batch)


def known_layouts() -> tuple[str, ...]:
    """The codes of all layouts that can be imported."""
    return tuple(sorted(_factories))


def layout_kind(code: str) -> LayoutKind:
    """A layout's name and fields; KeyError for one that nobody takes."""
    return _layouts[code]


def stores_within(user: User, *, permission: str) -> Stores:
    """The stores that a person may import into or see imports of; (stores, whether the reach is without limit)."""
    found: dict[str, str] = {}
    has_no_limit = True
    for stores_of in dict.fromkeys(_stores.values()):
        stores, is_all = stores_of(user, permission)
        found.update(stores)
        has_no_limit = has_no_limit and is_all
    return sorted(found.items()), has_no_limit
