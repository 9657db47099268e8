"""`manage.py import_spend FILE --store CODE`: what the channels cost and brought, day by day."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.models import Store
from config.kernel.actor import acting_as
from config.kernel.errors import DomainError
from config.kernel.figures import print_figures
from config.kernel.importing.batches import apply_batch, check_batch, upload_batch
from config.kernel.importing.problems import FileProblem
from config.kernel.importing.rows import keep_error_file
from config.kernel.models import ImportBatch
from marketing.importing.spend import LAYOUT

FIGURES = ("rows", "created", "updated", "unchanged", "rejected", "warnings", "cost")


class Command(BaseCommand):
    """Checks and applies a spend report; the same figures again change nothing, corrected ones replace the old."""

    help = (
        "Imports daily channel spend from CSV or XLSX: day, traffic source, cost; plan, audience layer, impressions, "
        "clicks, conversions, revenue and new customers if known."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file and how to read it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--store", required=True, help="code of the store; must be known")
        parser.add_argument("--policy", default="reject-rows", choices=["reject-all", "reject-rows"])
        parser.add_argument("--dry-run", action="store_true", help="only check the file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import here; the figures are the last line of standard output."""
        try:
            with acting_as(kind="program"):
                batch = self._run(options)
        except (DomainError, FileProblem) as error:
            raise CommandError(str(error.message)) from error
        if batch.figures.get("rejected"):
            self.stderr.write(f"Rejected rows with their reasons: {keep_error_file(batch)}")
        print_figures(self.stdout, {name: batch.figures.get(name, 0) for name in FIGURES})
        if batch.state == ImportBatch.State.REFUSED:
            raise CommandError(batch.error_message)

    def _run(self, options: dict[str, Any]) -> ImportBatch:
        if not Store.objects.filter(code=options["store"]).exists():
            raise CommandError(f"There is no store with the code {options['store']}. Import orders or enter it first.")
        batch = upload_batch(options["file"], layout=LAYOUT, store_code=options["store"], policy=options["policy"])
        work = check_batch if options["dry_run"] else apply_batch
        return work(batch)
