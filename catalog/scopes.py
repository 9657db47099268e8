"""Which stores a person's roles reach: a store named itself, or any store of a channel named."""

from django.db.models import Q, QuerySet

from catalog.models import Store
from config.kernel.models import User
from config.kernel.scopes import scopes_by_kind


def visible_stores(user: User, *, permission: str) -> QuerySet[Store] | None:
    """The stores that the person may see with `permission`; None means all of them, without a filter."""
    scopes = scopes_by_kind(user, permission=permission)
    if scopes is None:
        return None
    nothing: frozenset[str] = frozenset()
    stores, channels = scopes.get("store", nothing), scopes.get("channel", nothing)
    return Store.objects.filter(Q(code__in=stores) | Q(channel__code__in=channels))


def stores_to_keep(user: User, *, permission: str) -> QuerySet[Store]:
    """The stores in which the person may write with `permission`: what a form may name."""
    reach = visible_stores(user, permission=permission)
    return Store.objects.all() if reach is None else reach


def offered_stores(user: User, permission: str) -> tuple[list[tuple[str, str]], bool]:
    """(code, name) of the stores that a person may choose from, and whether these are all there may ever be."""
    reach = visible_stores(user, permission=permission)
    stores = Store.objects.all() if reach is None else reach
    return list(stores.order_by("code").values_list("code", "name")), reach is None
