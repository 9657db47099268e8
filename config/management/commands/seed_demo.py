"""`manage.py seed_demo [--seed N]`: a believable store in an empty database."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.demo.seeding import seed_demo
from config.kernel.errors import DomainError
from config.kernel.figures import print_figures


class Command(BaseCommand):
    """Makes the demo store; its sign-ins work only while DEBUG is on."""

    help = "Fills an empty database with the demo store."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The seed of chance."""
        parser.add_argument("--seed", type=int, default=20)

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill; prints `skus= orders= customers= tickets= staff=`."""
        if not settings.DEBUG:
            self.stderr.write("DEBUG is off: the demo's sign-ins will be refused.")
        try:
            figures = seed_demo(seed=options["seed"], now=timezone.now(), say=self.stderr.write)
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        print_figures(self.stdout, figures)
