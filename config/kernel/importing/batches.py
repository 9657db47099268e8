"""Files on their way in: uploaded, checked, applied in small transactions, and gone on with after a crash.

The cursor of a batch moves in the transaction that writes the units it passes. Whoever is killed in the middle has
either written a chunk and moved on, or neither, so a restart ends in the same state as an import without a break.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files import File
from django.db import DatabaseError, DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.kernel.audit import record_change
from config.kernel.commits import in_small_commits
from config.kernel.errors import DomainError, InvalidInput
from config.kernel.importing.handlers import Applied, ImportHandler, handler_for, known_layouts
from config.kernel.importing.headings import ColumnMapping
from config.kernel.importing.mended import Mends
from config.kernel.importing.problems import FileProblem
from config.kernel.importing.rows import keep_rows
from config.kernel.importing.spool import file_fingerprint
from config.kernel.models import ImportBatch, User

State = ImportBatch.State
UNFINISHED = (State.UPLOADED, State.CHECKING, State.CHECKED, State.APPLYING)
CHECK_AT_ONCE = 500
# Some thousand rows: what a chunk holds in memory, and what is tried again one by one when it fails.
UNITS_AT_ONCE = 100
SAVED = (
    "state", "figures", "mapping", "headings", "error_code", "error_message", "applied_at", "undone_at",
)  # fmt: skip
# A unit that fails alone with one of these is at fault itself; anything else stops the import.
AT_FAULT = (DataError, IntegrityError, DomainError, ValueError, ArithmeticError)

Report = Callable[[int, int], None]


def upload_batch(
    path: Path,
    *,
    layout: str,
    store_code: str,
    policy: str,
    mapping: ColumnMapping | None = None,
    created_by: User | None = None,
    options: Mapping[str, Any] | None = None,
    file_name: str = "",
) -> ImportBatch:
    """Take a file in. A batch of the same content that is not finished is gone on with instead of beginning again."""
    if layout not in known_layouts():
        raise InvalidInput("layout_unknown", _("There is no layout “%(layout)s”.") % {"layout": layout})
    if not path.is_file():
        raise InvalidInput("file_missing", _("There is no file %(path)s.") % {"path": path})
    fingerprint = file_fingerprint(path)
    wanted: dict[str, Any] = {
        "layout": layout,
        "store_code": store_code,
        "policy": policy,
        "file_hash": fingerprint,
        "options": dict(options or {}),
    }
    columns = dict(mapping.columns) if mapping else {}
    for batch in ImportBatch.objects.filter(**wanted, state__in=UNFINISHED).order_by("pk"):
        if not columns or batch.mapping == columns:
            return batch
    batch = ImportBatch(
        **wanted,
        mapping=columns,
        file_name=(file_name or path.name)[:200],
        file_bytes=path.stat().st_size,
        created_by=created_by,
    )
    with path.open("rb") as stream:
        batch.file.save(path.name, File(stream), save=True)
    return batch


def earlier_batches(batch: ImportBatch) -> list[ImportBatch]:
    """Batches of the same file, layout and store that were applied before: whoever uploads it again should know."""
    same = ImportBatch.objects.filter(
        file_hash=batch.file_hash, layout=batch.layout, store_code=batch.store_code, state=State.APPLIED
    )
    return list(same.exclude(pk=batch.pk).order_by("pk"))


def check_batch(batch: ImportBatch, *, report: Report | None = None) -> ImportBatch:
    """Read every row and compare with the books; writes nothing but the batch and its troubled rows."""
    handler = handler_for(batch)
    _move(batch, State.CHECKING)
    with _opened(batch, handler) as source:
        batch.rows.all().delete()
        count = handler.no_count()

        def accepted() -> Iterator[list[Any]]:
            nonlocal count
            units = source.units()
            while chunk := list(islice(units, CHECK_AT_ONCE)):
                with transaction.atomic():
                    keep_rows(batch, source, chunk)
                for _ordinal, unit in chunk:
                    count += unit.count
                _tell(report, chunk[-1][0] + 1, source.unit_count)
                yield [unit for _ordinal, unit in chunk if not unit.is_rejected]

        found = handler.check(accepted())
        # The spool holds personal data: it is kept only for an import that may have to go on.
        source.discard()
    batch.figures = {**count.to_json(), **found}
    return _move(batch, State.CHECKED)


def apply_batch(batch: ImportBatch, *, report: Report | None = None) -> ImportBatch:
    """Write the units of a batch from its cursor on; an applied batch is returned as it is.

    Under `reject-all` every row is checked first, and one bad row refuses the file. DomainError when the batch was
    refused or undone; FileProblem refuses it too.
    """
    if batch.state == State.APPLIED:
        return batch
    if batch.state in (State.REFUSED, State.UNDONE):
        raise DomainError("import_closed", _("The import is closed: %(state)s.") % {"state": batch.get_state_display()})
    if batch.policy == ImportBatch.Policy.REJECT_ALL and not _is_clean(batch, report):
        return batch
    handler = handler_for(batch)
    with _opened(batch, handler) as source:
        if batch.state != State.APPLYING:
            batch.figures = {}
            _move(batch, State.APPLYING)
        handler.prepare()
        _Application(batch, handler, source, report).run()
        figures = handler.finish(source)
        _close(batch, figures)
        source.discard()
    return batch


def undo_batch(batch: ImportBatch) -> ImportBatch:
    """Reverse what an applied batch wrote, as long as nobody touched it since; one that broke off is gone on with."""
    handler = handler_for(batch)
    was_begun = batch.state == State.UNDOING
    if not was_begun:
        _begin_undo(batch, handler)
    try:
        figures = handler.undo()
    except DomainError:
        if not was_begun:
            ImportBatch.objects.filter(pk=batch.pk, state=State.UNDOING).update(state=State.APPLIED)
        raise
    with transaction.atomic():
        batch.undone_at = timezone.now()
        _move(batch, State.UNDONE)
        record_change("import.undone", on=batch, after=figures, store_code=batch.store_code, batch_ref=batch_ref(batch))
    return batch


def _begin_undo(batch: ImportBatch, handler: ImportHandler) -> None:
    """From here on no row of the batch can be mended, so that nothing is written behind the undo."""
    applied = ImportBatch.objects.filter(pk=batch.pk, state=State.APPLIED)
    if not applied.exists():
        raise DomainError("import_not_applied", _("Only an import that was applied can be undone."))
    handler.check_undo()
    if not applied.update(state=State.UNDOING):
        raise DomainError("import_not_applied", _("Only an import that was applied can be undone."))
    batch.refresh_from_db()


def batch_ref(batch: ImportBatch) -> str:
    """By what name the audit trail knows a batch."""
    return f"import:{batch.pk}"


def copy_file(batch: ImportBatch, stream: BinaryIO) -> None:
    """Write the file as it was uploaded."""
    with batch.file.open("rb") as source:
        shutil.copyfileobj(source, stream)


class _Application:
    """One run over the units that are left."""

    def __init__(self, batch: ImportBatch, handler: ImportHandler, source: Any, report: Report | None) -> None:
        self.batch = batch
        self.handler = handler
        self.source = source
        self.report = report
        self.mends = Mends(batch, handler, source)

    def run(self) -> None:
        in_small_commits(self.source.units(start=self.batch.cursor), self._write, largest=UNITS_AT_ONCE)

    def _write(self, chunk: list[tuple[int, Any]]) -> None:
        """In one transaction: the units, their troubled rows, and the cursor behind them."""
        taken, applied = self._applied(self.mends.laid_over(chunk))
        keep_rows(self.batch, self.source, taken, further=applied.issues)
        self.mends.put_back([unit for _ordinal, unit in taken])
        self._move_cursor(taken, applied, to=chunk[-1][0] + 1)
        _tell(self.report, self.batch.cursor, self.source.unit_count)

    def _applied(self, chunk: list[tuple[int, Any]]) -> tuple[list[tuple[int, Any]], Applied]:
        """The chunk as a set; if it fails, unit by unit, and a unit that fails alone is rejected with its reason."""
        try:
            with transaction.atomic():
                return chunk, self.handler.apply([unit for _ordinal, unit in chunk if not unit.is_rejected])
        except AT_FAULT:
            self.handler.rolled_back()
        taken, parts = [], []
        for ordinal, unit in chunk:
            kept, part = self._applied_alone(unit)
            taken.append((ordinal, kept))
            parts.append(part)
        return taken, _merged(parts)

    def _applied_alone(self, unit: Any) -> tuple[Any, Applied]:
        if unit.is_rejected:
            return unit, Applied()
        try:
            with transaction.atomic():
                return unit, self.handler.apply([unit])
        except AT_FAULT as error:
            self.handler.rolled_back()
            return self.handler.rejected(unit, reason=reason_of(error)), Applied()

    def _move_cursor(self, chunk: Sequence[tuple[int, Any]], applied: Applied, *, to: int) -> None:
        batch = self.batch
        figures = _added_up(batch.figures, self.handler, chunk, applied)
        mine = ImportBatch.objects.filter(pk=batch.pk, cursor=batch.cursor, state=State.APPLYING)
        if not mine.update(cursor=to, figures=figures):
            raise ImportTakenError
        batch.cursor, batch.figures = to, figures


class ImportTakenError(DomainError):
    """Somebody else is applying the same batch: nothing of this chunk was written."""

    def __init__(self) -> None:
        super().__init__("import_taken", _("Somebody else is applying this import."))


def _added_up(
    figures: Mapping[str, Any], handler: ImportHandler, chunk: Sequence[tuple[int, Any]], applied: Applied
) -> dict[str, Any]:
    names = set(handler.no_count().to_json())
    count = handler.count_from_json({**handler.no_count().to_json(), **{k: figures[k] for k in names & set(figures)}})
    for _ordinal, unit in chunk:
        count += unit.count
    others = {name: value for name, value in figures.items() if name not in names}
    more = {name: others.get(name, 0) + value for name, value in applied.figures.items()}
    return {**count.to_json(), **others, **more}


def _merged(parts: Sequence[Applied]) -> Applied:
    figures: dict[str, int] = {}
    for part in parts:
        for name, value in part.figures.items():
            figures[name] = figures.get(name, 0) + value
    return Applied(figures, tuple(issue for part in parts for issue in part.issues))


def reason_of(error: Exception) -> str:
    """Words for a person; what a database says is not for people, and may hold personal data."""
    if isinstance(error, DomainError):
        return str(error.message)
    if isinstance(error, DatabaseError):
        return _("a value does not fit into the books")
    return _("a value could not be worked with")


def _is_clean(batch: ImportBatch, report: Report | None) -> bool:
    """Whether every row is good; a file with a bad row is refused as a whole."""
    if batch.state == State.APPLYING:
        return True
    if batch.state != State.CHECKED:
        check_batch(batch, report=report)
    rejected = int(batch.figures.get("rejected", 0))
    if not rejected:
        return True
    words = _("%(count)s rows cannot be taken over, so nothing was. Correct them, or leave bad orders out.")
    _refuse(batch, code="rows_rejected", message=words % {"count": rejected})
    return False


@contextmanager
def _opened(batch: ImportBatch, handler: ImportHandler) -> Iterator[Any]:
    """The batch's file, read as far as its spool; a file that cannot be read refuses the batch."""
    folder = Path(settings.VAR_DIR) / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    source = None
    try:
        source = handler.open(path=Path(batch.file.path), spool_path=folder / f"{batch.pk}.spool")
        batch.mapping = dict(source.mapping.columns)
        batch.headings = list(source.headings)
        yield source
    except FileProblem as problem:
        _refuse(batch, code=problem.code, message=str(problem.message))
        if source is not None:
            source.discard()
        raise
    finally:
        if source is not None:
            source.close()


def _move(batch: ImportBatch, state: str) -> ImportBatch:
    """Save everything but the cursor, which moves with the chunks alone."""
    batch.state = state
    batch.save(update_fields=SAVED)
    return batch


def _refuse(batch: ImportBatch, *, code: str, message: str) -> None:
    batch.error_code, batch.error_message = code, message
    _move(batch, State.REFUSED)


def _close(batch: ImportBatch, figures: Mapping[str, int]) -> None:
    with transaction.atomic():
        batch.figures = {**batch.figures, **figures}
        batch.applied_at = timezone.now()
        _move(batch, State.APPLIED)
        record_change(
            "import.applied", on=batch, after=batch.figures, store_code=batch.store_code, batch_ref=batch_ref(batch)
        )


def _tell(report: Report | None, done: int, total: int) -> None:
    if report is not None:
        report(done, total)
