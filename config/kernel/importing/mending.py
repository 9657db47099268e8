"""A rejected row corrected by a person: checked again with its whole unit, and taken over once nothing is wrong.

After a check the corrected rows wait for the import, which takes them instead of what the file says. After the import
they are written at once, as the import would have done.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from config.kernel.actor import acting_as, current_actor
from config.kernel.audit import record_change
from config.kernel.errors import DomainError, InvalidInput
from config.kernel.importing.batches import AT_FAULT, batch_ref, reason_of
from config.kernel.importing.handlers import Applied, handler_for
from config.kernel.importing.mended import source_of, taken_reason
from config.kernel.importing.problems import ROW_TEXTS, RowIssue
from config.kernel.importing.rows import cells_of, fill_row, stored_key
from config.kernel.importing.tables import SourceRow
from config.kernel.models import ImportBatch, ImportRow, User

MENDABLE = (ImportBatch.State.CHECKED, ImportBatch.State.APPLIED)
REJECTED, MENDED = ImportRow.State.REJECTED, ImportRow.State.MENDED
OUTCOMES = ("created", "updated", "unchanged")
LONGEST_CELL = 32_768
# What the reader of the file found; it cannot be found again in cells alone.
FOUND_IN_FILE = frozenset(
    {
        "too_few_cells", "too_many_cells", "quote_runs_on", "undecodable", "nul_byte", "cell_too_long",
        "formula_without_value", "cell_error", "number_lost_digits",
    }
)  # fmt: skip


def mend_row(row: ImportRow, *, values: Mapping[str, str], by: User, seen: str = "") -> ImportRow:
    """Correct cells of a rejected row (heading -> new text) and check its unit again, with all its rejected rows.

    A clean unit is taken over; a wrong one keeps the new values and shows its new errors. The same values again change
    nothing. `seen` is the `version_of` the row that the person saw. InvalidInput for an unknown column, DomainError
    when the row was changed meanwhile or the import cannot be mended now.
    """
    mending = None
    with transaction.atomic(), _acting(by):
        batch = _claimed(row.batch_id)
        now = batch.rows.get(pk=row.pk)
        cells = _corrected(now, values, headings=batch.headings)
        if now.state == REJECTED:
            _check_seen(now, seen, cells)
            mending = _Mending(batch, now, cells)
            mending.run()
        elif cells != cells_of(now):
            raise DomainError("row_closed", _("The row was taken over meanwhile. It can no longer be changed here."))
    if mending is not None and mending.has_written:
        mending.handler.settle()
    return ImportRow.objects.get(pk=row.pk)


def version_of(row: ImportRow) -> str:
    """A mark of a row's cells, by which a page that was opened earlier is found out."""
    return hashlib.sha256(row.raw.encode()).hexdigest()[:32]


def _acting(user: User) -> AbstractContextManager[None]:
    return nullcontext() if current_actor().user_id == user.pk else acting_as(user)


def _claimed(number: int) -> ImportBatch:
    """Hold the batch until the transaction ends: two menders come one after the other, and none beside an import."""
    held = ImportBatch.objects.filter(pk=number, state__in=MENDABLE).update(cursor=F("cursor"))
    if not held:
        words = _(
            "Rows can be mended after the check or after the import, not while it runs and not once it is closed."
        )
        raise DomainError("import_not_mendable", words)
    return ImportBatch.objects.get(pk=number)


def _corrected(row: ImportRow, values: Mapping[str, str], *, headings: Sequence[str]) -> list[str]:
    cells = cells_of(row)
    for heading, value in values.items():
        if not heading or heading not in headings:
            raise InvalidInput("column_unknown", _("The file has no column “%(heading)s”.") % {"heading": heading})
        if len(value) > LONGEST_CELL or "\x00" in value:
            raise InvalidInput("cell_unusable", _("A value is too long or holds a NUL character."))
        cells[headings.index(heading)] = value
    return cells


def _check_seen(row: ImportRow, seen: str, cells: list[str]) -> None:
    if seen and seen != version_of(row) and cells != cells_of(row):
        raise DomainError("row_changed", _("Somebody else has changed the row meanwhile. This is how it stands now."))


