"""The demo's staff: one sign-in for each role. Their password is public, so they work only while DEBUG is on."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from config.kernel.models import User
from config.roles import ROLES, install_roles

DEMO_PASSWORD = "zhanggui-demo"  # noqa: S105 - public on purpose


def make_staff() -> int:
    """One staff member per role, named like the role; returns how many there are."""
    install_roles()
    password = make_password(DEMO_PASSWORD)
    groups = {group.name: group for group in Group.objects.all()}
    for role in ROLES:
        user, _created = User.objects.get_or_create(
            username=role.code,
            defaults={"password": password, "is_staff": True, "is_demo": True, "email": f"{role.code}@demo.invalid"},
        )
        user.groups.set([groups[role.code]])
    return len(ROLES)
