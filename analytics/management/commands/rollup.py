"""`manage.py rollup [--from DATE --to DATE] [--store CODE] [--verify]`: build store days anew, or check them."""

from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics.models import StoreDay
from analytics.queries.days import fresh_days
from analytics.services.reports import stores_of
from analytics.services.rollups import FIGURES, rebuild_days, rebuild_stale_days
from catalog.models import Store
from config.kernel.errors import DomainError
from config.kernel.figures import print_figures

NOT_COMPARED = {"generation", "built_at"}


class Command(BaseCommand):
    """Without dates, builds what is stale; with dates, builds or verifies every day of the range."""

    help = "Builds store days from the ledgers, or verifies them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The range, the store, and whether to compare only."""
        parser.add_argument("--from", dest="first", type=date.fromisoformat)
        parser.add_argument("--to", dest="last", type=date.fromisoformat)
        parser.add_argument("--store", default="")
        parser.add_argument("--verify", action="store_true", help="compare with the ledgers and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build or verify; prints `days= differences=`."""
        first, last = options["first"], options["last"]
        if bool(first) != bool(last) or (options["verify"] and not first):
            raise CommandError("Give both --from and --to.")
        try:
            _store, stores = stores_of(options["store"])
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        if not first:
            print_figures(self.stdout, {"days": rebuild_stale_days(options["store"]), "differences": 0})
            return
        days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
        if not options["verify"]:
            count = sum(rebuild_days(store, days) for store in stores)
            print_figures(self.stdout, {"days": count, "differences": 0})
            return
        differences = sum(self._differences(store, days) for store in stores)
        print_figures(self.stdout, {"days": len(days) * len(stores), "differences": differences})
        if differences:
            raise CommandError("Some days do not fit the ledgers; build them anew.")

    def _differences(self, store: Store, days: Sequence[date]) -> int:
        names = [name for name in FIGURES if name not in NOT_COMPARED]
        stored = {row.day: row for row in StoreDay.objects.filter(store=store, day__in=days)}
        count = 0
        for fresh in fresh_days(store, days):
            row = stored.get(fresh.day) or StoreDay(store=store, day=fresh.day, exchange_rate=fresh.exchange_rate)
            wrong = [name for name in names if getattr(row, name) != getattr(fresh, name)]
            if wrong:
                count += 1
                self.stderr.write(f"{store.code} {fresh.day}: {', '.join(wrong)}")
        return count
