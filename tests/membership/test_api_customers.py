"""`/api/v1/customers/`: who sees whom, masked, found by keyed hash, and what hostile addresses are answered."""

import pytest
from django.contrib.auth.models import Group, Permission
from rest_framework.test import APIClient

from config.kernel.models import RoleScope, User
from membership.models import Customer
from membership.services import BuyerCard, identify_customers
from tests.membership.factories import make_store

pytestmark = pytest.mark.django_db(databases="__all__")
CUSTOMERS = "/api/v1/customers/"
PHONE, MAIL = "+8613800138000", "zhang@example.com"


def make_client(*permissions, **scope):
    user = User.objects.create_user(f"user-{User.objects.count()}", password="a long pass phrase")
    group = Group.objects.create(name=f"role-{user.pk}")
    group.permissions.set(Permission.objects.filter(codename__in=permissions))
    user.groups.add(group)
    for kind, code in scope.items():
        RoleScope.objects.create(user=user, group=group, kind=kind, code=code)
    client = APIClient()
    client.force_authenticate(user)
    return client


def numbers(client, **parameters):
    answer = client.get(CUSTOMERS, parameters)
    assert answer.status_code == 200, answer.json()
    return [row["number"] for row in answer.json()["results"]]


@pytest.fixture
def one():
    return make_store("one")


@pytest.fixture
def other():
    return make_store("other")


@pytest.fixture
def people(one, other):
    """Ours has phone and mail address; both stores have met the shared one; theirs is theirs."""
    [ours, shared] = identify_customers(
        one, [BuyerCard("b1", name="张三", phone=PHONE, email=MAIL, city="杭州"), BuyerCard(phone="13900139000")]
    )
    [theirs] = identify_customers(other, [BuyerCard("x1", phone="13700137000")])
    Customer.objects.get(pk=shared).identities.create(store=other, kind="buyer_id", key_hash="0" * 64)
    ids = {"ours": ours, "shared": shared, "theirs": theirs}
    return {name: Customer.objects.get(pk=pk) for name, pk in ids.items()}


def test_without_sign_in_or_permission_nobody_sees_anything(people):
    assert APIClient().get(CUSTOMERS).status_code == 401
    stranger = make_client("view_purchase")
    for address in (CUSTOMERS, f"{CUSTOMERS}{people['ours'].number}/"):
        answer = stranger.get(address)
        assert answer.status_code == 403
        assert set(answer.json()) == {"code", "message", "fields"}


def test_the_newest_come_first_and_personal_data_is_masked(people):
    client = make_client("view_customer")
    assert numbers(client) == [people[name].number for name in ("theirs", "shared", "ours")]
    row = client.get(f"{CUSTOMERS}{people['ours'].number}/").json()
    assert {name: row[name] for name in ("name", "phone", "email", "city", "first_store")} == {
        "name": "张**",
        "phone": "****8000",
        "email": "z***@example.com",
        "city": "杭州",
        "first_store": "one",
    }
    assert set(row) == {
        "number", "name", "phone", "email", "country", "province", "city", "first_store", "first_seen_at",
    }  # fmt: skip


def test_nothing_is_written_through_this_door(people):
    client = make_client("view_customer", "add_customer", "change_customer", "delete_customer")
    address = f"{CUSTOMERS}{people['ours'].number}/"
    answers = [client.post(CUSTOMERS, {}), client.patch(address, {"name": "x"}), client.delete(address)]
    assert [answer.status_code for answer in answers] == [405, 405, 405]
    assert Customer.objects.count() == 3


@pytest.mark.parametrize("kind", ["store", "channel"])
def test_a_role_limited_to_a_store_sees_who_the_store_knows_and_nobody_else(people, kind):
    client = make_client("view_customer", **{kind: "one" if kind == "store" else "channel-one"})
    assert numbers(client) == [people["shared"].number, people["ours"].number]
    assert client.get(f"{CUSTOMERS}{people['shared'].number}/").status_code == 200
    hidden = client.get(f"{CUSTOMERS}{people['theirs'].number}/")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "not_found")
    assert numbers(client, search="13700137000") == []
    assert numbers(client, first_store="other") == []


def test_a_role_limited_to_a_warehouse_sees_no_customers(people):
    assert numbers(make_client("view_customer", warehouse="main")) == []


def test_a_merged_customer_is_not_shown_twice(people):
    Customer.objects.filter(pk=people["shared"].pk).update(merged_into=people["ours"])
    client = make_client("view_customer")
    assert numbers(client) == [people["theirs"].number, people["ours"].number]


def test_customers_are_found_by_whole_phone_mail_address_buyer_id_and_number(people):
    client, ours = make_client("view_customer"), people["ours"].number
    for text in ("138 0013 8000", PHONE, "Zhang@Example.com", " b1 ", ours, ours.lower()):
        assert numbers(client, search=text) == [ours], text
    for text in ("8000", "138****8000", "zhang", "张三", ours[:-1], "%", "b1'--"):
        assert numbers(client, search=text) == [], text
    assert numbers(client, number=ours) == [ours]
    assert numbers(client, first_store="other") == [people["theirs"].number]
    assert numbers(client, search=PHONE, first_store="other") == []


def test_the_list_asks_as_few_questions_for_many_customers_as_for_few(one, people, django_assert_num_queries):
    client = make_client("view_customer", store="one")
    client.get(CUSTOMERS)
    with django_assert_num_queries(1):
        assert len(numbers(client)) == 2
    identify_customers(one, [BuyerCard(f"c{number}", phone=f"1380013{number:04}") for number in range(40)])
    with django_assert_num_queries(1):
        assert len(numbers(client)) == 42
    with django_assert_num_queries(2):
        assert len(numbers(client, search="c7")) == 1


def test_pages_go_on_by_key(one, people):
    identify_customers(one, [BuyerCard(f"c{number}") for number in range(4)])
    client = make_client("view_customer")
    first = client.get(CUSTOMERS, {"page_size": 5}).json()
    assert len(first["results"]) == 5
    rest = client.get(first["next"]).json()
    assert (len(rest["results"]), rest["next"]) == (2, None)
    assert len(client.get(CUSTOMERS, {"page_size": 100000}).json()["results"]) == 7


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("cursor=nonsense", 404),
        ("cursor=%00", 200),
        # p=abc, p=99999999999999999999999, o=-1
        ("cursor=cD1hYmM%3D", 404),
        ("cursor=cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", 200),
        ("cursor=bz0tMQ%3D%3D", 404),
        ("search=%00", 400),
        ("search=" + "9" * 5000, 400),
        ("number=%00", 400),
        ("first_store=%00", 400),
        ("first_store=" + "x" * 500, 400),
        ("page_size=-1", 200),
        ("page_size=nan", 200),
        ("search=%FF%FE", 200),
        ("search=%27%20OR%201=1--", 200),
        ("first_store=a&first_store=b", 200),
        ("unknown=1", 200),
    ],
)
def test_hostile_parameters_are_answered_in_the_one_shape(people, query, status):
    answer = make_client("view_customer").get(f"{CUSTOMERS}?{query}")
    assert answer.status_code == status
    shape = {"next", "previous", "results"} if status == 200 else {"code", "message", "fields"}
    assert set(answer.json()) == shape


@pytest.mark.parametrize("number", ["CU0", "0", "CU" + "9" * 300, "%00", "..%2F", "张三"])
def test_hostile_numbers_are_not_found(people, number):
    assert make_client("view_customer").get(f"{CUSTOMERS}{number}/").status_code == 404
