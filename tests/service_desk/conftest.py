"""A store with its staff."""

import pytest
from django.contrib.auth.models import Group

from config.kernel.models import RoleScope, User
from config.roles import install_roles
from tests.membership.factories import make_store


@pytest.fixture
def store():
    install_roles()
    return make_store("shop")


@pytest.fixture
def staff():
    """Somebody with a role, limited to a store where one is given."""

    def make(name, role="service_agent", store=None):
        user = User.objects.create_user(name, password="x", is_staff=True, language="en")
        group = Group.objects.get(name=role)
        user.groups.add(group)
        if store is not None:
            RoleScope.objects.create(user=user, group=group, kind="store", code=store.code)
        return user

    return make
