"""Rows that were mended between the check and the import: they take the place of what the file says."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from config.kernel.importing.handlers import ImportHandler
from config.kernel.importing.problems import RowIssue
from config.kernel.importing.rows import cells_of, fill_row, stored_key
from config.kernel.importing.tables import SourceRow
from config.kernel.models import ImportBatch, ImportRow


def source_of(row: ImportRow, issues: tuple[RowIssue, ...] = ()) -> SourceRow:
    """A kept row as if it came out of the file."""
    return SourceRow(row.row_number, tuple(cells_of(row)), issues)


def taken_reason() -> str:
    """Why a row cannot join a unit that is complete without it."""
    return _("other rows of the file have the same number and are taken over without this one")


class Mends:
    """The mended rows of one batch while its file is being applied. A mended unit is written in place of the rejected
    unit that holds its first row, in the same transaction that moves the cursor: once, whatever breaks.
    """

    def __init__(self, batch: ImportBatch, handler: ImportHandler, source: Any) -> None:
        self.batch = batch
        self.handler = handler
        self.source = source
        mended = batch.rows.filter(state=ImportRow.State.MENDED).order_by("row_number")
        self._key_of = dict(mended.values_list("row_number", "unit_key"))
        self._groups: dict[str, list[int]] = defaultdict(list)
        for number, key in self._key_of.items():
            self._groups[key].append(number)

    def laid_over(self, chunk: Sequence[tuple[int, Any]]) -> list[tuple[int, Any]]:
        """The chunk with mended units in place of rejected ones."""
        found: list[tuple[int, Any]] = []
        for ordinal, unit in chunk:
            if unit.is_rejected and any(number in self._key_of for number in unit.rows):
                found += [(ordinal, one) for one in self._instead_of(unit)]
            else:
                found.append((ordinal, unit))
        return found

    def put_back(self, units: Sequence[Any]) -> None:
        """Mended rows whose unit could not be written after all are rejected again."""
        for unit in units:
            if unit.is_rejected and set(unit.rows) & self._key_of.keys():
                for row in self._rows(unit.rows):
                    issues = [issue for issue in unit.issues if issue.row == row.row_number]
                    fill_row(row, key=unit.key, cells=cells_of(row), issues=issues)
                    row.state = ImportRow.State.REJECTED
                    row.save(update_fields=["unit_key", "raw", "issues", "first_code", "state"])

    def _instead_of(self, unit: Any) -> Iterator[Any]:
        keys = {self._key_of[number] for number in unit.rows if number in self._key_of}
        for key in sorted(keys):
            if self._groups[key][0] in unit.rows:
                yield self._mended(self._groups[key])
        yield from self._left(unit)

    def _mended(self, numbers: Sequence[int]) -> Any:
        rows = [source_of(row) for row in self._rows(numbers)]
        key = self.handler.key_of(rows[0])
        unit = self.handler.read_unit(key, rows)
        if not unit.is_rejected and self._is_taken(key, numbers):
            return self.handler.rejected(unit, reason=taken_reason())
        return unit

    def _is_taken(self, key: str, numbers: Sequence[int]) -> bool:
        """Whether the file has further rows of this number that nobody corrected to another one."""
        others = set(self.source.row_numbers(key)) - set(numbers)
        moved = self.batch.rows.filter(row_number__in=others).exclude(unit_key=stored_key(key))
        return bool(others - set(moved.values_list("row_number", flat=True)))

    def _left(self, unit: Any) -> Iterator[Any]:
        """The rows of the unit that are still rejected, each with those of its own number."""
        groups: dict[str, list[SourceRow]] = defaultdict(list)
        for row in self._rows([number for number in unit.rows if number not in self._key_of]):
            source = source_of(row)
            groups[self.handler.key_of(source)].append(source)
        for key, rows in groups.items():
            left = self.handler.read_unit(key, rows)
            yield left if left.is_rejected else self.handler.rejected(left, reason=taken_reason())

    def _rows(self, numbers: Sequence[int]) -> list[ImportRow]:
        return list(self.batch.rows.filter(row_number__in=numbers).order_by("row_number"))
