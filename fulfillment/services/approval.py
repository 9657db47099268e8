"""From open suggestions to purchase orders, with the supplier's minimum order value in view."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.kernel.audit import record_change
from config.kernel.errors import DomainError, InvalidInput
from config.kernel.models import User
from config.kernel.numbers import next_number
from fulfillment.models import PurchaseOrder, PurchaseOrderLine, RestockSuggestion, Supplier, Warehouse
from fulfillment.services.fill_up import FillUp, fill_up_of

State = RestockSuggestion.State
# supplier, warehouse: what one purchase order is made of, from whichever check its suggestions are
Place = tuple[int, int]
NOTHING_FILLED: Mapping[Place, FillUp] = MappingProxyType({})


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
    return [low for group in places_of(suggestions).values() if (low := _below_minimum(group))]


def approve_suggestions(
    ids: Sequence[int],
    *,
    actor: User,
    accept_below_minimum: bool = False,
    reason: str = "",
    fill_ups: Mapping[Place, FillUp] = NOTHING_FILLED,
) -> Approval:
    """Turn open suggestions into approved purchase orders, one for each supplier and warehouse.

    A suggestion that a person changed after an older check goes into the same order as those of newer checks.
    `fill_ups` are the offers of `fill_up_of` that the person accepted. A suggestion is taken by a conditional update, so
    approving twice, or two people at once, orders once. Raises DomainError "no_supplier", "fill_up_changed" when an
    offer would now be another, and "below_minimum_order" when an order stays below its supplier's minimum and that is
    not accepted with a reason; the reason is kept on the order. Then nothing is ordered.
    """
    if accept_below_minimum and not reason.strip():
        raise InvalidInput("below_minimum_needs_reason", _("Say why the order goes out below the supplier's minimum."))
    chosen = RestockSuggestion.objects.filter(pk__in=list(ids), state=State.OPEN)
    groups = places_of(chosen.select_related("supplier", "sku", "warehouse").order_by("pk"))
    # Numbers first: writers must not queue on the number series while they hold other rows.
    today = timezone.localdate()
    numbers = {place: next_number("PO", day=today) for place in groups}
    with transaction.atomic():
        taken = {place: rows for place, found in groups.items() if (rows := _take(found))}
        filled = {place: _still_offered(rows, fill_ups[place]) for place, rows in taken.items() if place in fill_ups}
        low = {
            place: below
            for place, rows in taken.items()
            if place not in filled and (below := _below_minimum(rows)) is not None
        }
        if low and not accept_below_minimum:
            raise _refusal(list(low.values()))
        orders = [
            _order(rows, number=numbers[place], actor=actor, fill=filled.get(place), low=low.get(place), reason=reason)
            for place, rows in taken.items()
        ]
    ordered = {suggestion.pk for rows in taken.values() for suggestion in rows}
    return Approval(orders=tuple(orders), skipped=tuple(pk for pk in ids if pk not in ordered))


def _still_offered(taken: Sequence[RestockSuggestion], accepted: FillUp) -> FillUp:
    supplier = taken[0].supplier
    assert supplier is not None
    # One fill-up of a supplier at a time, where the database can: the next one sees these pieces as on order.
    Supplier.objects.select_for_update().get(pk=supplier.pk)
    if fill_up_of(taken) != accepted:
        raise DomainError(
            "fill_up_changed",
            _("What %(supplier)s would be filled up with has changed. Look once more and confirm again.")
            % {"supplier": supplier},
        )
    return accepted


def places_of(suggestions: Iterable[RestockSuggestion]) -> Mapping[Place, list[RestockSuggestion]]:
    """The suggestions of each purchase order that approving would make. Raises DomainError "no_supplier"."""
    groups: dict[Place, list[RestockSuggestion]] = defaultdict(list)
    for suggestion in suggestions:
        if suggestion.supplier_id is None:
            raise DomainError(
                "no_supplier",
                _("%(sku)s has no supplier. Enter one under Suppliers' items first.") % {"sku": suggestion.sku.code},
            )
        groups[suggestion.supplier_id, suggestion.warehouse_id].append(suggestion)
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
    group: Sequence[RestockSuggestion],
    *,
    number: str,
    actor: User,
    fill: FillUp | None,
    low: BelowMinimum | None,
    reason: str,
) -> PurchaseOrder:
    first, reason = group[0], reason.strip() if low else ""
    supplier = first.supplier
    assert supplier is not None
    order = PurchaseOrder.objects.create(
        number=number,
        creation_key=f"supplier{supplier.pk}:warehouse{first.warehouse_id}:first{first.pk}",
        supplier=supplier,
        warehouse_id=first.warehouse_id,
        state=PurchaseOrder.State.APPROVED,
        currency=supplier.currency,
        total_amount=_value(group) + (fill.cost if fill else 0),
        expected_on=timezone.localdate() + timedelta(days=round(supplier.lead_days)),
        note=reason,
        created_by=actor,
    )
    lines = _lines(order, group, fill=fill)
    PurchaseOrderLine.objects.bulk_create(lines)
    after: dict[str, object] = {"lines": len(lines), "total": str(order.total_amount)}
    if low:
        after["below_minimum"] = low.to_json()
    if fill:
        after["filled_up"] = fill.to_json()
    record_change("purchase_order.approved", on=order, after=after, reason=reason)
    return order


def _lines(order: PurchaseOrder, group: Sequence[RestockSuggestion], *, fill: FillUp | None) -> list[PurchaseOrderLine]:
    """A line of each suggestion with what it is filled up by, and one of each SKU that is only taken along."""
    extras = {one.sku_id: one for one in fill.lines} if fill else {}
    lines = []
    for suggestion in group:
        extra = extras.pop(suggestion.sku_id, None)
        more = extra.extra if extra else 0
        lines.append(
            PurchaseOrderLine(
                order=order,
                sku_id=suggestion.sku_id,
                suggestion=suggestion,
                quantity=suggestion.quantity + more,
                filled_up_quantity=more,
                unit_cost=suggestion.unit_cost or Decimal(0),
                is_hand_edited=suggestion.edited_by_id is not None,
            )
        )
    return lines + [
        PurchaseOrderLine(
            order=order,
            sku_id=extra.sku_id,
            quantity=extra.extra,
            filled_up_quantity=extra.extra,
            unit_cost=extra.unit_cost,
        )
        for extra in extras.values()
    ]
