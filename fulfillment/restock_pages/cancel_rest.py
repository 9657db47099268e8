"""Call off what is still to come of an order received in part: what that is, first; the second press does it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.kernel.errors import DomainError
from fulfillment.models import PurchaseOrder
from fulfillment.purchase_order_states import PURCHASE_ORDER_MOVES
from fulfillment.restock_pages import order_reads
from fulfillment.restock_pages.forms import ReasonForm, read_seen, write_seen
from fulfillment.restock_pages.reach import (
    CHANGE_ORDERS,
    CONFLICT,
    INVALID,
    VIEW_ORDERS,
    page_context,
    reader,
    visible_purchase_orders,
)
from fulfillment.services.purchasing import cancel_rest


@dataclass(frozen=True)
class Difference:
    """A line of which another number of pieces is still to come than the person was shown."""

    code: str
    seen: int
    now: int


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required([VIEW_ORDERS, CHANGE_ORDERS], raise_exception=True)
def cancel_rest_of(request: HttpRequest, order_id: int) -> HttpResponse:
    """The open lines with what they are worth (GET); cancel exactly these (POST)."""
    order = get_object_or_404(visible_purchase_orders(reader(request), permission=CHANGE_ORDERS), pk=order_id)
    if request.method != "POST":
        return _page(request, order)
    if order.state == PurchaseOrder.State.CLOSED:
        # The second click of the same person: it is what was asked for.
        return redirect("restock:order", order.pk)
    form = ReasonForm(request.POST)
    seen = read_seen(request.POST.get("seen", ""))
    differences = _differences(order, seen)
    if differences:
        error = _("Something was booked since you looked. Look once more and confirm again.")
        return _page(request, order, form=form, error=error, differences=differences, status=CONFLICT)
    if not form.is_valid():
        return _page(request, order, form=form, status=INVALID)
    try:
        cancel_rest(order, seen=seen, actor=reader(request), reason=form.cleaned_data["reason"])
    except DomainError as refusal:
        order.refresh_from_db()
        return _page(request, order, form=form, error=str(refusal.message), status=CONFLICT)
    messages.success(request, _("The rest is cancelled. The next check sees the need again."))
    return redirect("restock:order", order.pk)


def _differences(order: PurchaseOrder, seen: Mapping[int, int]) -> list[Difference]:
    rows = order_reads.line_rows(order)
    return [
        Difference(row.line.sku.code, seen.get(row.line.pk, 0), row.rest)
        for row in rows
        if seen.get(row.line.pk, 0) != row.rest
    ]


def _page(
    request: HttpRequest,
    order: PurchaseOrder,
    *,
    form: ReasonForm | None = None,
    error: str = "",
    differences: Sequence[Difference] = (),
    status: int = 200,
) -> HttpResponse:
    rows = order_reads.line_rows(order)
    waiting = [row for row in rows if row.rest]
    context = page_context(request, _("Cancel the rest of %(number)s") % {"number": order.number})
    context |= {
        "order": order,
        "rows": waiting,
        "totals": order_reads.totals_of(rows),
        "form": form or ReasonForm(),
        "error": error,
        "differences": differences,
        "seen": write_seen((row.line.pk, row.rest) for row in waiting),
        "is_allowed": PURCHASE_ORDER_MOVES.allowed(order.state, PurchaseOrder.State.CLOSED),
    }
    return render(request, "fulfillment/restock/cancel_rest.html", context, status=status)
