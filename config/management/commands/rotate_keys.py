"""`manage.py rotate_keys`: writes encrypted personal data anew with the newest key."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.kernel.figures import print_figures
from config.kernel.key_rotation import rotate_keys

NAMED = 20


class Command(BaseCommand):
    """Puts the first key of ENCRYPTION_KEYS in the place of older ones."""

    help = (
        "Writes every encrypted value anew with the first key of ENCRYPTION_KEYS; afterwards older keys can be dropped. "
        "May be broken off and repeated. LOOKUP_KEY, which finds phones and mail addresses, is not rotated."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to count only."""
        parser.add_argument("--dry-run", action="store_true", help="count what an older key encrypted, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, and name what no key opens."""
        seen = rotate_keys(is_dry_run=options["dry_run"])
        for place in seen.unreadable[:NAMED]:
            self.stderr.write(f"cannot be read: {place}")
        print_figures(
            self.stdout,
            {
                "tables": seen.tables,
                "older": seen.older,
                "rotated": seen.rotated,
                "unreadable": len(seen.unreadable),
            },
        )
        if seen.unreadable:
            raise CommandError("Some values cannot be read with the keys there are; their old key is still needed.")
