"""`manage.py segment_customers [--store CODE] [--as-of DATE] [--mode rank|thresholds] [--output FILE]`."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.kernel.errors import DomainError
from config.kernel.figures import print_figures
from config.kernel.importing.export import write_csv
from config.kernel.jobs import run_now
from membership.jobs import KIND, segmentation_parameters
from membership.models import RfmRun, RfmScore
from membership.rfm_reads import scores_by_customer
from membership.run_notes import run_notes

HEADINGS = (
    "customer", "recency", "frequency", "monetary", "recency_score", "frequency_score", "monetary_score", "segment",
    "value_segment",
)  # fmt: skip


class Command(BaseCommand):
    """Scores every customer by recency, frequency and monetary value and names the segments."""

    help = "Segments customers by RFM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Store, day, mode and where to write the rows."""
        parser.add_argument("--store", default="")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, help="facts up to and with this day (default: yesterday)"
        )
        parser.add_argument("--mode", default="", choices=["rank", "thresholds"])
        parser.add_argument("--output", type=Path, help="write a row for each customer to this CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it here; prints `customers= segments=`."""
        try:
            parameters = segmentation_parameters(
                as_of=options["as_of"], store_code=options["store"], mode=options["mode"] or ""
            )
            job = run_now(KIND, parameters=parameters, store_code=options["store"])
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        run = RfmRun.objects.get(job_run=job)
        for note in run_notes(run):
            self.stderr.write(note)
        if options["output"]:
            self._write(run, options["output"])
        # PostgreSQL keeps the keys of a JSON value in an order of its own.
        print_figures(self.stdout, {key: job.result[key] for key in ("customers", "segments")})

    def _write(self, run: RfmRun, path: Path) -> None:
        try:
            with path.open("wb") as file:
                rows = (_row(name, score) for name, score in scores_by_customer(run))
                write_csv(file, headings=HEADINGS, rows=rows, for_people=False)
        except OSError as error:
            raise CommandError(str(error)) from error


def _row(name: str, score: RfmScore) -> list[Any]:
    return [
        name,
        score.recency_days,
        score.frequency,
        score.monetary,
        score.recency_score,
        score.frequency_score,
        score.monetary_score,
        score.segment,
        score.value_segment,
    ]
