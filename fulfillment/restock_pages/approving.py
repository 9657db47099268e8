"""Approve chosen suggestions: the totals of each purchase order first, the orders on the second press."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
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
from fulfillment.restock_pages import list_reads, older_edits
from fulfillment.restock_pages.forms import LONGEST_REASON, read_seen, write_seen
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
from fulfillment.services.approval import Place, approve_suggestions, places_of
from fulfillment.services.fill_up import FillUp, fill_up_of

State = RestockSuggestion.State
# More lines than anybody reads before pressing; the rest stays for the next time.
MOST_AT_ONCE = 1000
DECLINED = "no"


@dataclass(frozen=True)
class OrderPlan:
    """A purchase order that would be made; `fill` is what it may take along to reach the supplier's minimum."""

    place: Place
    supplier: str
    warehouse: str
    currency: str
    minimum: Decimal
    lines: Sequence[RestockSuggestion]
    older: Mapping[int, older_edits.OlderEdit]
    fill: FillUp | None
    is_filled: bool

    @property
    def units(self) -> int:
        """Pieces suggested."""
        return sum(line.quantity for line in self.lines)

    @property
    def value(self) -> Decimal:
        """What the suggested lines with a cost are worth."""
        return sum((line.value or Decimal(0) for line in self.lines), Decimal(0))

    @property
    def shortfall(self) -> Decimal:
        """How much is missing to the supplier's minimum order value, 0 when it is reached."""
        return max(self.minimum - self.value, Decimal(0))

    @property
    def ordered_units(self) -> int:
        """Pieces with what it is filled up with, where that is wanted."""
        return self.units + (self.fill.units if self.fill and self.is_filled else 0)

    @property
    def ordered_value(self) -> Decimal:
        """What the order would be worth."""
        return self.value + (self.fill.cost if self.fill and self.is_filled else 0)

    @property
    def filled_value(self) -> Decimal:
        """What the order would be worth when filled up."""
        return self.value + (self.fill.cost if self.fill else 0)

    @property
    def code(self) -> str:
        """The name of its choice in the form."""
        return "fill-{}-{}".format(*self.place)

    @property
    def seen_fill(self) -> str:
        """What the person is shown, for the form to send back."""
        return write_seen((line.sku_id, line.extra) for line in self.fill.lines) if self.fill else ""

    @property
    def rows(self) -> list[tuple[RestockSuggestion, older_edits.OlderEdit | None]]:
        """The lines, with what a newer check says of those that stayed from an older one."""
        return [(line, self.older.get(line.pk)) for line in self.lines]

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
        return _decide(request, mine, read_seen(request.POST["seen"]))
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


def plans_of(chosen: Sequence[RestockSuggestion], *, form: Mapping[str, str]) -> list[OrderPlan]:
    """The purchase orders that the approval would make of these, by supplier and warehouse.

    A fill-up that is possible is taken unless the form declines it.
    """
    older = older_edits.newer_views(chosen)
    plans = []
    for place, lines in places_of(chosen).items():
        supplier = lines[0].supplier
        assert supplier is not None
        fill = fill_up_of(lines)
        plan = OrderPlan(
            place=place,
            supplier=str(supplier),
            warehouse=str(lines[0].warehouse),
            currency=supplier.currency,
            minimum=supplier.minimum_order_amount,
            lines=lines,
            older=older,
            fill=fill,
            is_filled=False,
        )
        plans.append(replace(plan, is_filled=fill is not None and form.get(plan.code) != DECLINED))
    return plans


def _confirm(
    request: HttpRequest,
    chosen: Sequence[RestockSuggestion],
    *,
    differences: Sequence[Difference] = (),
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    plans = plans_of(chosen, form=request.POST)
    totals: dict[str, Decimal] = {}
    for plan in plans:
        totals[plan.currency] = totals.get(plan.currency, Decimal(0)) + plan.ordered_value
    context = page_context(request, _("Approve into purchase orders"))
    context |= {
        "plans": plans,
        "lines": len(chosen),
        "units": sum(plan.ordered_units for plan in plans),
        "totals": totals,
        "asks_reason": any(plan.shortfall for plan in plans),
        "needs_reason": any(plan.shortfall and not plan.fill for plan in plans),
        "seen": write_seen((one.pk, one.quantity) for one in chosen),
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
    plans = plans_of(still_open, form=request.POST)
    if any(request.POST.get(f"{plan.code}-seen", plan.seen_fill) != plan.seen_fill for plan in plans):
        error = _("What the order would be filled up with has changed. Look once more and confirm again.")
        return _confirm(request, still_open, error=error, status=CONFLICT)
    fill_ups = {plan.place: plan.fill for plan in plans if plan.fill and plan.is_filled}
    low = any(plan.shortfall and plan.place not in fill_ups for plan in plans)
    if low and not reason:
        error = _("Say why the order goes out below the supplier's minimum.")
        return _confirm(request, still_open, error=error, status=INVALID)
    try:
        approval = approve_suggestions(
            [one.pk for one in still_open],
            actor=reader(request),
            accept_below_minimum=low,
            reason=reason,
            fill_ups=fill_ups,
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
