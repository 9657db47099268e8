"""Orders of the past into the tables, by sets: orders, ledger and facts for the rooms below, but no stock movements."""

from collections.abc import Sequence

from fulfillment.importing.changes import change_orders
from fulfillment.importing.drafting import Source, draft_chunk
from fulfillment.importing.saving import save_chunk
from fulfillment.importing.sorting import sort_units
from fulfillment.importing.written import Written
from fulfillment.layouts.base import ParsedUnit


def write_history(source: Source, units: Sequence[ParsedUnit]) -> Written:
    """Write accepted units, given in the order of time, in the caller's transaction. What is known already stays."""
    found = sort_units(source.store, units)
    if found.new or found.adjustments:
        save_chunk(draft_chunk(source, found.new, adjustments=found.adjustments), batch=source.batch)
    updated, issues = change_orders(source, found.changed)
    return Written(
        created=len(found.new) + found.new_adjustment_units,
        updated=updated,
        unchanged=found.unchanged + len(found.changed) - updated,
        issues=(*found.issues, *issues),
    )
