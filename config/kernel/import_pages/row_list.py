"""The troubled rows of a batch by state and kind, page by page, one of them open to be corrected."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.kernel.import_pages.figures import kind_label
from config.kernel.import_pages.reach import hidden_headings, reader_of
from config.kernel.importing.handlers import handler_for
from config.kernel.importing.mending import MENDABLE, version_of
from config.kernel.importing.problems import RowIssue
from config.kernel.importing.rows import cells_of
from config.kernel.models import ImportBatch, ImportRow

PAGE_SIZE = 25
State = ImportRow.State
SHOWN: dict[str, str | Promise] = {
    State.REJECTED: _("Rejected"),
    State.WARNED: _("Warnings"),
    State.MENDED: _("Mended"),
}


@dataclass(frozen=True)
class Cell:
    """A column of an open row: its place in the file, and what is said of it."""

    at: int
    heading: str
    value: str
    remarks: "tuple[Remark, ...]"

    @property
    def is_wrong(self) -> bool:
        """Whether the row cannot be taken over because of this cell."""
        return any(remark.is_error for remark in self.remarks)


@dataclass(frozen=True)
class Remark:
    """What is said of a cell, or of the row as a whole where `column` is empty."""

    column: str
    message: str
    is_error: bool


@dataclass(frozen=True)
class Trouble:
    """A row as the list shows it; `cells` only where it is open for correction."""

    row: ImportRow
    remarks: tuple[Remark, ...]
    cells: tuple[Cell, ...] = ()
    version: str = ""

    @property
    def of_the_row(self) -> tuple[Remark, ...]:
        """What is said of the row as a whole."""
        return tuple(remark for remark in self.remarks if not remark.column)


class RowList:
    """What the page's address asks for: `show` (state), `kind`, `page`, `edit` and `done` (row ids)."""

    def __init__(self, request: HttpRequest, batch: ImportBatch, *, edits: dict[str, Any] | None = None) -> None:
        self.batch = batch
        self.user = reader_of(request)
        self.asked = request.GET
        self.edits = edits or {}
        self.texts = handler_for(batch).texts
        self.is_mendable = batch.state in MENDABLE

    @cached_property
    def _counts(self) -> dict[tuple[str, str], int]:
        found = self.batch.rows.order_by().values_list("state", "first_code").annotate(count=Count("pk"))
        return {(state, code): count for state, code, count in found}

    @cached_property
    def state(self) -> str:
        """The state shown: what was asked for, else the first that has rows."""
        wanted = self.asked.get("show", "")
        present = [state for state in SHOWN if any(found == state for found, _code in self._counts)]
        return wanted if wanted in SHOWN else (present or [State.REJECTED])[0]

    @property
    def total(self) -> int:
        """How many troubled rows there are in all."""
        return sum(self._counts.values())

    @property
    def tabs(self) -> list[tuple[str, str | Promise, int]]:
        """(state, its name, number of rows)."""
        return [
            (state, label, sum(count for (found, _code), count in self._counts.items() if found == state))
            for state, label in SHOWN.items()
        ]

    @cached_property
    def kinds(self) -> list[tuple[str, str, int]]:
        """(code, words, number of rows) of the state shown, the most frequent first."""
        found = [
            (code, kind_label(self.batch, code), n) for (state, code), n in self._counts.items() if state == self.state
        ]
        return sorted(found, key=lambda kind: (-kind[2], kind[0]))

    @property
    def kind(self) -> str:
        """The kind asked for, or "" for all."""
        return self.asked.get("kind", "")[:60]

    @cached_property
    def page(self) -> Page[ImportRow]:
        """The rows of this page."""
        rows = self.batch.rows.filter(state=self.state).order_by("row_number")
        if self.kind:
            rows = rows.filter(first_code=self.kind)
        return Paginator(rows, PAGE_SIZE).get_page(self.asked.get("page"))

    @cached_property
    def troubles(self) -> list[Trouble]:
        """The rows of this page, the one that is being corrected with its cells."""
        return [self._trouble(row) for row in self.page.object_list]

    @property
    def opened(self) -> Trouble | None:
        """The row whose cells are shown."""
        return next((trouble for trouble in self.troubles if trouble.cells), None)

    @property
    def done(self) -> ImportRow | None:
        """The row that was just taken over, to say so."""
        number = self.asked.get("done", "")
        mended = self.batch.rows.filter(state=State.MENDED)
        return mended.filter(pk=number).first() if number.isdecimal() else None

    @property
    def refusal(self) -> str:
        """Why a correction was not taken."""
        return str(self.edits.get("refusal", ""))

    @cached_property
    def _hidden(self) -> frozenset[str]:
        return hidden_headings(self.user, self.batch)

    def _trouble(self, row: ImportRow) -> Trouble:
        found = (self._remark(RowIssue.from_json(issue, texts=self.texts)) for issue in row.issues)
        remarks = tuple(sorted(found, key=lambda remark: not remark.is_error))
        if str(row.pk) != str(self.edits.get("edit", self.asked.get("edit", ""))) or row.state != State.REJECTED:
            return Trouble(row, remarks)
        return Trouble(row, remarks, self._cells(row, remarks), version_of(row))

    def _remark(self, issue: RowIssue) -> Remark:
        """The sentence; without the value it quotes where the person must not read the column."""
        hides = issue.column in self._hidden
        words = kind_label(self.batch, issue.code) if hides else issue.message
        return Remark(issue.column, words, issue.is_error)

    def _cells(self, row: ImportRow, remarks: tuple[Remark, ...]) -> tuple[Cell, ...]:
        typed: dict[str, str] = self.edits.get("typed", {})
        return tuple(
            Cell(
                at,
                heading,
                typed.get(heading, value),
                tuple(remark for remark in remarks if remark.column == heading),
            )
            for at, (heading, value) in enumerate(zip(self.batch.headings, cells_of(row), strict=True))
            if heading and heading not in self._hidden
        )
