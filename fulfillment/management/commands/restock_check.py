"""`manage.py restock_check [--store CODE] [--as-of DATE]`: what to order now."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.kernel.errors import DomainError
from config.kernel.figures import print_figures
from config.kernel.jobs import run_now
from fulfillment.jobs.restock import KIND, restock_parameters


class Command(BaseCommand):
    """Forecasts demand, compares it with stock and orders, and keeps suggestions with their arithmetic."""

    help = "Forecasts demand and suggests what to order."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The store and the day."""
        parser.add_argument("--store", default="", help="only the warehouses of this store")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, help="facts up to and with this day (default: yesterday)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the check here; prints `skus= suggestions= units= value=`."""
        try:
            parameters = restock_parameters(as_of=options["as_of"], store_code=options["store"])
            run = run_now(KIND, parameters=parameters, store_code=options["store"])
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        print_figures(self.stdout, {name: run.result[name] for name in ("skus", "suggestions", "units", "value")})
