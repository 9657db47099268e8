"""`manage.py import_rates FILE`: exchange rates into the base currency, day by day."""

import secrets
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.kernel.actor import acting_as
from config.kernel.figures import print_figures
from config.kernel.importing.export import ErrorRow, write_error_file
from config.kernel.importing.problems import FileProblem
from config.kernel.importing.rate_rows import RateFile, read_rates, reasons
from config.kernel.rates import record_rates

# Rates of tomorrow are published today; anything later is a mistake.
AHEAD = timedelta(days=1)


class Command(BaseCommand):
    """Writes rates; the same again change nothing, corrected ones replace the old."""

    help = "Imports exchange rates (day, currency, rate in units of the base currency) from CSV or XLSX."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file and what happens to bad rows."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--policy",
            default="reject-all",
            choices=["reject-all", "reject-rows"],
            help="reject-all: one bad row and nothing is written",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import here; prints `rows= created= updated= unchanged= rejected=`."""
        try:
            file = read_rates(
                options["file"],
                base=settings.BASE_CURRENCY,
                zone=settings.TIME_ZONE,
                last_day=timezone.localdate() + AHEAD,
            )
        except FileProblem as problem:
            raise CommandError(problem.message) from problem
        refused = bool(file.rejected) and options["policy"] == "reject-all"
        with acting_as(kind="program"):
            written = record_rates([] if refused else file.rates)
        if file.rejected:
            self._write_errors(file)
        print_figures(self.stdout, {"rows": file.row_count, **written, "rejected": len(file.rejected)})
        if refused:
            raise CommandError(
                "Some rows are wrong, so nothing was written. Correct them, or use --policy reject-rows."
            )

    def _write_errors(self, file: RateFile) -> None:
        folder = Path(settings.VAR_DIR) / "imports"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"rate-errors-{secrets.token_hex(4)}.csv"
        rows = [ErrorRow(source.number, source.cells, list(reasons(issues))) for source, issues in file.rejected]
        with path.open("wb") as stream:
            write_error_file(stream, kind="csv", headings=file.headings, rows=rows)
        for row in rows[:10]:
            self.stderr.write(f"row {row.number}: {'; '.join(row.messages)}")
        self.stderr.write(f"Rejected rows with their reasons: {path}")
