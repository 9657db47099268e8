"""What the books already hold of a chunk of a file."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from catalog.models import Store
from fulfillment.layouts.base import ParsedAdjustment, ParsedUnit
from fulfillment.models import Order, Refund, SalesEntry


@dataclass(frozen=True)
class Known:
    """Orders and cancellations by their number with the hash of their content, adjustments with their booked amount."""

    orders: dict[str, str] = field(default_factory=dict)
    cancellations: dict[str, str] = field(default_factory=dict)
    adjustments: dict[str, Decimal] = field(default_factory=dict)


def load_known(store: Store, units: Sequence[ParsedUnit]) -> Known:
    """Three queries at most, whatever the number of units. Asked for an order, SQLite would read the whole store."""
    orders = [unit.order.external_number for unit in units if unit.order]
    cancellations = [unit.cancellation.external_number for unit in units if unit.cancellation]
    adjustments = [entry for unit in units for entry in unit.adjustments]
    known = Known()
    if orders:
        found = Order.objects.filter(store=store, external_number__in=orders)
        known.orders.update(found.order_by().values_list("external_number", "payload_hash"))
    if cancellations:
        refunds = Refund.objects.filter(store=store, external_number__in=cancellations)
        known.cancellations.update(refunds.order_by().values_list("external_number", "payload_hash"))
    if adjustments:
        known.adjustments.update(_booked(store, adjustments))
    return known


def adjustment_key(number: str, position: int) -> str:
    """How an adjustment is found again: its number and its place under that number."""
    return f"{number}/{position}"


def _booked(store: Store, adjustments: Sequence[ParsedAdjustment]) -> dict[str, Decimal]:
    """Booked amounts that were not reversed since, by the tail of their reference."""
    days = {entry.booked_on for entry in adjustments}
    rows = SalesEntry.objects.filter(store=store, kind=SalesEntry.Kind.ADJUSTMENT, store_date__in=days)
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for ref, amount in rows.values_list("source_ref", "gross_amount"):
        amounts[ref.split(":", 2)[-1].removesuffix(":undo")] += amount
    return {key: amount for key, amount in amounts.items() if amount}
