"""How far a person's roles reach: the one place that lists, totals, exports and API ask."""

from collections import defaultdict
from collections.abc import Mapping

from django.contrib.auth.models import Group

from config.kernel.models import RoleScope, User


def scopes_by_kind(user: User, *, permission: str) -> Mapping[str, frozenset[str]] | None:
    """The codes that the person's roles with `permission` reach, by kind: store, channel, warehouse.

    None means everything: the person is a superuser, or has a role with the permission that is not limited at all. Asks
    the database once for people without limits and twice for the others, and remembers the answer on the instance, as
    Django does with permissions.
    """
    if user.is_superuser:
        return None
    limits = _limits_of(user)
    if not limits:
        return None if user.has_perm(permission) else {}
    roles = {group for group, granted in _grants_of(user).items() if permission in granted}
    if roles - limits.keys():
        return None
    codes: dict[str, set[str]] = defaultdict(set)
    for role in roles:
        for kind, code in limits[role]:
            codes[kind].add(code)
    return {kind: frozenset(found) for kind, found in codes.items()}


def _limits_of(user: User) -> dict[int, list[tuple[str, str]]]:
    """What each limited role of the person reaches, by group."""
    known: dict[int, list[tuple[str, str]]] | None = user.__dict__.get("_role_limits")
    if known is None:
        known = defaultdict(list)
        for group, kind, code in RoleScope.objects.filter(user=user).values_list("group_id", "kind", "code"):
            known[group].append((kind, code))
        user.__dict__["_role_limits"] = known
    return known


def _grants_of(user: User) -> dict[int, set[str]]:
    """The permissions of each role of the person, by group."""
    known: dict[int, set[str]] | None = user.__dict__.get("_role_grants")
    if known is None:
        known = defaultdict(set)
        rows = Group.objects.filter(user=user).values_list(
            "pk", "permissions__content_type__app_label", "permissions__codename"
        )
        for group, app_label, codename in rows:
            known[group].add(f"{app_label}.{codename}")
        user.__dict__["_role_grants"] = known
    return known


def scope_codes(user: User, *, permission: str, kind: str) -> frozenset[str] | None:
    """The codes of the stores, channels or warehouses (`kind`) that the person's roles with `permission` reach.

    None means everything. An empty set means nothing of that kind: the roles are limited, and by other kinds.
    """
    scopes = scopes_by_kind(user, permission=permission)
    return None if scopes is None else scopes.get(kind, frozenset())
