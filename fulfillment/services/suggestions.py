"""What a planner does with suggestions: change, refuse, approve into purchase orders."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.kernel.audit import record_change
from config.kernel.errors import DomainError, InvalidInput
from config.kernel.models import User
from config.kernel.money import round_money
from config.kernel.numbers import next_number
from fulfillment.models import PurchaseOrder, PurchaseOrderLine, RestockSuggestion

State = RestockSuggestion.State


@dataclass(frozen=True)
class Approval:
    """The purchase orders that suggestions went into, and the suggestions that somebody else had decided meanwhile."""

    orders: tuple[PurchaseOrder, ...]
    skipped: tuple[int, ...]


@transaction.atomic
def edit_suggestion(suggestion_id: int, *, quantity: int, actor: User, reason: str) -> RestockSuggestion:
    """Change the quantity of an open suggestion; a later check leaves it alone. Needs a reason."""
    if quantity < 1 or not reason.strip():
        raise InvalidInput("edit_needs_reason", _("Enter a quantity of at least 1 and a reason."))
    suggestion = RestockSuggestion.objects.select_for_update().get(pk=suggestion_id)
    cost = suggestion.unit_cost
    changed = RestockSuggestion.objects.filter(pk=suggestion_id, state=State.OPEN).update(
        quantity=quantity,
        value=None if cost is None else round_money(cost * quantity),
        edited_by=actor,
        edit_reason=reason.strip(),
    )
    if not changed:
        raise DomainError("suggestion_decided", _("This suggestion has been decided meanwhile."))
    record_change(
        "suggestion.edited",
        on=suggestion,
        before={"quantity": suggestion.quantity},
        after={"quantity": quantity},
        reason=reason.strip(),
    )
    suggestion.refresh_from_db()
    return suggestion


@transaction.atomic
def reject_suggestions(ids: Iterable[int], *, actor: User, reason: str) -> int:
    """Refuse open suggestions; returns how many were still open."""
    if not reason.strip():
        raise InvalidInput("reject_needs_reason", _("Say why."))
    wanted = list(ids)
    rejected = RestockSuggestion.objects.filter(pk__in=wanted, state=State.OPEN).update(
        state=State.REJECTED, edited_by=actor, edit_reason=reason.strip(), decided_at=timezone.now()
    )
    record_change("suggestions.rejected", after={"suggestions": wanted, "count": rejected}, reason=reason.strip())
    return rejected


def approve_suggestions(ids: Sequence[int], *, actor: User) -> Approval:
    """Turn open suggestions into approved purchase orders, one for each supplier, warehouse and check.

    A suggestion is taken by a conditional update, so approving twice, or two people at once, orders once. Raises
    DomainError when a suggestion has no supplier.
    """
    groups: dict[tuple[int, int, int], list[RestockSuggestion]] = defaultdict(list)
    for suggestion in (
        RestockSuggestion.objects.filter(pk__in=list(ids), state=State.OPEN)
        .select_related("supplier", "sku")
        .order_by("pk")
    ):
        if suggestion.supplier_id is None:
            raise DomainError(
                "no_supplier",
                _("%(sku)s has no supplier. Enter one under Suppliers' items first.") % {"sku": suggestion.sku.code},
            )
        groups[suggestion.run_id, suggestion.supplier_id, suggestion.warehouse_id].append(suggestion)
    # Numbers first: writers must not queue on the number series while they hold other rows.
    today = timezone.localdate()
    numbers = [next_number("PO", day=today) for _group in groups]
    with transaction.atomic():
        orders = [
            order
            for number, group in zip(numbers, groups.values(), strict=True)
            if (order := _order_group(group, number=number, actor=actor))
        ]
    taken = {line.suggestion_id for order in orders for line in order.lines.all()}
    return Approval(orders=tuple(orders), skipped=tuple(pk for pk in ids if pk not in taken))


def _order_group(group: Sequence[RestockSuggestion], *, number: str, actor: User) -> PurchaseOrder | None:
    now = timezone.now()
    taken = [
        suggestion
        for suggestion in group
        if RestockSuggestion.objects.filter(pk=suggestion.pk, state=State.OPEN).update(
            state=State.ORDERED, decided_at=now
        )
    ]
    if not taken:
        return None
    first = taken[0]
    supplier = first.supplier
    assert supplier is not None
    order = PurchaseOrder.objects.create(
        number=number,
        creation_key=f"run{first.run_id}:supplier{supplier.pk}:warehouse{first.warehouse_id}:first{first.pk}",
        supplier=supplier,
        warehouse_id=first.warehouse_id,
        state=PurchaseOrder.State.APPROVED,
        currency=supplier.currency,
        total_amount=sum((suggestion.value or Decimal(0) for suggestion in taken), Decimal(0)),
        expected_on=timezone.localdate() + timedelta(days=round(supplier.lead_days)),
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
        for suggestion in taken
    )
    record_change("purchase_order.approved", on=order, after={"lines": len(taken), "total": str(order.total_amount)})
    return order
