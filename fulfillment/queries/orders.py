"""Which orders somebody may see, what they wait for, and finding one."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from catalog.models import Store
from catalog.scopes import visible_stores
from config.kernel.models import InboxMessage, User
from fulfillment.models import Order
from fulfillment.models.orders import TO_PAY, TO_SHIP
from membership.queries import find_customers

# An order whose time runs out within these hours is told before it is late.
SOON = timedelta(hours=6)
MOST_FOUND = 200
HELD = Q(state=Order.State.RISK_HOLD)
# Every order that waits for somebody.
WAITS = TO_SHIP | TO_PAY | HELD


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


def waits_for(code: str, *, now: datetime) -> Q | None:
    """The orders that wait for "dispatch" (of them "late" or "soon"), "payment" or a check ("held"); None for another."""
    return {
        "dispatch": TO_SHIP,
        "late": TO_SHIP & Q(dispatch_due_at__lt=now),
        "soon": TO_SHIP & Q(dispatch_due_at__gte=now, dispatch_due_at__lt=now + SOON),
        "payment": TO_PAY,
        "held": HELD,
    }.get(code)


def orders_found(orders: QuerySet[Order], text: str) -> QuerySet[Order]:
    """Orders by the beginning of our number, the channel's number, or whatever finds their customer.

    Each comparison is answered by an index: the channel's numbers are asked store by store, persons by keyed hash.
    """
    text = text.strip()
    stores = Store.objects.values("pk")
    external = Order.objects.filter(store__in=stores, external_number=text).values_list("pk", flat=True)
    persons = find_customers(text).values_list("pk", flat=True)
    return orders.filter(
        Q(number__startswith=text.upper())
        | Q(pk__in=list(external[:MOST_FOUND]))
        | Q(customer__in=list(persons[:MOST_FOUND]))
    )
