"""How far a person's roles reach: the one place that lists, totals, exports and API ask."""

from django.contrib.auth.models import Group
from django.db.models import Q

from config.kernel.models import RoleScope, User


def scope_codes(user: User, *, permission: str, kind: str) -> frozenset[str] | None:
    """The codes of the stores, channels or warehouses (`kind`) that the person's roles with `permission` reach.

    None means everything: the person is a superuser, or has a role with the permission that is not limited at all. An
    empty set means nothing of that kind: the roles are limited, and by other kinds.
    """
    if user.is_superuser:
        return None
    app_label, codename = permission.split(".", 1)
    granting = Q(permissions__codename=codename, permissions__content_type__app_label=app_label)
    roles = set(Group.objects.filter(granting, user=user).values_list("pk", flat=True))
    scopes = list(RoleScope.objects.filter(user=user, group_id__in=roles).values_list("group_id", "kind", "code"))
    if roles - {group_id for group_id, _kind, _code in scopes}:
        return None
    return frozenset(code for _group, scope_kind, code in scopes if scope_kind == kind)
