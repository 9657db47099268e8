"""How far a person's roles reach."""

import pytest
from django.contrib.auth.models import Group, Permission

from config.kernel.models import RoleScope, User
from config.kernel.scopes import scope_codes

pytestmark = pytest.mark.django_db
VIEW = "kernel.view_jobrun"


@pytest.fixture
def person():
    return User.objects.create_user("li")


def give_role(user, name, *, permission="view_jobrun", **scopes):
    role = Group.objects.create(name=name)
    role.permissions.set(Permission.objects.filter(codename=permission, content_type__app_label="kernel"))
    user.groups.add(role)
    for kind, codes in scopes.items():
        RoleScope.objects.bulk_create([RoleScope(user=user, group=role, kind=kind, code=code) for code in codes])
    return role


def test_a_role_without_limits_reaches_everything(person):
    give_role(person, "manager")
    assert scope_codes(person, permission=VIEW, kind="store") is None


def test_a_superuser_reaches_everything():
    assert scope_codes(User.objects.create_superuser("root"), permission=VIEW, kind="store") is None


def test_nobody_reaches_anything_without_a_role_that_grants_it(person):
    give_role(person, "other", permission="view_workitem")
    assert scope_codes(person, permission=VIEW, kind="store") == frozenset()


def test_the_limits_of_several_roles_add_up(person):
    give_role(person, "north", store=["bj", "tj"])
    give_role(person, "south", store=["gz"])
    assert scope_codes(person, permission=VIEW, kind="store") == {"bj", "tj", "gz"}


def test_one_role_without_limits_opens_all_whatever_the_others_say(person):
    give_role(person, "north", store=["bj"])
    give_role(person, "auditor")
    assert scope_codes(person, permission=VIEW, kind="store") is None


def test_the_limits_of_a_role_that_does_not_grant_it_do_not_count(person):
    give_role(person, "north", store=["bj"])
    give_role(person, "other", permission="view_workitem", store=["gz"])
    assert scope_codes(person, permission=VIEW, kind="store") == {"bj"}


def test_a_role_limited_to_warehouses_reaches_no_store(person):
    give_role(person, "store keeper", warehouse=["main"])
    assert scope_codes(person, permission=VIEW, kind="store") == frozenset()
    assert scope_codes(person, permission=VIEW, kind="warehouse") == {"main"}


def test_limits_of_another_person_in_the_same_role_do_not_count(person):
    role = give_role(person, "north", store=["bj"])
    other = User.objects.create_user("wang")
    other.groups.add(role)
    RoleScope.objects.create(user=other, group=role, kind="store", code="gz")
    assert scope_codes(person, permission=VIEW, kind="store") == {"bj"}
    assert scope_codes(other, permission=VIEW, kind="store") == {"gz"}


def test_the_same_word_in_another_room_grants_nothing(person):
    give_role(person, "north")
    assert scope_codes(person, permission="catalog.view_jobrun", kind="store") == frozenset()


def test_one_list_costs_two_questions(person, django_assert_num_queries):
    give_role(person, "north", store=["bj"])
    with django_assert_num_queries(2):
        scope_codes(person, permission=VIEW, kind="store")
