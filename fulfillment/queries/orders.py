"""Which orders somebody may see."""

from django.db.models import QuerySet

from catalog.models import Store
from catalog.scopes import visible_stores
from config.kernel.models import InboxMessage, User
from fulfillment.models import Order


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
