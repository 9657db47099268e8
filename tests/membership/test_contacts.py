"""A phone or mail address that a known buyer gives later: attached once, never replaced, never a reason to merge."""

from itertools import combinations

import pytest
from django.db import connection
from django.utils import timezone

from config.kernel.encryption import lookup_hash
from membership.models import Customer, CustomerIdentity, MergeCandidate
from membership.queries import find_customers
from membership.services import BuyerCard, identify_customers
from membership.services import identities as service
from tests.membership.factories import make_store

pytestmark = pytest.mark.django_db
PHONE, OTHER = "+8613800138000", "+8613900139000"
MAIL = "zhang@example.com"


@pytest.fixture
def store():
    return make_store()


def pairs():
    return list(MergeCandidate.objects.order_by("pk").values_list("first_id", "second_id", "reason", "state"))


def test_a_later_phone_and_mail_address_are_attached_encrypted_and_found_by_hash(store):
    [known] = identify_customers(store, [BuyerCard("b1")])
    assert identify_customers(store, [BuyerCard("b1", phone="138 0013 8000", email="Zhang@Example.com")]) == [known]
    customer = Customer.objects.get()
    assert (customer.phone, customer.email) == (PHONE, MAIL)
    assert customer.phone_hash == lookup_hash(PHONE, purpose="phone")
    assert customer.email_hash == lookup_hash(MAIL, purpose="email")
    assert [found.pk for found in find_customers("13800138000")] == [known]
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, email FROM membership_customer")
        row = " ".join(cursor.fetchone())
    assert not any(clear in row for clear in ("13800138000", "zhang"))
    assert pairs() == []
    # It is a contact, no further key of the store.
    assert list(CustomerIdentity.objects.values_list("kind", flat=True)) == ["buyer_id"]


@pytest.mark.parametrize("phone", ["138****8000", "13800138000-1234", "13800138000转1234", "1380013", ""])
def test_masked_and_virtual_values_are_never_attached(store, phone):
    identify_customers(store, [BuyerCard("b1")])
    identify_customers(store, [BuyerCard("b1", phone=phone, email="z***@example.com")])
    customer = Customer.objects.get()
    assert (customer.phone, customer.phone_hash, customer.email, customer.email_hash) == ("", "", "", "")


def test_the_first_real_value_stays(store):
    identify_customers(store, [BuyerCard("b1", phone=PHONE)])
    before = Customer.objects.values().get()
    identify_customers(store, [BuyerCard("b1", phone=OTHER)])
    assert Customer.objects.values().get() == before


def test_the_first_card_of_a_batch_that_names_one_counts_new_buyers_too(store):
    cards = [BuyerCard("b1"), BuyerCard("b1", phone="138****8000"), BuyerCard("b1", phone=PHONE)]
    identify_customers(store, [*cards, BuyerCard("b1", phone=OTHER)])
    assert Customer.objects.get().phone == PHONE


def test_somebody_else_with_that_phone_is_a_question_for_a_person_and_nobody_is_merged(store):
    [by_phone] = identify_customers(store, [BuyerCard(phone=PHONE)])
    [known] = identify_customers(store, [BuyerCard("b1")])
    for _time in range(2):
        assert identify_customers(store, [BuyerCard("b1", phone=PHONE)]) == [known]
    assert pairs() == [(by_phone, known, "phone", "open")]
    assert not Customer.objects.filter(merged_into__isnull=False).exists()
    assert identify_customers(store, [BuyerCard(phone=PHONE)]) == [by_phone]


def test_an_answered_question_is_not_asked_again(store):
    identify_customers(store, [BuyerCard(phone=PHONE), BuyerCard("b1", phone=PHONE)])
    MergeCandidate.objects.update(state="apart")
    Customer.objects.filter(identities__kind="buyer_id").update(phone="", phone_hash="")
    identify_customers(store, [BuyerCard("b1", phone=PHONE)])
    assert [pair[3] for pair in pairs()] == ["apart"]


