"""Purchase orders: the list, one order, and what is done with it until the goods come."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from config.kernel.errors import DomainError
from fulfillment.models import PurchaseOrder, Supplier
from fulfillment.purchase_order_states import PURCHASE_ORDER_MOVES
from fulfillment.restock_pages import order_reads
from fulfillment.restock_pages.forms import ExpectedForm, ReasonForm
from fulfillment.restock_pages.reach import (
    CHANGE_ORDERS,
    CONFLICT,
    INVALID,
    RECEIVE,
    SEND_ORDERS,
    VIEW_ORDERS,
    page_context,
    reader,
    visible_purchase_orders,
    warehouses_in_reach,
)
from fulfillment.services.purchasing import (
    cancel_purchase_order,
    confirm_purchase_order,
    expect_purchase_order,
    send_purchase_order,
)

State = PurchaseOrder.State
PAGE_SIZE = 50
FILTERS = ("waits_for", "state", "supplier", "warehouse", "q")


@require_safe
@login_required
@permission_required(VIEW_ORDERS, raise_exception=True)
def order_list(request: HttpRequest) -> HttpResponse:
    """Purchase orders, the newest first, 50 to a page."""
    user = reader(request)
    chosen = {name: text for name in FILTERS if (text := request.GET.get(name, "").strip()[:100])}
    found = order_reads.narrowed(visible_purchase_orders(user), chosen).order_by("-pk")
    context = page_context(request, _("Purchase orders"))
    context |= {
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "query": urlencode(chosen),
        "pickers": _pickers(user, chosen),
        "today": timezone.localdate(),
        "on_the_way": PurchaseOrder.ON_THE_WAY,
    }
    return render(request, "fulfillment/restock/orders.html", context)


def _pickers(user: Any, chosen: dict[str, str]) -> list[dict[str, Any]]:
    waits = [
        ("sending", _("sending")),
        ("arrival", pgettext("waits for", "arrival")),
        ("overdue", _("arrival, overdue")),
    ]
    suppliers = [(str(one.pk), str(one)) for one in Supplier.objects.filter(is_active=True)]
    warehouses = [(str(one.pk), str(one)) for one in warehouses_in_reach(user, permission=VIEW_ORDERS)]
    choices: list[tuple[str, str, list[tuple[str, Any]]]] = [
        ("waits_for", _("Waits for"), waits),
        ("state", _("State"), list(State.choices)),
        ("supplier", _("Supplier"), suppliers),
        ("warehouse", _("Warehouse"), warehouses),
    ]
    return [
        {
            "name": name,
            "label": label,
            "options": [("", _("all"), False), *((value, text, value == chosen.get(name)) for value, text in options)],
        }
        for name, label, options in choices
    ]


@require_safe
@login_required
@permission_required(VIEW_ORDERS, raise_exception=True)
def show(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order."""
    return _page(request, get_object_or_404(visible_purchase_orders(reader(request)), pk=order_id))


def _page(
    request: HttpRequest,
    order: PurchaseOrder,
    *,
    expected_form: ExpectedForm | None = None,
    cancel_form: ReasonForm | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    user, rows = reader(request), order_reads.line_rows(order)
    can_change = user.has_perm(CHANGE_ORDERS) and order.state in PurchaseOrder.OPEN_STATES
    day = order.expected_on.isoformat() if order.expected_on else ""
    context = page_context(request, _("Purchase order %(number)s") % {"number": order.number})
    context |= {
        "order": order,
        "rows": rows,
        "totals": order_reads.totals_of(rows),
        "receipts": order_reads.receipts_of(order),
        "history": order_reads.history_of(order),
        "error": error,
        "is_overdue": order.state in PurchaseOrder.ON_THE_WAY
        and order.expected_on is not None
        and order.expected_on < timezone.localdate(),
        "can_send": user.has_perm(SEND_ORDERS) and PURCHASE_ORDER_MOVES.allowed(order.state, State.SENT),
        "can_receive": user.has_perm(RECEIVE) and PURCHASE_ORDER_MOVES.allowed(order.state, State.RECEIVED),
        "is_confirmable": PURCHASE_ORDER_MOVES.allowed(order.state, State.CONFIRMED),
        "can_cancel_rest": can_change and PURCHASE_ORDER_MOVES.allowed(order.state, State.CLOSED),
        "expected_form": (expected_form or ExpectedForm(initial={"expected_on": day, "seen": day}))
        if can_change
        else None,
        "cancel_form": (cancel_form or ReasonForm(auto_id="cancel_%s"))
        if can_change and PURCHASE_ORDER_MOVES.allowed(order.state, State.CANCELLED)
        else None,
    }
    return render(request, "fulfillment/restock/order.html", context, status=status)


def _act(request: HttpRequest, order: PurchaseOrder, work: Callable[[], object], *, done: str) -> HttpResponse:
    """Do it and come back; a refusal is told on the page as it is now."""
    try:
        work()
    except DomainError as error:
        order.refresh_from_db()
        return _page(request, order, error=str(error.message), status=CONFLICT)
    messages.success(request, done)
    return redirect("restock:order", order.pk)


@require_POST
@login_required
@permission_required([VIEW_ORDERS, SEND_ORDERS], raise_exception=True)
def send(request: HttpRequest, order_id: int) -> HttpResponse:
    """Note that the order went out."""
    user = reader(request)
    order = get_object_or_404(visible_purchase_orders(user, permission=SEND_ORDERS), pk=order_id)
    if order.state == State.SENT:
        # The second click of the same person: it is what was asked for.
        return redirect("restock:order", order.pk)
    return _act(
        request, order, lambda: send_purchase_order(order, actor=user), done=_("Marked as sent to the supplier.")
    )


@require_POST
@login_required
@permission_required([VIEW_ORDERS, CHANGE_ORDERS], raise_exception=True)
def expect(request: HttpRequest, order_id: int) -> HttpResponse:
    """Another day of arrival; the supplier's yes where that was ticked."""
    user = reader(request)
    order = get_object_or_404(visible_purchase_orders(user, permission=CHANGE_ORDERS), pk=order_id)
    form = ExpectedForm(request.POST)
    if not form.is_valid():
        return _page(request, order, expected_form=form, status=INVALID)
    day: date = form.cleaned_data["expected_on"]

    def work() -> None:
        seen = form.cleaned_data["seen"]
        if day.isoformat() != seen:
            expect_purchase_order(order, expected_on=day, seen=date.fromisoformat(seen) if seen else None, actor=user)
        if "confirmed" in request.POST:
            confirm_purchase_order(order, actor=user)

    return _act(request, order, work, done=_("The expected day is noted."))


@require_POST
@login_required
@permission_required([VIEW_ORDERS, CHANGE_ORDERS], raise_exception=True)
def cancel(request: HttpRequest, order_id: int) -> HttpResponse:
    """Call it off as long as nothing has come."""
    user = reader(request)
    order = get_object_or_404(visible_purchase_orders(user, permission=CHANGE_ORDERS), pk=order_id)
    form = ReasonForm(request.POST, auto_id="cancel_%s")
    if not form.is_valid():
        return _page(request, order, cancel_form=form, status=INVALID)
    reason = form.cleaned_data["reason"]
    return _act(
        request,
        order,
        lambda: cancel_purchase_order(order, actor=user, reason=reason),
        done=_("The purchase order is cancelled. The next check sees the need again."),
    )
