"""Which stores a person's roles reach: a store named itself, or any store of a channel named."""

from django.db.models import Q, QuerySet

from catalog.models import Store
from config.kernel.models import User
from config.kernel.scopes import scope_codes


def visible_stores(user: User, *, permission: str) -> QuerySet[Store] | None:
    """The stores that the person may see with `permission`; None means all of them, without a filter."""
    stores = scope_codes(user, permission=permission, kind="store")
    channels = scope_codes(user, permission=permission, kind="channel")
    if stores is None or channels is None:
        return None
    return Store.objects.filter(Q(code__in=stores) | Q(channel__code__in=channels))