class _Mending:
    """One correction, in the caller's transaction and with the batch held."""

    def __init__(self, batch: ImportBatch, row: ImportRow, cells: list[str]) -> None:
        self.batch = batch
        self.row = row
        self.cells = cells
        self.handler = handler_for(batch)
        self.has_written = False
        self._figures: list[Mapping[str, int | str]] = []

    def run(self) -> None:
        """Read the units that the row leaves and enters, take over the clean ones, count and note it."""
        before = self.row.raw
        key = self.handler.key_of(SourceRow(self.row.row_number, tuple(self.cells)))
        keys = {self.row.unit_key, stored_key(key)}
        rows = list(self.batch.rows.filter(state=REJECTED, unit_key__in=keys).order_by("row_number"))
        gone = self._rejected_count(rows)
        groups: dict[str, list[tuple[ImportRow, SourceRow]]] = defaultdict(list)
        for row in rows:
            source = self._source(row)
            groups[self.handler.key_of(source)].append((row, source))
        for unit_key, members in groups.items():
            self._take(unit_key, members)
        ImportRow.objects.bulk_update(rows, ["unit_key", "raw", "issues", "first_code", "state"], batch_size=200)
        self._save_figures(gone)
        self._note(before)

    def _source(self, row: ImportRow) -> SourceRow:
        """The row with what the file's reader said of it, as far as nobody corrected that."""
        issues = [RowIssue.from_json(issue, texts=ROW_TEXTS) for issue in row.issues]
        open_ones = tuple(issue for issue in issues if issue.code in FOUND_IN_FILE)
        if row.pk != self.row.pk:
            return source_of(row, open_ones)
        same = {
            heading
            for heading, old, new in zip(self.batch.headings, cells_of(row), self.cells, strict=True)
            if old == new
        }
        # Whoever saves a row has seen all its cells: what was said of the row as a whole is settled.
        return SourceRow(row.row_number, tuple(self.cells), tuple(one for one in open_ones if one.column in same))

    def _take(self, key: str, members: Sequence[tuple[ImportRow, SourceRow]]) -> None:
        unit, applied = self.handler.read_unit(key, [source for _row, source in members]), Applied()
        if not unit.is_rejected:
            unit, applied = self._written(key, unit)
        self._figures += [unit.count.to_json(), applied.figures]
        for row, source in members:
            issues = [issue for issue in (*unit.issues, *applied.issues) if issue.row == row.row_number]
            fill_row(row, key=key, cells=source.cells, issues=issues)
            row.state = REJECTED if unit.is_rejected else MENDED

    def _written(self, key: str, unit: Any) -> tuple[Any, Applied]:
        if self._is_taken(key):
            return self.handler.rejected(unit, reason=taken_reason()), Applied()
        if self.batch.state == ImportBatch.State.CHECKED:
            found = self.handler.check([[unit]])
            return unit, Applied({name: found[name] for name in OUTCOMES if name in found})
        try:
            with transaction.atomic():
                applied = self.handler.apply([unit])
        except AT_FAULT as error:
            self.handler.rolled_back()
            return self.handler.rejected(unit, reason=reason_of(error)), Applied()
        self.has_written = True
        return unit, applied

    def _is_taken(self, key: str) -> bool:
        """Whether the file's unit of this number went in without the row: half an order must not follow it."""
        closed = self.batch.rows.filter(unit_key=stored_key(key)).exclude(state=REJECTED)
        is_applied = self.batch.state == ImportBatch.State.APPLIED
        return closed.exists() or (is_applied and self.handler.is_written(key))

    def _rejected_count(self, rows: Sequence[ImportRow]) -> dict[str, int]:
        """What these rows count for as long as they are rejected."""
        units = len({self.handler.key_of(source_of(row)) for row in rows})
        issues = [issue for row in rows for issue in row.issues]
        warnings = sum(1 for issue in issues if issue["severity"] == "warning")
        rejected = {"rejected": len(rows), "rejected_units": units}
        return {"rows": len(rows), "units": units, "warnings": warnings, **rejected}

    def _save_figures(self, gone: Mapping[str, int]) -> None:
        figures = dict(self.batch.figures)
        for name, count in gone.items():
            figures[name] = figures.get(name, 0) - count
        for part in self._figures:
            for name, value in part.items():
                figures[name] = _sum(figures.get(name, 0), value)
        ImportBatch.objects.filter(pk=self.batch.pk).update(figures=figures)
        self._rejected = (self.batch.figures.get("rejected", 0), figures["rejected"])

    def _note(self, before: str) -> None:
        """An entry without values: they may be names and addresses."""
        old = cells_of(ImportRow(raw=before))
        changed = [
            heading
            for heading, then, now in zip(self.batch.headings, old, self.cells, strict=True)
            if then != now
        ]  # fmt: skip
        fresh = ImportRow.objects.only("state").get(pk=self.row.pk)
        record_change(
            "import.row_mended",
            on=self.row,
            before={"rejected": self._rejected[0]},
            after={"columns": changed, "state": fresh.state, "rejected": self._rejected[1]},
            store_code=self.batch.store_code,
            batch_ref=batch_ref(self.batch),
        )


def _sum(value: int | str, more: int | str) -> int | str:
    """Counts are whole numbers, amounts are texts."""
    if isinstance(more, str):
        return str(Decimal(str(value)) + Decimal(more))
    return int(value) + more
