"""The import of orders of the past, as the kernel's import machine calls it."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings

from catalog.models import Store
from catalog.scopes import offered_stores
from catalog.services import ensure_store
from config.kernel.importing.handlers import Applied, register_handler
from config.kernel.importing.headings import BoundMapping, ColumnMapping
from config.kernel.importing.problems import RowIssue
from config.kernel.importing.spool import key_without_number
from config.kernel.importing.spooled import SpooledFile
from config.kernel.importing.streams import Limits
from config.kernel.importing.tables import SourceRow
from config.kernel.models import ImportBatch
from fulfillment.importing.drafting import Source
from fulfillment.importing.goods import StoreGoods
from fulfillment.importing.known import adjustment_key
from fulfillment.importing.live import write_live
from fulfillment.importing.messages import TEXTS
from fulfillment.importing.sorting import sort_units
from fulfillment.importing.totals import customers_of
from fulfillment.layouts import LAYOUTS
from fulfillment.layouts.base import ParsedUnit, StoreDefaults
from fulfillment.layouts.count import FileCount
from fulfillment.layouts.lenient import parse_leniently, parse_strictly
from fulfillment.layouts.reading import open_order_file
from fulfillment.models import Order, Refund, SalesEntry
from fulfillment.services.daily import rebuild_stale_days
from fulfillment.services.history import write_history
from fulfillment.services.history_undo import check_untouched, undo_history


class OrderImport:
    """One batch on its way in. Lives as long as the process works on the batch."""

    texts = TEXTS

    def __init__(self, batch: ImportBatch) -> None:
        self.batch = batch
        self.layout = LAYOUTS[batch.layout]
        self._source: Source | None = None
        is_lenient = batch.policy == ImportBatch.Policy.IGNORE_FIELDS
        self._parse = parse_leniently if is_lenient else parse_strictly

    def open(self, *, path: Path, spool_path: Path) -> SpooledFile:
        """Read the file as far as its spool. FileProblem when it cannot be read."""
        mapping = ColumnMapping(self.batch.mapping) if self.batch.mapping else None
        limits = Limits(max_unpacked_bytes=settings.UNPACKED_LIMIT_BYTES)
        store = self._store_defaults()
        return open_order_file(
            path,
            layout=self.layout,
            spool_path=spool_path,
            store=store,
            mapping=mapping,
            limits=limits,
            parse=self._parse,
        )

    def no_count(self) -> FileCount:
        """The count of no rows."""
        return FileCount()

    def count_from_json(self, data: Mapping[str, int | str]) -> FileCount:
        """The count that `to_json` wrote."""
        return FileCount.from_json(data)

    def check(self, chunks: Iterable[Sequence[ParsedUnit]]) -> dict[str, int]:
        """What an import would do, chunk by chunk of accepted units; reads only."""
        store = Store.objects.filter(code=self.batch.store_code).first()
        people: set[int] = set()
        counts = {"created": 0, "updated": 0, "unchanged": 0}
        for chunk in chunks:
            people.update(_people(chunk))
            if store is None:
                counts["created"] += sum(1 for unit in chunk if unit.order or unit.cancellation or unit.adjustments)
                continue
            found = sort_units(store, chunk)
            counts["created"] += len(found.new) + found.new_adjustment_units
            counts["updated"] += len(found.changed)
            counts["unchanged"] += found.unchanged
        return {"customers": len(people), **counts}

    def prepare(self) -> None:
        """Make the store if it is missing."""
        defaults = self._store_defaults()
        ensure_store(self.batch.store_code, currency=defaults.currency, time_zone=defaults.zone)

    def apply(self, units: Sequence[ParsedUnit]) -> Applied:
        """Write a chunk of accepted units in the caller's transaction."""
        context = self._context()
        is_live = bool(self.batch.options.get("live"))
        written = write_live(context.store, units) if is_live else write_history(context, units)
        figures = {"created": written.created, "updated": written.updated, "unchanged": written.unchanged}
        return Applied(figures, written.issues)

    def rolled_back(self) -> None:
        """Forget what was made in a transaction that failed."""
        self._source = None

    def rejected(self, unit: ParsedUnit, *, reason: str) -> ParsedUnit:
        """A unit that could not be written although nothing was wrong with its rows."""
        rows = len(unit.rows)
        count = FileCount(rows=rows, units=1, rejected=rows, rejected_units=1, warnings=unit.count.warnings)
        issue = RowIssue(unit.rows[0], "", "not_written", params={"reason": reason}, texts=TEXTS)
        return ParsedUnit(unit.key, unit.rows, count, issues=(*unit.issues, issue))

    def finish(self, source: SpooledFile) -> dict[str, int]:
        """Build the days that the import made stale, and count whose orders these are; safe to repeat."""
        rebuild_stale_days(store_code=self.batch.store_code)
        return {"customers": customers_of(self._context().store, source.keys())}

    def key_of(self, row: SourceRow) -> str:
        """The order number in a row, or a key of its own for a row without one."""
        return self.layout.key_of(self._bound.row(row)) or key_without_number(row.number)

    def read_unit(self, key: str, rows: Sequence[SourceRow]) -> ParsedUnit:
        """The order that these rows make."""
        settled = self.layout.settled(self._store_defaults())
        return self._parse(self.layout, key, [self._bound.row(row) for row in rows], settled)

    def is_written(self, key: str) -> bool:
        """Whether an order, a cancellation or an adjustment of this number came out of the batch."""
        mine: dict[str, Any] = {"import_batch": self.batch, "external_number": key}
        entries = SalesEntry.objects.filter(import_batch=self.batch, kind=SalesEntry.Kind.ADJUSTMENT)
        return (
            Order.objects.filter(**mine).exists()
            or Refund.objects.filter(**mine).exists()
            or entries.filter(source_ref__contains=f":{adjustment_key(key, 1)}").exists()
        )

    def settle(self) -> None:
        """Build the days that became stale."""
        rebuild_stale_days(store_code=self.batch.store_code)

    def check_undo(self) -> None:
        """DomainError when orders of the batch were touched since, or cannot be taken back at all."""
        check_untouched(self.batch)

    def undo(self) -> dict[str, int]:
        """Reverse the batch with rows of its own."""
        return undo_history(self._context())

    @cached_property
    def _bound(self) -> BoundMapping:
        """The batch's mapping over its headings; both are settled once the file was opened."""
        return ColumnMapping(self.batch.mapping).bind(self.batch.headings, fields=self.layout.fields)

    def _context(self) -> Source:
        if self._source is None:
            store = Store.objects.select_related("channel").get(code=self.batch.store_code)
            self._source = Source(store, self.layout, self.batch, StoreGoods(store))
        return self._source

    def _store_defaults(self) -> StoreDefaults:
        """The store's currency and zone; the layout's, then the house's, for a store that is yet to be made."""
        store = Store.objects.filter(code=self.batch.store_code).first()
        options: Mapping[str, Any] = self.batch.options
        zone = store.time_zone if store else self.layout.zone or options.get("zone") or settings.TIME_ZONE
        return StoreDefaults(
            currency=store.currency
            if store
            else self.layout.currency or options.get("currency") or settings.BASE_CURRENCY,
            zone=zone,
            # Of the zones only this one names its country: numbers of mobile phones are written without +86 there.
            country=self.layout.country or str(options.get("country") or ("CN" if zone == "Asia/Shanghai" else "")),
        )


def _people(units: Sequence[ParsedUnit]) -> Iterable[int]:
    """A number for each identity: 8 bytes instead of a name, so that a dry run of any length stays small."""
    for unit in units:
        document = unit.order or unit.cancellation
        if document and document.buyer.identity:
            yield hash(document.buyer.identity)


register_handler(LAYOUTS, OrderImport, stores=offered_stores)
