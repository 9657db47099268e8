"""`manage.py build_report daily|weekly|monthly [--store CODE] [--date DATE]`: keep a report of a period."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics.jobs import KIND, report_parameters
from config.kernel.errors import DomainError
from config.kernel.figures import print_figures
from config.kernel.jobs import run_now


class Command(BaseCommand):
    """Builds the report of the period that holds the date, keeps it, and mails it to its subscribers."""

    help = "Builds the daily, weekly or monthly report."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Kind, store and day."""
        parser.add_argument("kind", choices=["daily", "weekly", "monthly"])
        parser.add_argument("--store", default="", help="only this store (default: all)")
        parser.add_argument("--date", type=date.fromisoformat, help="a day within the period (default: yesterday)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build it here; prints `report= metrics= anomalies=`."""
        try:
            parameters = report_parameters(options["kind"], day=options["date"], store_code=options["store"])
            run = run_now(KIND, parameters=parameters, store_code=options["store"])
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        # By name: a database may keep the keys of JSON in another order.
        print_figures(self.stdout, {name: run.result[name] for name in ("report", "metrics", "anomalies")})
