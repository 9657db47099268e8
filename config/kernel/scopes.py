"""How far a person's roles reach: the one place that lists, totals, exports and API ask."""

from collections import defaultdict
from collections.abc import Mapping

from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q

from config.kernel.models import RoleScope, User


def scopes_by_kind(user: User, *, permission: str) -> Mapping[str, frozenset[str]] | None:
    """The codes that the person's roles with `permission` reach, by kind: store, channel, warehouse; at most two queries.

    None means everything: the person is a superuser, or has a role with the permission that is not limited at all.
    """
    if user.is_superuser:
        return None
    app_label, codename = permission.split(".", 1)
    granting = Q(permissions__codename=codename, permissions__content_type__app_label=app_label)
    roles = Group.objects.filter(granting, user=user)
    if roles.exclude(Exists(RoleScope.objects.filter(user=user, group=OuterRef("pk")))).exists():
        return None
    codes: dict[str, set[str]] = defaultdict(set)
    for kind, code in RoleScope.objects.filter(user=user, group__in=roles).values_list("kind", "code"):
        codes[kind].add(code)
    return {kind: frozenset(found) for kind, found in codes.items()}


def scope_codes(user: User, *, permission: str, kind: str) -> frozenset[str] | None:
    """The codes of the stores, channels or warehouses (`kind`) that the person's roles with `permission` reach.

    None means everything. An empty set means nothing of that kind: the roles are limited, and by other kinds.
    """
    scopes = scopes_by_kind(user, permission=permission)
    return None if scopes is None else scopes.get(kind, frozenset())
