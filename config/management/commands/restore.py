"""`manage.py restore FOLDER`: a backup into an empty database and an empty media folder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backups.making import restore_backup
from config.backups.refusals import BackupRefused
from config.kernel.figures import print_figures


class Command(BaseCommand):
    """Puts a backup back and never writes over anything."""

    help = "Puts a backup into an empty database and media folder. Run migrate and check_books afterwards."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where from."""
        parser.add_argument("folder", type=Path, help="a folder that `manage.py backup` wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints `media_files=`."""
        try:
            figures = restore_backup(options["folder"])
        except BackupRefused as error:
            raise CommandError(str(error)) from error
        print_figures(self.stdout, figures)
