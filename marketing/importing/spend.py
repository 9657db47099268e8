"""The import of channel spend, as the kernel's import machine calls it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Store
from catalog.scopes import offered_stores
from config.kernel.errors import DomainError
from config.kernel.importing.handlers import Applied, register_handler
from config.kernel.importing.headings import BoundMapping, ColumnMapping, FieldRow, FieldSpec
from config.kernel.importing.moments import parse_moment
from config.kernel.importing.problems import RowIssue
from config.kernel.importing.spool import key_without_number
from config.kernel.importing.spooled import Reading, SpooledFile, open_spooled
from config.kernel.importing.streams import Limits
from config.kernel.importing.tables import SourceRow
from config.kernel.importing.values import BadValue
from config.kernel.models import ImportBatch
from config.kernel.store_time import store_day, zone_of
from marketing.importing.spend_rows import FIELDS, TEXTS, SpendCount, SpendUnit, key_of, parse_unit, rejected_unit
from marketing.models import ChannelSpend
from marketing.services.spend import record_spend, sort_spend, source_codes, withdraw_spend

LAYOUT = "channel-spend"


@dataclass(frozen=True)
class SpendLayout:
    """The layout as pages show it; nothing in it is personal."""

    label: str | Promise
    fields: tuple[FieldSpec, ...] = FIELDS
    personal_fields: frozenset[str] = frozenset()


class SpendImport:
    """One batch on its way in."""

    texts = TEXTS

    def __init__(self, batch: ImportBatch) -> None:
        self.batch = batch

    def open(self, *, path: Path, spool_path: Path) -> SpooledFile:
        """Read the file as far as its spool. FileProblem when it cannot be read."""
        reading = Reading(
            fields=FIELDS,
            key_of=key_of,
            # By day as written: years come first in every file that is not ambiguous anyway.
            sort_key_of=lambda row: row.get("day"),
            parse=self._parse,
            mark=(LAYOUT, self.batch.store_code),
        )
        mapping = ColumnMapping(self.batch.mapping) if self.batch.mapping else None
        limits = Limits(max_unpacked_bytes=settings.UNPACKED_LIMIT_BYTES)
        return open_spooled(path, reading=reading, spool_path=spool_path, mapping=mapping, limits=limits)

    def no_count(self) -> SpendCount:
        """The count of no rows."""
        return SpendCount()

    def count_from_json(self, data: Mapping[str, int | str]) -> SpendCount:
        """The count that `to_json` wrote."""
        return SpendCount.from_json(data)

    def check(self, chunks: Iterable[Sequence[SpendUnit]]) -> dict[str, int]:
        """What an import would do; reads only. DomainError for a store that is not known."""
        counts = {"created": 0, "updated": 0, "unchanged": 0}
        for chunk in chunks:
            found = sort_spend(self._store, [unit.spend for unit in chunk if unit.spend])
            counts["created"] += len(found.new)
            counts["updated"] += len(found.changed)
            counts["unchanged"] += found.unchanged
        return counts

    def prepare(self) -> None:
        """The store has to be there: spend makes no store."""
        _store = self._store

    def apply(self, units: Sequence[SpendUnit]) -> Applied:
        """Write a chunk of accepted rows in the caller's transaction."""
        rows = [unit.spend for unit in units if unit.spend]
        found = record_spend(self._store, rows, batch_ref=self._ref)
        return Applied({"created": len(found.new), "updated": len(found.changed), "unchanged": found.unchanged})

    def rolled_back(self) -> None:
        """Nothing is kept between chunks."""

    def rejected(self, unit: SpendUnit, *, reason: str) -> SpendUnit:
        """A row that could not be written although nothing was wrong with it."""
        issue = RowIssue(unit.rows[0], "", "not_written", params={"reason": reason}, texts=TEXTS)
        return rejected_unit(unit.key, unit.rows, (*unit.issues, issue))

    def finish(self, source: SpooledFile) -> dict[str, int]:
        """Nothing follows from spend."""
        return {}

    def key_of(self, row: SourceRow) -> str:
        """Day, source, plan and audience of a row, or a key of its own for a row without day or source."""
        return key_of(self._bound.row(row)) or key_without_number(row.number)

    def read_unit(self, key: str, rows: Sequence[SourceRow]) -> SpendUnit:
        """What these rows make."""
        return self._parse(key, [self._bound.row(row) for row in rows])

    def is_written(self, key: str) -> bool:
        """Whether the batch has written this day, source, plan and audience; mended rows say it as the file does."""
        written, source, plan, audience = [*key.split("|"), "", "", ""][:4]
        try:
            day = parse_moment(written, zone=self._store.time_zone).on
        except BadValue:
            return False
        return ChannelSpend.objects.filter(
            batch_ref=self._ref,
            day=day,
            source__code=self._sources.get(source.lower(), ""),
            plan_name=plan,
            audience=audience,
        ).exists()

    def settle(self) -> None:
        """Nothing follows from spend."""

    def check_undo(self) -> None:
        """DomainError when the batch replaced earlier figures, which nobody has kept."""
        if int(self.batch.figures.get("updated", 0)):
            raise DomainError(
                "spend_replaced",
                _("This import replaced earlier figures, so it cannot be undone. Import the right figures instead."),
            )

    def undo(self) -> dict[str, int]:
        """Delete what the batch wrote."""
        return {"deleted": withdraw_spend(self._ref)}

    @property
    def _ref(self) -> str:
        return f"import:{self.batch.pk}"

    @cached_property
    def _store(self) -> Store:
        store = Store.objects.filter(code=self.batch.store_code).first()
        if store is None:
            words = _(
                "There is no store with the code %(code)s. Spend makes no store: import orders or enter it first."
            )
            raise DomainError("store_unknown", words % {"code": self.batch.store_code})
        return store

    @cached_property
    def _sources(self) -> dict[str, str]:
        return source_codes()

    @cached_property
    def _parse(self) -> Callable[[str, Sequence[FieldRow]], SpendUnit]:
        zone = zone_of(self._store.time_zone)
        today = store_day(timezone.now(), zone)
        return partial(parse_unit, sources=self._sources, zone=self._store.time_zone, last_day=today)

    @cached_property
    def _bound(self) -> BoundMapping:
        return ColumnMapping(self.batch.mapping).bind(self.batch.headings, fields=FIELDS)


register_handler({LAYOUT: SpendLayout(gettext_lazy("Channel spend by day"))}, SpendImport, stores=offered_stores)
