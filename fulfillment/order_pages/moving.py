"""Doing something with chosen orders: first the page that shows what will happen, then the doing."""

from functools import partial
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from config.kernel.models import User
from config.kernel.places import own_page
from config.kernel.pressing import new_press, once_per_press
from fulfillment.models import Order
from fulfillment.order_pages.forms import MoveForm
from fulfillment.order_pages.list_reads import sums_of
from fulfillment.order_pages.moves import MOVES, Refused, move_each, sort_out
from fulfillment.queries.orders import visible_orders

CHANGE = "fulfillment.change_order"
MOST_AT_ONCE = 200


def _back(request: HttpRequest) -> str:
    return own_page(request, request.POST.get("next", "")) or reverse("orders:list")


def _chosen(request: HttpRequest) -> list[Order]:
    """The orders that were ticked, of those in reach; the others are as if they did not exist."""
    numbers = [number for number in request.POST.getlist("chosen") if "\x00" not in number][:MOST_AT_ONCE]
    orders = visible_orders(cast("User", request.user), permission=CHANGE).filter(number__in=numbers)
    return list(orders.order_by("placed_at", "pk"))


@require_POST
@login_required
@permission_required(CHANGE, raise_exception=True)
def move(request: HttpRequest) -> HttpResponse:
    """Ask with the numbers first; with `confirmed` do it on each order and tell what was done and what was not."""
    orders = _chosen(request)
    if request.POST.get("action") not in MOVES or not orders:
        messages.error(request, _("Choose orders and what to do with them."))
        return redirect(_back(request))
    form = MoveForm(request.POST)
    if "confirmed" not in request.POST:
        return _ask(request, orders, MoveForm(initial={"press": new_press()}))
    if not form.is_valid():
        return _ask(request, orders, form)
    # Each order is done in a transaction of its own, so the press is claimed first.
    return once_per_press(request, partial(_move, request, orders, form), in_one_transaction=False)


def _move(request: HttpRequest, orders: list[Order], form: MoveForm) -> HttpResponse:
    chosen = MOVES[form.cleaned_data["action"]]
    possible, refused = sort_out(chosen, orders)
    press = form.cleaned_data["press"] or new_press()
    done, failed = move_each(chosen, possible, reason=form.cleaned_data["reason"], press=press)
    _tell(request, str(chosen.label), done=done, refused=refused + failed)
    return redirect(_back(request))


def _ask(request: HttpRequest, orders: list[Order], form: MoveForm) -> HttpResponse:
    code = request.POST["action"]
    chosen = MOVES[code]
    possible, refused = sort_out(chosen, orders)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": chosen.label,
        "code": code,
        "move": chosen,
        "possible": possible,
        "refused": refused,
        "sums": sums_of(Order.objects.filter(pk__in=[order.pk for order in possible])),
        "form": form,
        "press": form["press"].value() or new_press(),
        "back": _back(request),
    }
    return render(request, "fulfillment/orders/move.html", context)


def _tell(request: HttpRequest, label: str, *, done: int, refused: list[Refused]) -> None:
    if done:
        words = ngettext("%(what)s: %(count)s order done.", "%(what)s: %(count)s orders done.", done)
        messages.success(request, words % {"what": label, "count": done})
    for one in refused:
        messages.error(request, f"{one.order.number}: {one.why}")
