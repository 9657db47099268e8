"""Which warehouses somebody may see."""

from django.db.models import Q, QuerySet

from catalog.scopes import visible_stores
from config.kernel.models import User
from config.kernel.scopes import scope_codes
from fulfillment.models import Warehouse


def visible_warehouses(user: User, *, permission: str) -> QuerySet[Warehouse] | None:
    """The warehouses named in the person's roles, and those that supply a store in sight; None means all of them."""
    codes = scope_codes(user, permission=permission, kind="warehouse")
    if codes is None:
        return None
    stores = visible_stores(user, permission=permission)
    if stores is None:
        return None
    return Warehouse.objects.filter(Q(code__in=codes) | Q(supplies__store__in=stores)).distinct()
