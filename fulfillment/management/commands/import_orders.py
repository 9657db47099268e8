"""`manage.py import_orders FILE --layout LAYOUT --store CODE`: orders out of a file, as history or live."""

import gc
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.kernel.actor import acting_as
from config.kernel.errors import DomainError
from config.kernel.figures import print_figures
from config.kernel.importing.batches import apply_batch, check_batch, earlier_batches, upload_batch
from config.kernel.importing.headings import ColumnMapping
from config.kernel.importing.problems import FileProblem
from config.kernel.importing.rows import keep_error_file
from config.kernel.models import ImportBatch, ImportMapping

FIGURES = (
    "rows", "orders", "lines", "customers", "cancellations", "rejected", "net_amount", "adjustments",
    "adjustment_amount", "unchanged", "created", "updated", "goods", "gifts", "shipping", "discounts", "fees",
    "vouchers", "stock_notes", "order_rows", "warnings",
)  # fmt: skip
SECONDS_BETWEEN_LINES = 5.0
ROWS_BETWEEN_COLLECTIONS = 50_000


class Command(BaseCommand):
    """Checks and applies a file; a second run of the same file changes nothing, a broken-off one goes on."""

    help = "Imports orders from a CSV, packed CSV or XLSX file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file and how to read it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--layout", required=True, help="online-retail, generic or marketplace-zh")
        parser.add_argument("--store", required=True, help="code of the store; made if missing")
        parser.add_argument("--policy", default="reject-rows", choices=["reject-all", "reject-rows"])
        parser.add_argument("--dry-run", action="store_true", help="only check the file")
        parser.add_argument("--mapping", default="", help="name of a saved column mapping")
        parser.add_argument("--live", action="store_true", help="take the orders in as new ones, which reserve stock")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import here; progress goes to standard error, the figures are the last line of standard output."""
        # What Django loaded at the start stays, and rows are no circles: collecting garbage less often saves a tenth.
        gc.freeze()
        gc.set_threshold(ROWS_BETWEEN_COLLECTIONS)
        try:
            with acting_as(kind="program"):
                batch = self._run(options)
        except (DomainError, FileProblem) as error:
            raise CommandError(str(error.message)) from error
        self._point_to_errors(batch)
        print_figures(self.stdout, {name: batch.figures.get(name, 0) for name in FIGURES})
        if batch.state == ImportBatch.State.REFUSED:
            raise CommandError(batch.error_message)

    def _run(self, options: dict[str, Any]) -> ImportBatch:
        batch = upload_batch(
            options["file"],
            layout=options["layout"],
            store_code=options["store"],
            policy=options["policy"],
            mapping=_saved_mapping(options["layout"], options["mapping"]),
            options={"live": True} if options["live"] else {},
        )
        for earlier in earlier_batches(batch):
            self.stderr.write(
                f"The same file was imported before ({earlier.applied_at:%Y-%m-%d %H:%M}, #{earlier.pk})."
            )
        if batch.cursor:
            self.stderr.write(f"Going on with import #{batch.pk} after {batch.cursor} orders.")
        work = check_batch if options["dry_run"] else apply_batch
        return work(batch, report=_Reporter(self.stderr))

    def _point_to_errors(self, batch: ImportBatch) -> None:
        if not batch.figures.get("rejected"):
            return
        self.stderr.write(f"Rejected rows with their reasons: {keep_error_file(batch)}")


class _Reporter:
    """A line every few seconds."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.told_at = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if done == total or time.monotonic() - self.told_at >= SECONDS_BETWEEN_LINES:
            self.told_at = time.monotonic()
            self.stream.write(f"{done} of {total} orders")


def _saved_mapping(layout: str, name: str) -> ColumnMapping | None:
    if not name:
        return None
    saved = ImportMapping.objects.filter(layout=layout, name=name).first()
    if saved is None:
        raise CommandError(f"There is no saved mapping “{name}” for the layout {layout}.")
    return ColumnMapping(saved.columns)
