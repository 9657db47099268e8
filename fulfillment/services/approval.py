"""From open suggestions to purchase orders, with the supplier's minimum order value in view."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.kernel.audit import record_change
from config.kernel.errors import DomainError, InvalidInput
from config.kernel.models import User
from config.kernel.numbers import next_number
from fulfillment.models import PurchaseOrder, PurchaseOrderLine, RestockSuggestion, Supplier, Warehouse

State = RestockSuggestion.State
# run, supplier, warehouse: what one purchase order is made of
Group = tuple[int, int, int]


@dataclass(frozen=True)
class Approval:
    """The purchase orders that suggestions went into, and the suggestions that somebody else had decided meanwhile."""

    orders: tuple[PurchaseOrder, ...]
    skipped: tuple[int, ...]


@dataclass(frozen=True)
class BelowMinimum:
    """A purchase order worth less than its supplier delivers for. Goods without a cost count as nothing."""

    supplier: Supplier
    warehouse: Warehouse
    value: Decimal

    @property
    def shortfall(self) -> Decimal:
        """How much is missing, in the supplier's currency."""
        minimum: Decimal = self.supplier.minimum_order_amount
        return minimum - self.value

    def __str__(self) -> str:
        return _(
            "%(supplier)s to %(warehouse)s: %(value)s %(currency)s, minimum %(minimum)s, missing %(shortfall)s."
        ) % {
            "supplier": self.supplier,
            "warehouse": self.warehouse,
            "value": self.value,
            "currency": self.supplier.currency,
            "minimum": self.supplier.minimum_order_amount,
            "shortfall": self.shortfall,
        }

    def to_json(self) -> dict[str, str]:
        """Codes and amounts for an error's detail and the audit trail."""
        return {
            "supplier": self.supplier.code,
            "warehouse": self.warehouse.code,
            "currency": self.supplier.currency,
            "value": str(self.value),
            "minimum": str(self.supplier.minimum_order_amount),
            "shortfall": str(self.shortfall),
        }


def orders_below_minimum(suggestions: Iterable[RestockSuggestion]) -> list[BelowMinimum]:
    """The purchase orders of these suggestions that stay below their supplier's minimum order value."""
    return [low for group in _grouped(suggestions).values() if (low := _below_minimum(group))]


def approve_suggestions(
    ids: Sequence[int], *, actor: User, accept_below_minimum: bool = False, reason: str = ""
) -> Approval:
    """Turn open suggestions into approved purchase orders, one for each supplier, warehouse and check.

    A suggestion is taken by a conditional update, so approving twice, or two people at once, orders once. Raises
    DomainError "no_supplier", and "below_minimum_order" when an order stays below its supplier's minimum and that is
    not accepted with a reason; the reason is kept on the order. Then nothing is ordered.
    """
    if accept_below_minimum and not reason.strip():
        raise InvalidInput("below_minimum_needs_reason", _("Say why the order goes out below the supplier's minimum."))
    chosen = RestockSuggestion.objects.filter(pk__in=list(ids), state=State.OPEN)
    groups = _grouped(chosen.select_related("supplier", "sku", "warehouse").order_by("pk"))
    # Numbers first: writers must not queue on the number series while they hold other rows.
    today = timezone.localdate()
    numbers = {group: next_number("PO", day=today) for group in groups}
    with transaction.atomic():
        taken = {group: rows for group, found in groups.items() if (rows := _take(found))}
        low = {group: below for group, rows in taken.items() if (below := _below_minimum(rows))}
        if low and not accept_below_minimum:
            raise _refusal(list(low.values()))
        orders = [
            _order(rows, number=numbers[group], actor=actor, low=low.get(group), reason=reason.strip())
            for group, rows in taken.items()
        ]
    ordered = {suggestion.pk for rows in taken.values() for suggestion in rows}
    return Approval(orders=tuple(orders), skipped=tuple(pk for pk in ids if pk not in ordered))


def _grouped(suggestions: Iterable[RestockSuggestion]) -> Mapping[Group, list[RestockSuggestion]]:
    groups: dict[Group, list[RestockSuggestion]] = defaultdict(list)
    for suggestion in suggestions:
        if suggestion.supplier_id is None:
            raise DomainError(
                "no_supplier",
                _("%(sku)s has no supplier. Enter one under Suppliers' items first.") % {"sku": suggestion.sku.code},
            )
        groups[suggestion.run_id, suggestion.supplier_id, suggestion.warehouse_id].append(suggestion)
    return groups


def _take(suggestions: Iterable[RestockSuggestion]) -> list[RestockSuggestion]:
    now = timezone.now()
    return [
        suggestion
        for suggestion in suggestions
        # The quantity as it was read: one that somebody edits at this moment stays open instead of going out as it was.
        if RestockSuggestion.objects.filter(pk=suggestion.pk, state=State.OPEN, quantity=suggestion.quantity).update(
            state=State.ORDERED, decided_at=now
        )
    ]


def _value(suggestions: Iterable[RestockSuggestion]) -> Decimal:
    return sum((suggestion.value or Decimal(0) for suggestion in suggestions), Decimal("0.00"))


def _below_minimum(group: Sequence[RestockSuggestion]) -> BelowMinimum | None:
    supplier, value = group[0].supplier, _value(group)
    assert supplier is not None
    return BelowMinimum(supplier, group[0].warehouse, value) if value < supplier.minimum_order_amount else None


def _refusal(low: Sequence[BelowMinimum]) -> DomainError:
    words = _("Below the supplier's minimum order: %(orders)s") % {"orders": " ".join(str(one) for one in low)}
    return DomainError("below_minimum_order", words, detail={"orders": [one.to_json() for one in low]})


def _order(
    group: Sequence[RestockSuggestion], *, number: str, actor: User, low: BelowMinimum | None, reason: str
) -> PurchaseOrder:
    first = group[0]
    supplier = first.supplier
    assert supplier is not None
    order = PurchaseOrder.objects.create(
        number=number,
        creation_key=f"run{first.run_id}:supplier{supplier.pk}:warehouse{first.warehouse_id}:first{first.pk}",
        supplier=supplier,
        warehouse_id=first.warehouse_id,
        state=PurchaseOrder.State.APPROVED,
        currency=supplier.currency,
        total_amount=_value(group),
        expected_on=timezone.localdate() + timedelta(days=round(supplier.lead_days)),
        note=reason if low else "",
        created_by=actor,
    )
    PurchaseOrderLine.objects.bulk_create(
        PurchaseOrderLine(
            order=order,
            sku_id=suggestion.sku_id,
            suggestion=suggestion,
            quantity=suggestion.quantity,
            unit_cost=suggestion.unit_cost or Decimal(0),
            is_hand_edited=suggestion.edited_by_id is not None,
        )
        for suggestion in group
    )
    after: dict[str, object] = {"lines": len(group), "total": str(order.total_amount)}
    if low:
        after["below_minimum"] = low.to_json()
    record_change("purchase_order.approved", on=order, after=after, reason=reason if low else "")
    return order
