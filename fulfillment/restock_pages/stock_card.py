"""The stock card of a SKU: where it lies, what comes, what moved, what is asked for."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.models import Sku
from fulfillment.models import Warehouse
from fulfillment.restock_pages import card_reads
from fulfillment.restock_pages.card_reads import WarehouseStock
from fulfillment.restock_pages.demand_charts import days_of, demand_by_day
from fulfillment.restock_pages.reach import (
    VIEW_STOCK,
    VIEW_SUGGESTIONS,
    page_context,
    reader,
    visible_suggestions,
    warehouses_in_reach,
)

MOVEMENTS_SHOWN = 30
DEMAND_DAYS = 90


@require_safe
@login_required
@permission_required(VIEW_STOCK, raise_exception=True)
def card(request: HttpRequest, sku_id: int) -> HttpResponse:
    """The card; movements go on below `?before=`."""
    user, today = reader(request), timezone.localdate()
    sku = get_object_or_404(Sku.objects.select_related("product"), pk=sku_id)
    warehouses = warehouses_in_reach(user, permission=VIEW_STOCK)
    before = request.GET.get("before", "")
    movements, older = card_reads.movements_of(
        sku,
        warehouses=warehouses,
        before=min(int(before), 2**62) if before.isascii() and before.isdecimal() else None,
        size=MOVEMENTS_SHOWN,
    )
    balances = card_reads.balances_of(sku, warehouses=warehouses)
    stock = card_reads.stock_by_warehouse(sku, warehouses=warehouses, balances=balances, today=today)
    may_see = user.has_perm(VIEW_SUGGESTIONS)
    context = page_context(request, _("Stock card of %(code)s") % {"code": sku.code})
    context |= {
        "sku": sku,
        "stock": stock,
        "sums": _sums(stock),
        "lots": card_reads.lots_of(balances),
        "suggestions": card_reads.open_suggestions(visible_suggestions(user), sku) if may_see else [],
        "movements": movements,
        "older": older,
        "is_first": not before,
        "base_currency": settings.BASE_CURRENCY,
        "chart": _chart(sku, warehouses, today=today),
        "today": today,
    }
    return render(request, "fulfillment/restock/card.html", context)


def _sums(stock: Sequence[WarehouseStock]) -> dict[str, int]:
    return {
        "on_hand": sum(one.on_hand for one in stock),
        "reserved": sum(one.reserved for one in stock),
        "owed": sum(one.owed for one in stock),
        "available": sum(one.available for one in stock),
        "incoming": sum(one.incoming_units for one in stock),
    }


def _chart(sku: Sku, warehouses: Sequence[Warehouse], *, today: date) -> dict[str, Any]:
    days = days_of(
        sku.pk,
        warehouse_ids=[warehouse.pk for warehouse in warehouses],
        first=today - timedelta(days=DEMAND_DAYS),
        last=today - timedelta(days=1),
    )
    return demand_by_day(days)
