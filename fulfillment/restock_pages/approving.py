"""Approve chosen suggestions: the totals of each purchase order first, the orders on the second press."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from config.kernel.errors import DomainError
from fulfillment.models import PurchaseOrder, RestockSuggestion
from fulfillment.restock_pages import list_reads
from fulfillment.restock_pages.forms import LONGEST_REASON
from fulfillment.restock_pages.reach import (
    APPROVE,
    CONFLICT,
    INVALID,
    VIEW_SUGGESTIONS,
    page_context,
    reader,
    visible_suggestions,
)
from fulfillment.restock_pages.suggestions import chosen_filters
from fulfillment.services.approval import BelowMinimum, approve_suggestions, orders_below_minimum

State = RestockSuggestion.State
# More lines than anybody reads before pressing; the rest stays for the next time.
MOST_AT_ONCE = 1000


@dataclass(frozen=True)
class OrderPlan:
    """A purchase order that would be made."""

    supplier: str
    warehouse: str
    currency: str
    minimum: Decimal
    lines: Sequence[RestockSuggestion]
    low: BelowMinimum | None

    @property
    def units(self) -> int:
        """Pieces."""
        return sum(line.quantity for line in self.lines)

    @property
    def value(self) -> Decimal:
        """What the lines with a cost are worth."""
        return sum((line.value or Decimal(0) for line in self.lines), Decimal(0))

    @property
    def without_cost(self) -> int:
        """Lines whose cost is not known."""
        return sum(line.value is None for line in self.lines)


@dataclass(frozen=True)
class Difference:
    """A chosen line that is no longer what the person was shown; `now` None where it is no longer open."""

    code: str
    seen: int
    now: int | None
    state: str


@require_POST
@login_required
@permission_required([VIEW_SUGGESTIONS, APPROVE], raise_exception=True)
def approve(request: HttpRequest) -> HttpResponse:
    """First press: what would be ordered. Second press: order it, once, unless something changed in between."""
    user = reader(request)
    mine = visible_suggestions(user, permission=APPROVE)
    if "seen" in request.POST:
        return _decide(request, mine, _seen(request.POST["seen"]))
    chosen = _chosen(request, mine)
    if not chosen:
        messages.warning(request, _("Choose at least one open suggestion first."))
        return redirect(_list_address(request))
    return _confirm(request, chosen)


def _list_address(request: HttpRequest) -> str:
    return f"{reverse('restock:suggestions')}?{urlencode(chosen_filters(request.POST))}"


def _chosen(request: HttpRequest, mine: QuerySet[RestockSuggestion]) -> list[RestockSuggestion]:
    """The ticked rows, or all of a group under the filters of the list."""
    still_open = mine.filter(state=State.OPEN)
    if request.POST.get("group"):
        narrowed = list_reads.narrowed(still_open, chosen_filters(request.POST))
        rows = list_reads.of_group(narrowed, request.POST["group"])
    else:
        ticked = [int(one) for one in request.POST.getlist("chosen") if one.isascii() and one.isdecimal()]
        rows = still_open.filter(pk__in=ticked[:MOST_AT_ONCE])
    return list(list_reads.in_order(rows.filter(supplier__isnull=False))[:MOST_AT_ONCE])


def _seen(text: str) -> dict[int, int]:
    """What the person was shown: suggestions and quantities, as "12:40,13:8"."""
    seen = {}
    for pair in text.split(",")[:MOST_AT_ONCE]:
        pk, _colon, quantity = pair.partition(":")
        if text.isascii() and pk.isdecimal() and quantity.isdecimal():
            seen[int(pk)] = int(quantity)
    return seen


def plans_of(chosen: Sequence[RestockSuggestion]) -> list[OrderPlan]:
    """The purchase orders that the approval would make of these, by check, supplier and warehouse."""
    low = {(one.supplier.pk, one.warehouse.pk, one.value): one for one in orders_below_minimum(chosen)}
    groups: dict[tuple[int, int, int], list[RestockSuggestion]] = {}
    for one in chosen:
        assert one.supplier_id is not None
        groups.setdefault((one.run_id, one.supplier_id, one.warehouse_id), []).append(one)
    return [_plan(lines, low) for lines in groups.values()]


def _plan(lines: Sequence[RestockSuggestion], low: Mapping[Any, BelowMinimum]) -> OrderPlan:
    first = lines[0]
    supplier = first.supplier
    assert supplier is not None
    value = sum((line.value or Decimal(0) for line in lines), Decimal(0))
    return OrderPlan(
        supplier=str(supplier),
        warehouse=str(first.warehouse),
        currency=supplier.currency,
        minimum=supplier.minimum_order_amount,
        lines=lines,
        low=low.get((supplier.pk, first.warehouse_id, value)),
    )


def _confirm(
    request: HttpRequest,
    chosen: Sequence[RestockSuggestion],
    *,
    differences: Sequence[Difference] = (),
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    plans = plans_of(chosen)
    totals: dict[str, Decimal] = {}
    for plan in plans:
        totals[plan.currency] = totals.get(plan.currency, Decimal(0)) + plan.value
    context = page_context(request, _("Approve into purchase orders"))
    context |= {
        "plans": plans,
        "lines": len(chosen),
        "units": sum(plan.units for plan in plans),
        "totals": totals,
        "needs_reason": any(plan.low for plan in plans),
        "seen": ",".join(f"{one.pk}:{one.quantity}" for one in chosen),
        "reason": request.POST.get("reason", "")[:LONGEST_REASON],
        "filters": chosen_filters(request.POST),
        "back": _list_address(request),
        "differences": differences,
        "error": error,
    }
    return render(request, "fulfillment/restock/approve.html", context, status=status)


def _decide(request: HttpRequest, mine: QuerySet[RestockSuggestion], seen: Mapping[int, int]) -> HttpResponse:
    """Order what was confirmed, or show what is different from what was confirmed."""
    rows = list(list_reads.in_order(mine.filter(pk__in=seen, supplier__isnull=False)))
    still_open = [one for one in rows if one.state == State.OPEN]
    if not still_open:
        return _already_decided(request, rows)
    differences = [
        Difference(
            one.sku.code, seen[one.pk], one.quantity if one.state == State.OPEN else None, one.get_state_display()
        )
        for one in rows
        if one.state != State.OPEN or one.quantity != seen[one.pk]
    ]
    if differences:
        error = _("Something changed since you chose. Look once more and confirm again.")
        return _confirm(request, still_open, differences=differences, error=error, status=CONFLICT)
    reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
    low = orders_below_minimum(still_open)
    if low and not reason:
        error = _("Say why the order goes out below the supplier's minimum.")
        return _confirm(request, still_open, error=error, status=INVALID)
    try:
        approval = approve_suggestions(
            [one.pk for one in still_open], actor=reader(request), accept_below_minimum=bool(low), reason=reason
        )
    except DomainError as refusal:
        return _confirm(request, still_open, error=str(refusal.message), status=CONFLICT)
    if not approval.orders:
        return _already_decided(request, rows)
    return _made(request, approval.orders, skipped=len(approval.skipped))


def _made(request: HttpRequest, orders: Sequence[PurchaseOrder], *, skipped: int) -> HttpResponse:
    made = ngettext("%d purchase order made.", "%d purchase orders made.", len(orders)) % len(orders)
    messages.success(request, made)
    if skipped:
        text = ngettext("%d line was decided by somebody else.", "%d lines were decided by somebody else.", skipped)
        messages.warning(request, text % skipped)
    if len(orders) == 1:
        return redirect("restock:order", orders[0].pk)
    return redirect(f"{reverse('restock:orders')}?waits_for=sending")


def _already_decided(request: HttpRequest, rows: Sequence[RestockSuggestion]) -> HttpResponse:
    """The second click, or somebody else was quicker: lead to the orders that there are."""
    orders = list(PurchaseOrder.objects.filter(lines__suggestion__in=rows).distinct().order_by("pk"))
    if not orders:
        messages.warning(request, _("None of the chosen suggestions is open any more."))
        return redirect("restock:suggestions")
    numbers = ", ".join(order.number for order in orders)
    messages.info(request, _("These suggestions are already ordered: %(numbers)s.") % {"numbers": numbers})
    return redirect("restock:order", orders[0].pk) if len(orders) == 1 else redirect("restock:orders")
