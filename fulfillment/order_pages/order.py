"""The page of one order."""

from django.contrib import admin
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.kernel.models import User
from config.kernel.personal import mask_address, mask_name, mask_phone
from fulfillment.models import Payment, Refund, SalesEntry
from fulfillment.order_pages import reads
from fulfillment.order_pages.money import money_of
from fulfillment.order_pages.moves import possible_moves
from fulfillment.queries.orders import visible_orders


@require_safe
@login_required
@permission_required("fulfillment.view_order", raise_exception=True)
def show(request: HttpRequest, number: str) -> HttpResponse:
    """An order by our number; one out of the reader's reach is not found.

    Payments, refunds and ledger rows are shown to those who may view them; persons are masked for everybody.
    """
    assert isinstance(request.user, User)
    user = request.user
    order = get_object_or_404(visible_orders(user).select_related("import_batch"), number=number.replace("\x00", "?"))
    rows = reads.line_rows(order)
    payments: list[Payment] = list(order.payments.order_by("pk")) if user.has_perm("fulfillment.view_payment") else []
    refunds: list[Refund] = list(reads.refunds_of(order)) if user.has_perm("fulfillment.view_refund") else []
    sees_ledger = user.has_perm("fulfillment.view_salesentry")
    ledger: list[SalesEntry] = list(reads.ledger_of(order)) if sees_ledger else []
    context = {
        **admin.site.each_context(request),
        "title": _("Order %(number)s") % {"number": order.number},
        "order": order,
        "recipient": mask_name(order.buyer_name),
        "phone": mask_phone(order.buyer_phone),
        "address": mask_address(order.buyer_address),
        "rows": rows,
        "money": money_of(order, rows),
        "payments": payments,
        "refunds": refunds,
        "ledger": ledger,
        "moments": reads.timeline(order, payments=payments, refunds=refunds),
        "can_see_stock": user.has_perm("fulfillment.view_stockbalance"),
        "can_see_customer": user.has_perm("membership.view_customer"),
        "moves": possible_moves(order) if user.has_perm("fulfillment.change_order") else [],
    }
    return render(request, "fulfillment/orders/order.html", context)
