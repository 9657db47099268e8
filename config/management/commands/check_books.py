"""`manage.py check_books`: do stock, orders, money, ledger and trail agree?"""

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.management.base import BaseCommand

from config.kernel.audit import verify_seals
from config.kernel.figures import print_figures

ROOMS = ("catalog", "membership", "marketing", "fulfillment", "service_desk", "analytics")


class Command(BaseCommand):
    """Runs the checks of every room that has a `books` module, and proves the seals of the audit trail."""

    help = "Checks that stock, orders, money, the ledger and the audit trail agree."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each problem in a line, then `checks= problems=`; exit 1 when there is one."""
        rooms = [import_module(f"{room}.books") for room in ROOMS if find_spec(f"{room}.books")]
        checks = [(check.name, check.run) for room in rooms for check in room.checks()]
        checks.append(("audit seals", verify_seals))
        problems = 0
        for name, run in checks:
            for problem in run():
                self.stdout.write(f"{name}: {problem}")
                problems += 1
        print_figures(self.stdout, {"checks": len(checks), "problems": problems})
        if problems:
            sys.exit(1)
