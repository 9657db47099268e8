"""What the command palette finds among orders."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.kernel.found import Found
from config.kernel.models import User
from fulfillment.models import Order, PurchaseOrder
from fulfillment.queries.orders import visible_orders

MOST = 5


def find(user: User, text: str) -> list[Found]:
    """Orders by our number (or its beginning) or the channel's, and purchase orders by number; one query each."""
    found: list[Found] = []
    if user.has_perm("fulfillment.view_order"):
        orders = visible_orders(user).filter(Q(number__startswith=text.upper()) | Q(external_number=text))
        found += [_order(order) for order in orders.select_related("store").order_by("-pk")[:MOST]]
    if user.has_perm("fulfillment.view_purchaseorder"):
        purchases = PurchaseOrder.objects.filter(number__startswith=text.upper()).order_by("-pk")[:MOST]
        found += [_purchase_order(order) for order in purchases]
    return found


def _order(order: Order) -> Found:
    title = f"{order.number} ({order.external_number})" if order.external_number else order.number
    return Found(title, _("Order"), reverse("orders:order", args=[order.number]), "receipt_long")


def _purchase_order(order: PurchaseOrder) -> Found:
    link = reverse("restock:order", args=[order.pk])
    return Found(order.number, _("Purchase order"), link, "local_shipping")
