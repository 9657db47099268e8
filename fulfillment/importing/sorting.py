"""Which units of a chunk are new, which have changed and which stand in the books already."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from catalog.models import Store
from config.kernel.importing.problems import RowIssue
from fulfillment.importing.known import Known, adjustment_key, load_known
from fulfillment.importing.messages import note
from fulfillment.layouts.base import ParsedAdjustment, ParsedUnit


@dataclass
class Sorted:
    """A chunk by what has to be done. `new` holds orders and cancellations in their order of time."""

    new: list[ParsedUnit] = field(default_factory=list)
    changed: list[ParsedUnit] = field(default_factory=list)
    adjustments: list[tuple[str, ParsedAdjustment]] = field(default_factory=list)
    new_adjustment_units: int = 0
    unchanged: int = 0
    issues: list[RowIssue] = field(default_factory=list)


def sort_units(store: Store, units: Sequence[ParsedUnit]) -> Sorted:
    """Compare accepted units with the books by number and content. Units without documents (stock notes) fall out."""
    known, found = load_known(store, units), Sorted()
    for unit in units:
        if unit.order:
            _sort(unit, found, now=unit.order.payload_hash, then=known.orders.get(unit.order.external_number))
        elif unit.cancellation:
            booked = known.cancellations.get(unit.cancellation.external_number)
            if booked is not None and booked != unit.cancellation.payload_hash:
                found.issues.append(note(unit, "cancellation_differs"))
            _sort(unit, found, now=booked or "", then=booked)
        elif unit.adjustments:
            _sort_adjustments(unit, found, known)
    return found


def _sort(unit: ParsedUnit, found: Sorted, *, now: str, then: str | None) -> None:
    if then is None:
        found.new.append(unit)
    elif then == now:
        found.unchanged += 1
    else:
        found.changed.append(unit)


def _sort_adjustments(unit: ParsedUnit, found: Sorted, known: Known) -> None:
    entries = [
        (adjustment_key(entry.external_number, place), entry) for place, entry in enumerate(unit.adjustments, start=1)
    ]
    new = [(key, entry) for key, entry in entries if key not in known.adjustments]
    found.adjustments += new
    if new:
        found.new_adjustment_units += 1
        return
    found.unchanged += 1
    if any(known.adjustments[key] != entry.amount for key, entry in entries):
        found.issues.append(note(unit, "adjustment_differs"))
