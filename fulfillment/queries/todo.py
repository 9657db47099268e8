"""What waits in fulfillment, for the start page."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.kernel.models import User
from config.kernel.todo import Todo
from fulfillment.models import PurchaseOrder, RestockSuggestion, ShortLine
from fulfillment.queries.orders import HELD, visible_orders, visible_parked, waits_for
from fulfillment.queries.warehouses import visible_warehouses

SHIP, DECIDE, SEND = (
    f"fulfillment.{what}" for what in ("change_order", "approve_restocksuggestion", "change_purchaseorder")
)


def todo(user: User) -> list[Todo]:
    """Counters of the stores and warehouses in sight, each behind its own permission."""
    return [*_of_orders(user), *_of_shortages(user), *_of_parked(user), *_of_suggestions(user), *_of_purchases(user)]


def _list_of(name: str, question: str) -> str:
    return f"{reverse(f'admin:fulfillment_{name}_changelist')}?{question}"


def _of_orders(user: User) -> list[Todo]:
    if not user.has_perm("fulfillment.view_order"):
        return []
    orders, now, page = visible_orders(user), timezone.now(), reverse("orders:list")
    to_ship, late, soon = (orders.filter(waits_for(code, now=now)) for code in ("dispatch", "late", "soon"))
    return [
        Todo(_("Orders to ship"), to_ship, f"{page}?view=dispatch", "local_shipping", act=SHIP),
        Todo(_("Orders to ship that are late"), late, f"{page}?view=late", "schedule", is_urgent=True, act=SHIP),
        Todo(_("Orders to ship within six hours"), soon, f"{page}?view=soon", "alarm", is_urgent=True, act=SHIP),
        Todo(_("Orders held for a check"), orders.filter(HELD), f"{page}?view=held", "gpp_maybe", act=SHIP),
    ]


def _of_shortages(user: User) -> list[Todo]:
    if not user.has_perm("fulfillment.view_shortline"):
        return []
    orders = visible_orders(user, permission="fulfillment.view_shortline")
    missing: Any = ShortLine.objects.filter(state=ShortLine.State.OPEN, order_line__order__in=orders)
    link = _list_of("shortline", "state__exact=open")
    return [Todo(_("Shortages"), missing, link, "production_quantity_limits", act=SHIP)]


def _of_parked(user: User) -> list[Todo]:
    if not user.has_perm("kernel.replay_inboxmessage"):
        return []
    link = reverse("admin:fulfillment_order_parked")
    return [Todo(_("Orders with unknown goods"), visible_parked(user), link, "inbox", is_urgent=True)]


def _in_sight(user: User, rows: QuerySet[Any], *, permission: str) -> QuerySet[Any]:
    warehouses = visible_warehouses(user, permission=permission)
    return rows if warehouses is None else rows.filter(warehouse__in=warehouses)


def _of_suggestions(user: User) -> list[Todo]:
    permission = "fulfillment.view_restocksuggestion"
    if not user.has_perm(permission):
        return []
    suggestions = RestockSuggestion.objects.filter(state=RestockSuggestion.State.OPEN)
    count = _in_sight(user, suggestions, permission=permission)
    page = reverse("restock:suggestions")
    return [Todo(_("Restock suggestions to decide"), count, page, "shopping_cart", act=DECIDE)]


def _of_purchases(user: User) -> list[Todo]:
    permission = "fulfillment.view_purchaseorder"
    if not user.has_perm(permission):
        return []
    orders = _in_sight(user, PurchaseOrder.objects.all(), permission=permission)
    to_send = orders.filter(state__in=PurchaseOrder.TO_SEND)
    overdue = orders.filter(state__in=PurchaseOrder.ON_THE_WAY, expected_on__lt=timezone.localdate())
    page = reverse("restock:orders")
    return [
        Todo(_("Purchase orders to send"), to_send, f"{page}?waits_for=sending", "send", act=SEND),
        Todo(
            _("Purchase orders overdue to arrive"),
            overdue,
            f"{page}?waits_for=overdue",
            "event_busy",
            is_urgent=True,
            act=SEND,
        ),
    ]
