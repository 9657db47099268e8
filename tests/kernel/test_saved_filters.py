"""Filters of lists, kept under a name: one's own, or shown to everybody who may open the list."""

import pytest
from django.contrib.auth.models import Group

from config.kernel.models import SavedFilter, User
from config.kernel.saved_filters import MOST_OF_A_LIST, kept_part
from config.roles import install_roles

pytestmark = pytest.mark.django_db
ORDERS = "/orders/"


@pytest.fixture
def planner(client):
    install_roles()
    user = User.objects.create_user("planner", language="en", is_staff=True)
    user.groups.set([Group.objects.get(name="operations_manager")])
    client.force_login(user)
    return user


def keep(client, **values):
    return client.post("/filters/", {"path": ORDERS, "query": "state=new", "name": "Mine", **values}, follow=True)


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("state=new&p=3&o=2", "o=2&state=new"),
        ("state=&q=", ""),
        ("b=2&a=1&b=1", "a=1&b=2&b=1"),
        ("cursor=o1.2&store=cn", "store=cn"),
        ("", ""),
    ],
)
def test_a_filter_is_kept_without_the_place_in_the_list_and_without_empty_fields(query, kept):
    assert kept_part(query) == kept


def test_a_kept_filter_is_shown_above_its_list_and_leads_back_to_it(client, planner):
    page = keep(client).content.decode()
    assert SavedFilter.objects.get().query == "state=new"
    assert 'href="/orders/?state=new"' in page
    assert "The filter “Mine” is kept." in page
    assert "Mine" not in client.get("/admin/catalog/sku/").content.decode()


def test_the_same_name_again_replaces_what_was_kept(client, planner):
    keep(client)
    keep(client, query="state=closed")
    assert list(SavedFilter.objects.values_list("name", "query")) == [("Mine", "state=closed")]


def test_a_shared_filter_is_seen_by_others_and_removed_by_its_owner_only(client, planner):
    keep(client, name="Ours", is_shared="1")
    keep(client, name="Only mine")
    shared = SavedFilter.objects.get(name="Ours")
    other = User.objects.create_user("other", language="en", is_staff=True)
    other.groups.set(planner.groups.all())
    client.force_login(other)
    page = client.get(ORDERS).content.decode()
    assert "Ours" in page
    assert "Only mine" not in page
    client.post(f"/filters/{shared.pk}/remove/")
    assert SavedFilter.objects.filter(pk=shared.pk).exists()
    client.force_login(planner)
    client.post(f"/filters/{shared.pk}/remove/")
    assert not SavedFilter.objects.filter(pk=shared.pk).exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"query": ""}, "Choose a filter first"),
        ({"query": "p=2"}, "Choose a filter first"),
        ({"query": "q=138 0013 8000"}, "which is not kept"),
        ({"query": "q=somebody@example.com"}, "which is not kept"),
        ({"query": "state=" + "x" * 2500}, "too many to keep"),
        ({"name": ""}, "required"),
        ({"path": "https://elsewhere.example/"}, "This list is not there."),
        ({"path": "//elsewhere.example/"}, "This list is not there."),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(client, planner, values, words):
    answer = keep(client, **values)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not SavedFilter.objects.exists()
    assert all("elsewhere" not in link for link, _status in answer.redirect_chain)


def test_a_list_has_a_limit_of_filters(client, planner):
    SavedFilter.objects.bulk_create(
        SavedFilter(owner=planner, path=ORDERS, name=str(number), query="state=new") for number in range(MOST_OF_A_LIST)
    )
    assert "enough" in keep(client).content.decode()
    assert SavedFilter.objects.count() == MOST_OF_A_LIST


def test_filters_are_kept_on_lists_of_the_admin_too(client, planner):
    keep(client, path="/admin/catalog/sku/", query="state__exact=active")
    assert "?state__exact=active" in client.get("/admin/catalog/sku/").content.decode()
