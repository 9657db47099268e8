"""Which orders somebody may see, and what waits for whom."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Store
from catalog.scopes import visible_stores
from config.kernel.models import InboxMessage, User
from config.kernel.todo import Todo
from fulfillment.models import Order, ShortLine


def visible_orders(user: User, *, permission: str = "fulfillment.view_order") -> QuerySet[Order]:
    """The orders of the stores that the person's roles reach."""
    stores = visible_stores(user, permission=permission)
    orders = Order.objects.select_related("store", "customer")
    return orders if stores is None else orders.filter(store__in=stores)


def reachable_store(user: User, *, code: str, permission: str) -> Store | None:
    """The store with the code, None where it does not exist or is out of the person's sight."""
    stores = visible_stores(user, permission=permission)
    found = Store.objects.all() if stores is None else stores
    return found.select_related("channel").filter(code=code, is_active=True).first()


def visible_parked(user: User) -> QuerySet[InboxMessage]:
    """Parked orders of the stores that the person's roles reach."""
    stores = visible_stores(user, permission="fulfillment.view_order")
    messages = InboxMessage.objects.filter(kind="order", state=InboxMessage.State.PARKED)
    if stores is None:
        return messages
    return messages.filter(source__in=[f"store:{code}" for code in stores.values_list("code", flat=True)])


def todo(user: User) -> list[Todo]:
    """Orders to ship, shortages, orders held for a check, and parked orders."""
    if not user.has_perm("fulfillment.view_order"):
        return []
    orders = visible_orders(user)
    page = reverse("admin:fulfillment_order_changelist")
    to_ship = Order.objects.filter(pk__in=orders.values("pk")).awaiting_dispatch()
    found = [
        Todo(_("Orders to ship"), to_ship.count(), f"{page}?waits_for=dispatch", icon="local_shipping"),
        Todo(
            _("Orders to ship that are late"),
            to_ship.filter(dispatch_due_at__lt=timezone.now()).count(),
            f"{page}?waits_for=late",
            icon="schedule",
            is_urgent=True,
        ),
        Todo(
            _("Orders held for a check"),
            orders.filter(state=Order.State.RISK_HOLD).count(),
            f"{page}?state__exact=risk_hold",
            icon="gpp_maybe",
        ),
    ]
    return found + _todo_of_shortages(user, orders) + _todo_of_parked(user)


def _todo_of_shortages(user: User, orders: QuerySet[Order]) -> list[Todo]:
    if not user.has_perm("fulfillment.view_shortline"):
        return []
    missing: Any = ShortLine.objects.filter(state=ShortLine.State.OPEN, order_line__order__in=orders)
    page = reverse("admin:fulfillment_shortline_changelist")
    return [Todo(_("Shortages"), missing.count(), f"{page}?state__exact=open", icon="production_quantity_limits")]


def _todo_of_parked(user: User) -> list[Todo]:
    if not user.has_perm("kernel.replay_inboxmessage"):
        return []
    return [
        Todo(
            _("Orders with unknown goods"),
            visible_parked(user).count(),
            reverse("admin:fulfillment_order_parked"),
            icon="inbox",
            is_urgent=True,
        )
    ]
