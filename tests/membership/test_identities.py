"""Who bought: keys of a buyer within a store, guests, possible duplicates across stores."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from membership.models import Customer, CustomerIdentity, MergeCandidate
from membership.queries import find_customers
from membership.services import BuyerCard, identify_customers
from membership.services import identities as service
from tests.membership.factories import make_store

pytestmark = pytest.mark.django_db
PHONE = "+8613800138000"


def test_a_buyer_id_names_the_same_customer_each_time():
    store = make_store()
    first = identify_customers(store, [BuyerCard("b1", name="张三"), BuyerCard("b2"), BuyerCard("b1")])
    assert first[0] == first[2] != first[1]
    assert identify_customers(store, [BuyerCard("b2"), BuyerCard("b1")]) == [first[1], first[0]]
    assert Customer.objects.count() == 2
    customer = Customer.objects.get(pk=first[0])
    assert (customer.name, customer.first_store) == ("张三", store)
    assert CustomerIdentity.objects.get(customer=customer).value == "b1"


def test_the_same_buyer_id_in_another_store_is_somebody_else():
    one, other = make_store(), make_store()
    assert identify_customers(one, [BuyerCard("b1")]) != identify_customers(other, [BuyerCard("b1")])
    assert not MergeCandidate.objects.exists()


@pytest.mark.parametrize(
    "card",
    [
        BuyerCard(),
        BuyerCard(name="小红"),
        BuyerCard(phone="138****8000"),
        BuyerCard(phone="13800138000-1234"),
        BuyerCard(phone="13800138000转1234"),
        BuyerCard(email="a***@example.com"),
        BuyerCard(external_id="t**1"),
    ],
)
def test_masked_and_virtual_values_and_names_are_nobodys_key(card):
    assert identify_customers(make_store(), [card]) == [None]
    assert not Customer.objects.exists()


def test_without_a_buyer_id_a_real_phone_then_a_mail_address_is_the_key():
    store = make_store()
    cards = [
        BuyerCard(phone="138 0013 8000"),
        BuyerCard(phone=PHONE, email="other@example.com"),
        BuyerCard(email="A@Example.com"),
        BuyerCard(email="a@example.com"),
    ]
    found = identify_customers(store, cards)
    assert found[0] == found[1]
    assert found[2] == found[3] != found[0]
    kinds = set(CustomerIdentity.objects.values_list("kind", "value"))
    assert kinds == {("phone", ""), ("email", "")}


def test_personal_data_stands_encrypted_in_the_table():
    identify_customers(make_store(), [BuyerCard("b1", name="张三", phone=PHONE, email="zhang@example.com")])
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, phone, email, phone_hash FROM membership_customer")
        row = " ".join(cursor.fetchone())
        cursor.execute("SELECT value, key_hash FROM membership_customeridentity")
        row += " ".join(cursor.fetchone())
    assert not any(clear in row for clear in ("张三", "13800138000", "zhang", "b1 "))


def test_a_phone_shared_across_stores_is_a_question_for_a_person():
    [first] = identify_customers(make_store(), [BuyerCard("b1", phone=PHONE)])
    [second] = identify_customers(make_store(), [BuyerCard("x9", phone="13800138000")])
    assert first != second
    [candidate] = MergeCandidate.objects.all()
    assert (candidate.first_id, candidate.second_id) == tuple(sorted((first, second)))
    assert (candidate.reason, candidate.state) == ("phone", "open")


def test_two_buyer_ids_of_one_batch_with_one_phone_are_a_question_too():
    found = identify_customers(make_store(), [BuyerCard("b1", phone=PHONE), BuyerCard("b2", phone=PHONE)])
    assert found[0] != found[1]
    assert list(MergeCandidate.objects.values_list("first_id", "second_id")) == [tuple(sorted(found))]


def test_a_merged_customer_is_told_as_the_one_it_went_into():
    store = make_store()
    [old, kept] = identify_customers(store, [BuyerCard("b1"), BuyerCard("b2")])
    Customer.objects.filter(pk=old).update(merged_into=kept)
    assert identify_customers(store, [BuyerCard("b1")]) == [kept]


def test_who_loses_a_race_leaves_no_customer_behind(monkeypatch):
    store = make_store()
    known, calls = service._known, []

    def another_was_faster(*args):
        calls.append(args)
        if len(calls) > 1:
            return known(*args)
        found = known(*args)
        service._make(store, {BuyerCard("b1").key: BuyerCard("b1", name="first")})
        return found

    monkeypatch.setattr(service, "_known", another_was_faster)
    [customer] = identify_customers(store, [BuyerCard("b1", name="second")])
    assert Customer.objects.get().pk == customer
    assert Customer.objects.get().name == "first"
    assert CustomerIdentity.objects.count() == 1


def test_new_buyers_are_looked_for_once():
    store = make_store()
    with CaptureQueriesContext(connection) as asked:
        identify_customers(store, [BuyerCard(f"b{number}") for number in range(3)])
    read = [query for query in asked.captured_queries if query["sql"].startswith("SELECT")]
    assert sum('FROM "membership_customeridentity"' in query["sql"] for query in read) == 1


def test_known_buyers_take_one_query_however_many(django_assert_num_queries):
    store = make_store()
    cards = [BuyerCard(f"b{number}") for number in range(300)]
    ids = identify_customers(store, cards)
    assert len(set(ids)) == 300
    with django_assert_num_queries(1):
        assert identify_customers(store, cards) == ids


def test_a_customer_is_found_by_number_phone_mail_and_buyer_id():
    store = make_store()
    [found] = identify_customers(store, [BuyerCard("b1", phone=PHONE, email="zhang@example.com")])
    identify_customers(store, [BuyerCard("b2")])
    number = Customer.objects.get(pk=found).number
    for text in (number, number.lower(), "138 0013 8000", "Zhang@Example.com", " b1 "):
        assert [customer.pk for customer in find_customers(text)] == [found], text
    assert not find_customers("nobody").exists()
