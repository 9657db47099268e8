"""The list of orders and its export."""

import tempfile
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from catalog.models import Store
from catalog.scopes import visible_stores
from config.kernel.audit import record_change
from config.kernel.importing.export import write_csv, write_xlsx
from config.kernel.keyset import in_keyset_chunks, keyset_page
from config.kernel.models import User
from config.kernel.store_time import zone_of
from fulfillment.models import Order
from fulfillment.order_pages import list_reads
from fulfillment.order_pages.forms import OrderFilterForm
from fulfillment.order_pages.moves import MOVES
from fulfillment.queries.orders import visible_orders

VIEW = "fulfillment.view_order"
PAGE_SIZE = 50
CHUNK = 2000
# What one file may hold; more is asked for in several, so that no page is held up for minutes.
MOST_EXPORTED = 100_000
WRITERS: dict[str, tuple[Callable[..., None], str]] = {
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def _filters(request: HttpRequest, user: User) -> OrderFilterForm:
    reach = visible_stores(user, permission=VIEW)
    stores = (Store.objects.all() if reach is None else reach).select_related("channel").order_by("code")
    return OrderFilterForm(request.GET, stores=list(stores))


def _view(request: HttpRequest) -> str:
    view = request.GET.get("view", "")
    return view if view in list_reads.TABS else ""


def _found(request: HttpRequest, form: OrderFilterForm, orders: QuerySet[Order]) -> QuerySet[Order]:
    if not form.is_valid():
        return orders.none()
    return list_reads.narrowed(orders, form.cleaned_data, view=_view(request), now=timezone.now())


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def order_list(request: HttpRequest) -> HttpResponse:
    """Orders of the stores in reach, the newest first, 50 to a page by key; tabs, filters, sums of what was found."""
    user, now = cast("User", request.user), timezone.now()
    orders, form = visible_orders(user), _filters(request, user)
    found = _found(request, form, orders)
    view = _view(request)
    chosen = {name: text for name in form.fields if (text := request.GET.get(name, "").strip())}
    kept = chosen | ({"view": view} if view else {})
    context = {
        **admin.site.each_context(request),
        "title": _("Orders"),
        "form": form,
        "view": view,
        "chosen": chosen,
        "query": urlencode(chosen),
        "kept": urlencode(kept),
        "is_narrowed": bool(kept),
        "tabs": list_reads.tabs_of(orders, now=now),
        "page": keyset_page(found, moment="placed_at", cursor=request.GET.get("cursor", ""), size=PAGE_SIZE),
        "sums": list_reads.sums_of(found) if kept else [],
        "most_summed": list_reads.MOST_SUMMED,
        "now": now,
        "moves": MOVES if user.has_perm("fulfillment.change_order") else {},
        "exports": [(kind.upper(), f"{reverse('orders:export', args=[kind])}?{urlencode(kept)}") for kind in WRITERS],
    }
    return render(request, "fulfillment/orders/list.html", context)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """What the list shows as CSV or XLSX, without personal data; noted in the audit trail. At most `MOST_EXPORTED`."""
    if kind not in WRITERS:
        raise Http404
    user = cast("User", request.user)
    form = _filters(request, user)
    found = _found(request, form, visible_orders(user))
    if found.order_by()[: MOST_EXPORTED + 1].count() > MOST_EXPORTED:
        words = _("More than %(most)s orders match: narrow the list and take several files.")
        messages.error(request, words % {"most": f"{MOST_EXPORTED:,}"})
        return redirect(f"{reverse('orders:list')}?{request.GET.urlencode()}")
    write, content_type = WRITERS[kind]
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    rows = in_keyset_chunks(found.select_related("store", "customer"), moment="placed_at", size=CHUNK)
    write(stream, headings=_headings(), rows=(_cells(order) for order in rows))
    # What was searched for may be a phone number: that somebody searched is noted, for what is not.
    asked = {name: value if name != "q" else bool(value) for name, value in request.GET.items()}
    record_change("orders.exported", after={"kind": kind, **asked})
    stream.seek(0)
    name = f"orders-{timezone.localdate():%Y%m%d}.{kind}"
    return FileResponse(stream, as_attachment=True, filename=name, content_type=content_type)


def _headings() -> list[str]:
    return [
        _("Number"),
        _("Store"),
        _("Channel's number"),
        _("Customer"),
        _("State"),
        _("Payment"),
        _("Dispatch"),
        _("Currency"),
        _("Payable"),
        pgettext("amount", "Paid"),
        pgettext("amount", "Refunded"),
        _("Commission"),
        _("Receivable"),
        _("Placed"),
        pgettext("order", "Paid"),
        _("Dispatch due"),
        _("Shipped at"),
    ]


def _cells(order: Order) -> list[Any]:
    zone = zone_of(order.store.time_zone)
    moments = (order.placed_at, order.paid_at, order.dispatch_due_at, order.shipped_at)
    return [
        order.number,
        order.store.code,
        order.external_number,
        order.customer.number if order.customer else "",
        order.get_state_display(),
        order.get_payment_state_display(),
        order.get_fulfilment_state_display(),
        order.currency,
        order.payable_amount,
        order.paid_amount,
        order.refunded_amount,
        order.commission_amount,
        order.receivable_amount,
        *(moment and moment.astimezone(zone).replace(tzinfo=None, microsecond=0) for moment in moments),
    ]
