"""Receiving in parts: what came of each line, booked once however often the form is sent."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

from config.kernel.errors import DomainError
from config.kernel.pressing import new_press
from fulfillment.models import GoodsReceipt, Lot, PurchaseOrder, PurchaseOrderLine
from fulfillment.purchase_order_states import PURCHASE_ORDER_MOVES
from fulfillment.restock_pages.forms import MOST_PIECES
from fulfillment.restock_pages.order_reads import open_lines
from fulfillment.restock_pages.reach import (
    CONFLICT,
    INVALID,
    RECEIVE,
    VIEW_ORDERS,
    page_context,
    reader,
    visible_purchase_orders,
)
from fulfillment.services.purchasing import ReceivedLine, receive_goods

# Four fields a line: well below what one request may carry.
LINES_SHOWN = 100
PRESS = re.compile(r"[0-9a-f]{32}")


class LineForm(forms.Form):
    """What came of a line. Lots are asked for where the SKU keeps lots or expires."""

    accepted = forms.IntegerField(
        label=pgettext_lazy("goods", "Good"), required=False, min_value=0, max_value=MOST_PIECES
    )
    damaged = forms.IntegerField(
        label=pgettext_lazy("goods", "Damaged"), required=False, min_value=0, max_value=MOST_PIECES
    )
    lot_code = forms.CharField(label=gettext_lazy("Lot"), required=False, max_length=60)
    expires_on = forms.DateField(
        label=gettext_lazy("Expires on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: Any, *, line: PurchaseOrderLine, has_lots: bool, needs_lot: bool) -> None:
        super().__init__(data, prefix=f"line{line.pk}")
        self.line, self.needs_lot = line, needs_lot
        if not has_lots:
            del self.fields["lot_code"], self.fields["expires_on"]
        for name, field in self.fields.items():
            field.widget.attrs |= {"aria-label": f"{line.sku.code}: {field.label}", "class": f"zg-restock-{name}"}
        self.fields["accepted"].widget.attrs["data-rest"] = self.rest

    @property
    def rest(self) -> int:
        """Pieces still to come of the line."""
        return self.line.open_quantity

    def clean(self) -> dict[str, Any]:
        """Not more than is still to come, and the lot that belongs to an expiry."""
        typed = super().clean() or {}
        arrived = (typed.get("accepted") or 0) + (typed.get("damaged") or 0)
        if arrived > self.rest:
            self.add_error("accepted", self._too_many(arrived))
        if typed.get("expires_on") and not typed.get("lot_code"):
            self.add_error("lot_code", _("Enter the lot that this expiry belongs to."))
        elif arrived and self.needs_lot and not typed.get("lot_code"):
            self.add_error("lot_code", _("This SKU is kept by lots: enter the lot."))
        return typed

    def _too_many(self, arrived: int) -> str:
        text = ngettext(
            "%(arrived)d entered, but only %(rest)d piece is still to come. Book what was ordered and settle the rest with"
            " the supplier.",
            "%(arrived)d entered, but only %(rest)d pieces are still to come. Book what was ordered and settle the rest"
            " with the supplier.",
            self.rest,
        )
        return text % {"arrived": arrived, "rest": self.rest}

    def received(self) -> ReceivedLine:
        """The line as the service takes it."""
        typed = self.cleaned_data
        return ReceivedLine(
            line_id=self.line.pk,
            accepted=typed["accepted"] or 0,
            damaged=typed["damaged"] or 0,
            lot_code=typed.get("lot_code", "").strip(),
            expires_on=typed.get("expires_on"),
        )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required([VIEW_ORDERS, RECEIVE], raise_exception=True)
def receive(request: HttpRequest, order_id: int) -> HttpResponse:
    """The open lines of an order (GET), book what came of them (POST)."""
    order = get_object_or_404(visible_purchase_orders(reader(request), permission=RECEIVE), pk=order_id)
    if request.method != "POST":
        return _form_page(request, order, _line_forms(request, order))
    press = request.POST.get("press", "")
    if not PRESS.fullmatch(press):
        return _form_page(
            request, order, _line_forms(request, order), error=_("This form has expired: enter it again.")
        )
    key = f"page:{order.pk}:{press}"
    known = GoodsReceipt.objects.filter(idempotency_key=key).first()
    if known is not None:
        messages.info(request, _("This delivery is booked already as %(number)s.") % {"number": known.number})
        return redirect("restock:order", order.pk)
    return _book(request, order, key=key)


def _book(request: HttpRequest, order: PurchaseOrder, *, key: str) -> HttpResponse:
    line_forms = _line_forms(request, order)
    # Every form is asked, so that all that is wrong is told at once.
    wrong = [form for form in line_forms if not form.is_valid()]
    if wrong:
        return _form_page(
            request, order, line_forms, error=_("Nothing is booked yet: mend what is marked."), status=INVALID
        )
    lines = [form.received() for form in line_forms]
    arrived = [line for line in lines if line.accepted or line.damaged]
    try:
        receipt = receive_goods(order, lines=arrived, key=key, actor=reader(request), received_at=timezone.now())
    except DomainError as error:
        # Somebody else has booked meanwhile: the forms are made anew, so that they show what is still to come now.
        order.refresh_from_db()
        anew = _line_forms(request, order)
        for form in anew:
            form.is_valid()
        return _form_page(
            request, order, anew, error=str(error.message), status=CONFLICT if error.status == CONFLICT else INVALID
        )
    pieces = sum(line.accepted + line.damaged for line in arrived)
    text = ngettext("%(number)s: %(count)d piece received.", "%(number)s: %(count)d pieces received.", pieces)
    messages.success(request, text % {"number": receipt.number, "count": pieces})
    return redirect("restock:order", order.pk)


def _line_forms(request: HttpRequest, order: PurchaseOrder) -> list[LineForm]:
    """The forms of a page of open lines; when they come back, those that were shown."""
    if request.method == "POST":
        shown = {int(pk) for pk in request.POST.getlist("line")[:LINES_SHOWN] if pk.isascii() and pk.isdecimal()}
        lines = list(order.lines.filter(pk__in=shown).select_related("sku__product").order_by("sku__code"))
    else:
        found = open_lines(order, words=request.GET.get("q", "").strip()[:60])
        lines = list(Paginator(found, LINES_SHOWN).get_page(request.GET.get("page")).object_list)
    skus = [line.sku_id for line in lines]
    by_lot = set(Lot.objects.filter(sku__in=skus).exclude(code="").values_list("sku_id", flat=True))
    return [
        LineForm(
            request.POST if request.method == "POST" else None,
            line=line,
            has_lots=line.sku_id in by_lot or line.sku.shelf_life_days is not None,
            needs_lot=line.sku_id in by_lot,
        )
        for line in lines
    ]


def _form_page(
    request: HttpRequest, order: PurchaseOrder, line_forms: Sequence[LineForm], *, error: str = "", status: int = 200
) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:60]
    context = page_context(request, _("Receive %(number)s") % {"number": order.number})
    press = request.POST.get("press", "")
    context |= {
        "order": order,
        "forms": line_forms,
        "page": Paginator(open_lines(order, words=words), LINES_SHOWN).get_page(request.GET.get("page")),
        "words": words,
        "error": error,
        "has_lots": any("lot_code" in form.fields for form in line_forms),
        "is_receivable": PURCHASE_ORDER_MOVES.allowed(order.state, PurchaseOrder.State.RECEIVED),
        # The same press while the form is mended: it is still the same delivery.
        "press": press if PRESS.fullmatch(press) else new_press(),
    }
    return render(request, "fulfillment/restock/receive.html", context, status=status)
