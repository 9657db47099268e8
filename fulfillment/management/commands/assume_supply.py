"""`manage.py assume_supply --store CODE --cover-days N --lead-days N --pack N`: stock and a supplier to try things with."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.kernel.errors import DomainError
from config.kernel.figures import print_figures
from fulfillment.services.assumed_supply import assume_supply


class Command(BaseCommand):
    """Makes a warehouse, a supplier and opening stock for a store of which only orders are known; labelled as assumed."""

    help = "Makes an assumed warehouse, supplier and opening stock for a store."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The store and the assumed terms."""
        parser.add_argument("--store", required=True)
        parser.add_argument("--cover-days", type=int, default=14, help="opening stock in days of recent sales")
        parser.add_argument("--lead-days", type=int, default=7)
        parser.add_argument("--pack", type=int, default=1)
        parser.add_argument("--as-of", type=date.fromisoformat, help="recent sales end here (default: the last sale)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them; prints `skus= units= warehouse= supplier=`."""
        try:
            made = assume_supply(
                options["store"],
                cover_days=options["cover_days"],
                lead_days=options["lead_days"],
                pack=options["pack"],
                as_of=options["as_of"],
                now=timezone.now(),
            )
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        print_figures(
            self.stdout,
            {"skus": made.skus, "units": made.units, "warehouse": made.warehouse.code, "supplier": made.supplier.code},
        )