def test_all_who_share_a_mail_address_are_asked_about_also_across_stores(store):
    ids = identify_customers(store, [BuyerCard(f"b{number}") for number in range(3)])
    ids += identify_customers(make_store(), [BuyerCard("x", email=MAIL)])
    identify_customers(store, [BuyerCard(f"b{number}", email=MAIL) for number in range(3)])
    assert sorted(pair[:2] for pair in pairs()) == list(combinations(sorted(ids), 2))


def test_of_very_many_who_share_one_phone_each_is_asked_about_with_the_first_few(store, monkeypatch):
    monkeypatch.setattr(service, "MOST_ASKED", 2)
    ids = identify_customers(store, [BuyerCard(f"b{number}", phone=PHONE) for number in range(6)])
    first, second, *rest = ids
    wanted = {(first, second), *((one, other) for one in (first, second) for other in rest)}
    assert {pair[:2] for pair in pairs()} == wanted


def test_the_customer_that_a_merged_one_went_into_takes_the_phone(store):
    [old, kept] = identify_customers(store, [BuyerCard("b1"), BuyerCard("b2")])
    Customer.objects.filter(pk=old).update(merged_into=kept)
    assert identify_customers(store, [BuyerCard("b1", phone=PHONE)]) == [kept]
    assert list(Customer.objects.order_by("pk").values_list("phone_hash", flat=True)) == [
        "",
        lookup_hash(PHONE, purpose="phone"),
    ]


def test_an_erased_customer_takes_no_personal_data_again(store):
    [erased] = identify_customers(store, [BuyerCard("b1")])
    Customer.objects.update(erased_at=timezone.now())
    assert identify_customers(store, [BuyerCard("b1", phone=PHONE)]) == [erased]
    assert Customer.objects.get().phone == ""


def test_of_two_who_attach_at_once_the_first_value_stays_and_no_wrong_question_is_asked(store, monkeypatch):
    identify_customers(store, [BuyerCard("b1"), BuyerCard("b2", phone=OTHER)])
    write = service._write_contacts

    def another_was_faster(kind, wanted):
        monkeypatch.setattr(service, "_write_contacts", write)
        identify_customers(store, [BuyerCard("b1", phone=PHONE)])
        write(kind, wanted)

    monkeypatch.setattr(service, "_write_contacts", another_was_faster)
    identify_customers(store, [BuyerCard("b1", phone=OTHER)])
    assert Customer.objects.order_by("pk").first().phone == PHONE
    assert pairs() == []


def test_who_was_written_by_another_at_the_same_time_is_seen_after_commit(
    store, monkeypatch, django_capture_on_commit_callbacks
):
    ids = identify_customers(store, [BuyerCard("b1"), BuyerCard("b2", phone=PHONE)])
    look = service._look_for_candidates
    # Within its transaction it does not see the other one.
    monkeypatch.setattr(service, "_look_for_candidates", lambda kind, hashes: None)
    with django_capture_on_commit_callbacks() as waiting:
        monkeypatch.setattr(service, "partial", lambda _blind, *args: lambda: look(*args))
        identify_customers(store, [BuyerCard("b1", phone=PHONE)])
    assert pairs() == []
    for callback in waiting:
        callback()
    assert [pair[:2] for pair in pairs()] == [tuple(ids)]


def test_known_contacts_cost_one_query_and_new_ones_few(store, django_assert_num_queries):
    cards = [BuyerCard(f"b{number}", phone=f"1380013{number:04}") for number in range(300)]
    identify_customers(store, [BuyerCard(card.external_id) for card in cards])
    # Look for the buyers, three writes of a hundred, look for who shares a phone; and the transaction's two marks.
    with django_assert_num_queries(7):
        identify_customers(store, cards)
    assert Customer.objects.exclude(phone_hash="").count() == 300
    assert {customer.phone for customer in Customer.objects.all()} == {
        f"+861380013{number:04}" for number in range(300)
    }
    with django_assert_num_queries(1):
        identify_customers(store, cards)
