"""Which column of a batch's file holds which field: looked at, settled by a person, and kept under a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from config.kernel.audit import record_change
from config.kernel.errors import DomainError, InvalidInput
from config.kernel.importing.handlers import layout_kind
from config.kernel.importing.headings import ColumnMapping, Proposal, propose_mapping
from config.kernel.importing.problems import FileProblem
from config.kernel.importing.readers import open_table
from config.kernel.importing.streams import Limits
from config.kernel.importing.tables import SourceRow
from config.kernel.models import ImportBatch, ImportMapping, User

State = ImportBatch.State
OPEN_STATES = (State.UPLOADED, State.CHECKED)
LOOKED_AT = 5


@dataclass(frozen=True)
class FileLook:
    """The beginning of a file and how it was read; encoding and delimiter are empty for a workbook."""

    kind: str
    encoding: str
    delimiter: str
    sheet: str
    headings: tuple[str, ...]
    rows: tuple[SourceRow, ...]
    notes: tuple[str, ...]

    def propose(self, layout: str) -> Proposal:
        """What the headings say by themselves under a layout."""
        return propose_mapping(self.headings, fields=layout_kind(layout).fields)


def look_into(path: Path, *, rows: int = LOOKED_AT) -> FileLook:
    """Read the headings and the first rows. FileProblem when the file is of no kind that can be read, or empty."""
    limits = Limits(max_unpacked_bytes=settings.UNPACKED_LIMIT_BYTES)
    with open_table(path, limits=limits) as table:
        first = tuple(islice(table.rows(), rows))
        if not first:
            raise FileProblem("only_headings")
        notes = tuple(note.message for note in table.notes)
        return FileLook(table.kind, table.encoding, table.delimiter, table.sheet, table.headings, first, notes)


def settle_mapping(batch: ImportBatch, *, columns: Mapping[str, str], headings: tuple[str, ...]) -> ImportBatch:
    """Say which heading holds which field, before the check or for another one.

    InvalidInput when a required field has no column or a column serves two; DomainError once the import has begun.
    """
    try:
        ColumnMapping(columns).bind(headings, fields=layout_kind(batch.layout).fields)
    except FileProblem as problem:
        raise InvalidInput(problem.code, problem.message) from problem
    with transaction.atomic():
        mine = ImportBatch.objects.filter(pk=batch.pk, state__in=OPEN_STATES)
        if not mine.update(mapping=dict(columns), headings=list(headings), state=State.UPLOADED, figures={}):
            raise DomainError("import_begun", _("The import has begun: its columns can no longer be changed."))
        # What was found under the other mapping, mended rows with it.
        batch.rows.all().delete()
        record_change("import.mapped", on=batch, after={"columns": dict(columns)}, store_code=batch.store_code)
    batch.refresh_from_db()
    return batch


def keep_mapping(layout: str, *, name: str, columns: Mapping[str, str], by: User) -> ImportMapping:
    """Save a mapping under a name; one of the same name is replaced."""
    with transaction.atomic():
        mapping, _is_new = ImportMapping.objects.update_or_create(
            layout=layout, name=name, defaults={"columns": dict(columns), "created_by": by}
        )
        record_change("import.mapping_kept", on=mapping, after={"columns": dict(columns)})
    return mapping
