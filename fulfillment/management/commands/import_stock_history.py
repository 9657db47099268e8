"""`manage.py import_stock_history FILE`: daily stock of the past, for measures and the forecast."""

import secrets
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.kernel.commits import pause_for_writers
from config.kernel.figures import print_figures
from config.kernel.importing.export import ErrorRow, write_error_file
from config.kernel.importing.problems import FileProblem, RowIssue
from fulfillment.importing.messages import TEXTS
from fulfillment.importing.stock_history import StockFile
from fulfillment.services.stock_history import Recorded, record_stock_days

ROWS_AT_ONCE = 400


class Command(BaseCommand):
    """Writes daily snapshots only; stock is not moved, and our own snapshots are not replaced."""

    help = "Imports daily stock of the past: day, warehouse, SKU, on hand; reserved and hours out of stock if known."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Import in small transactions; prints `rows= snapshots= updated= unchanged= rejected=`."""
        try:
            with StockFile(options["file"], zone=settings.TIME_ZONE) as file:
                figures, rejected = self._import(file)
        except FileProblem as problem:
            raise CommandError(problem.message) from problem
        if rejected:
            self._write_errors(file, rejected)
        print_figures(self.stdout, figures | {"rejected": len(rejected)})

    def _import(self, file: StockFile) -> tuple[dict[str, int], list[ErrorRow]]:
        figures = {"rows": 0, "snapshots": 0, "updated": 0, "unchanged": 0}
        rejected: list[ErrorRow] = []
        rows = file.rows()
        while chunk := list(islice(rows, ROWS_AT_ONCE)):
            cells = {source.number: source.cells for source, _day, _issues in chunk}
            rejected += [
                ErrorRow(source.number, source.cells, [f"{one.column}: {one.message}" for one in issues])
                for source, day, issues in chunk
                if day is None
            ]
            found = record_stock_days([day for _source, day, _issues in chunk if day])
            rejected += [ErrorRow(number, cells[number], [words]) for number, words in _left_out(found)]
            figures["rows"] += len(chunk)
            figures["snapshots"] += found.created
            figures["updated"] += found.updated
            figures["unchanged"] += found.unchanged
            pause_for_writers()
        return figures, rejected

    def _write_errors(self, file: StockFile, rejected: list[ErrorRow]) -> None:
        folder = Path(settings.VAR_DIR) / "imports"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"stock-errors-{secrets.token_hex(4)}.csv"
        with path.open("wb") as stream:
            write_error_file(stream, kind="csv", headings=file.table.headings, rows=rejected)
        self.stderr.write(f"Rejected rows with their reasons: {path}")


def _left_out(found: Recorded) -> Iterator[tuple[int, str]]:
    for number, what in found.unknown:
        yield number, RowIssue(number, "", f"{what}_unknown", texts=TEXTS).message
    for number in found.own:
        yield number, RowIssue(number, "", "snapshot_is_own", texts=TEXTS).message
