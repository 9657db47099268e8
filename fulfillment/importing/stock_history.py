"""Reads a table of daily stock: one row for each day, warehouse and SKU."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from django.utils.translation import gettext_lazy as _

from config.kernel.importing.headings import FieldSpec, propose_mapping
from config.kernel.importing.problems import RowIssue
from config.kernel.importing.readers import open_table
from config.kernel.importing.row_reader import RowReader
from config.kernel.importing.tables import SourceRow, Table
from fulfillment.importing.messages import TEXTS
from fulfillment.services.stock_history import StockDay

FIELDS = (
    FieldSpec("day", _("Day"), ("Day", "Date", "日期"), required=True),
    FieldSpec("warehouse", _("Warehouse"), ("Warehouse", "Warehouse code", "仓库", "仓库编码"), required=True),
    FieldSpec("sku", _("SKU code"), ("SKU", "SKU code", "商家编码", "SKU编码"), required=True),
    FieldSpec("on_hand", _("On hand"), ("On hand", "Stock", "库存", "期末库存"), required=True),
    FieldSpec("reserved", _("Reserved"), ("Reserved", "占用", "占用库存")),
    FieldSpec("empty_hours", _("Hours out of stock"), ("Hours out of stock", "Out of stock hours", "缺货小时")),
)
HOURS_OF_A_DAY = 24
HOUR_SECONDS = 3600


class StockFile:
    """An opened file of daily stock. FileProblem when it cannot be read or lacks a column."""

    def __init__(self, path: Path, *, zone: str) -> None:
        self.zone = zone
        with ExitStack() as undo:
            self.table: Table = undo.enter_context(open_table(path))
            self._bound = (
                propose_mapping(self.table.headings, fields=FIELDS)
                .certain(fields=FIELDS)
                .bind(self.table.headings, fields=FIELDS)
            )
            # From here on who uses the file closes it.
            undo.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.table.close()

    def rows(self) -> Iterator[tuple[SourceRow, StockDay | None, tuple[RowIssue, ...]]]:
        """(row as it came, what it says or None, what is wrong with it)."""
        for source in self.table.rows():
            reader = RowReader(self._bound.row(source), zone=self.zone, texts=TEXTS)
            day = _read(reader)
            is_bad = any(issue.is_error for issue in reader.issues)
            yield source, None if is_bad else day, tuple(reader.issues)


def _read(reader: RowReader) -> StockDay | None:
    reader.require("day", "warehouse", "sku", "on_hand")
    moment, on_hand = reader.moment("day"), reader.quantity("on_hand")
    reserved, hours = reader.quantity("reserved") or 0, reader.amount("empty_hours") or 0
    for name, value in (("on_hand", on_hand or 0), ("reserved", reserved)):
        if value < 0:
            reader.error(name, "stock_negative", value=value)
    if not 0 <= hours <= HOURS_OF_A_DAY:
        reader.error("empty_hours", "hours_of_a_day", value=hours)
    if moment is None or on_hand is None:
        return None
    return StockDay(
        row=reader.number,
        day=moment.on,
        warehouse_code=reader.identifier("warehouse"),
        sku_code=reader.identifier("sku"),
        on_hand=on_hand,
        reserved=reserved,
        out_of_stock_seconds=int(hours * HOUR_SECONDS),
    )
