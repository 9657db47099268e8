"""`manage.py backup FOLDER`: database and media into a new folder, while the shop goes on."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.backups.making import make_backup
from config.backups.refusals import BackupRefused
from config.kernel.figures import print_figures


class Command(BaseCommand):
    """Writes a backup; keys are not in it."""

    help = "Writes database and media into a new folder. Keys are not in it: keep them apart (docs/operations.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("folder", type=Path, help="a folder that does not exist yet")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints `database_bytes= media_files= media_bytes=`."""
        try:
            figures = make_backup(options["folder"], now=timezone.now())
        except BackupRefused as error:
            raise CommandError(str(error)) from error
        print_figures(self.stdout, figures)
