"""`manage.py forecast_accuracy --weeks N [--store CODE] [--as-of DATE]`: our forecast beside its rivals."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalog.calendar import last_whole_day
from config.kernel.errors import DomainError
from config.kernel.figures import print_figures
from fulfillment.forecasting import AccuracyLine, AccuracyReport
from fulfillment.services.accuracy import measure_accuracy


class Command(BaseCommand):
    """One week ahead, rolling over the last weeks, on the same SKUs and weeks for every method."""

    help = "Measures the accuracy of the forecast on the past."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many weeks, of which store, up to which day."""
        parser.add_argument("--weeks", type=int, default=16)
        parser.add_argument("--store", default="")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, help="facts up to and with this day (default: yesterday)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints a line for each level and method; ours carries the rivals' WAPE as `naive=` and `ses=`."""
        as_of = options["as_of"] or last_whole_day(options["store"], now=timezone.now())
        try:
            report = measure_accuracy(store_code=options["store"], weeks=options["weeks"], as_of=as_of)
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        # The level that decisions are made on comes last: programs read the last line.
        for line in sorted(report.lines, key=lambda one: (one.level == "sku_week", one.level, one.method == "ours")):
            self._print(report, line)

    def _print(self, report: AccuracyReport, line: AccuracyLine) -> None:
        print_figures(
            self.stdout,
            {
                "level": line.level,
                "method": line.method,
                "wape": f"{line.wape:.5f}",
                "bias": f"{line.bias:.5f}",
                "rmse": f"{line.rmse:.3f}",
                "naive": f"{report.line(level=line.level, method='naive').wape:.5f}",
                "ses": f"{report.line(level=line.level, method='ses').wape:.5f}",
                "buckets": line.buckets,
            },
        )
