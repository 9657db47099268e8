"""The admin of members: lists, search, reach, and looks at personal data."""

from datetime import date

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from config.kernel.jobs import run_now
from config.kernel.models import AuditEntry, RoleScope, User
from membership.jobs import KIND, segmentation_parameters
from membership.models import Customer, MergeCandidate
from membership.services import BuyerCard, identify_customers, record_purchases, record_refunds
from tests.membership.factories import make_store, purchase, refund

pytestmark = pytest.mark.django_db(databases="__all__")
DAY = date(2026, 6, 30)
PHONE, MAIL = "+8613800138000", "zhang@example.com"
OWN_PAGES = ("CustomerIdentity", "MergeCandidate", "Purchase", "PurchaseRefund", "RfmRun", "RfmScore")


def address(model, page="changelist", *args):
    return reverse(f"admin:membership_{model.lower()}_{page}", args=args)


def grant(user, *permissions, store=None):
    """A role of its own with these permissions, limited to a store."""
    group = Group.objects.create(name=f"role-{Group.objects.count()}")
    group.permissions.set(Permission.objects.filter(content_type__app_label="membership", codename__in=permissions))
    user.groups.add(group)
    if store is not None:
        RoleScope.objects.create(user=user, group=group, kind="store", code=store.code)


@pytest.fixture
def reader(client):
    user = User.objects.create_user("reader", password="x", is_staff=True, language="en")
    client.force_login(user)
    return user


@pytest.fixture
def shops():
    """Two stores with a buyer, a possible duplicate, a purchase, a refund and a segmentation each."""
    found = {}
    for code, phone in (("one", PHONE), ("other", "+8613700137000")):
        store = make_store(code)
        cards = [BuyerCard(f"{code}-1", name="张三", phone=phone, email=MAIL), BuyerCard(f"{code}-2", phone=phone)]
        first, second = (Customer.objects.get(pk=pk) for pk in identify_customers(store, cards))
        record_purchases([purchase(f"{code}-bought", first, store, DAY, "10.00", units=2)])
        record_refunds([refund(f"{code}-back", first, store, DAY, "1.00", of=f"{code}-bought", units=1)])
        run_now(KIND, parameters=segmentation_parameters(as_of=DAY), store_code=code)
        found[code] = (store, first, second)
    return found


def test_every_list_opens_with_rows_and_a_search(admin_client, shops):
    run_now(KIND, parameters=segmentation_parameters(as_of=DAY))
    models = [model for model in apps.get_app_config("membership").get_models() if admin.site.is_registered(model)]
    assert len(models) >= 9
    for model in models:
        for query in ({}, {"q": "one"}):
            assert admin_client.get(address(model.__name__), query).status_code == 200, model


def test_every_page_of_a_row_opens(admin_client, shops):
    for model in apps.get_app_config("membership").get_models():
        row = model.objects.first() if admin.site.is_registered(model) else None
        if row is not None:
            assert admin_client.get(address(model.__name__, "change", row.pk)).status_code == 200, model


@pytest.mark.parametrize("text", ["138 0013 8000", "ZHANG@example.com", "one-1"])
def test_a_customer_is_found_by_whole_values_and_shown_masked(admin_client, shops, text):
    page = admin_client.get(address("Customer"), {"q": text}).content.decode()
    _store, first, _second = shops["one"]
    assert first.number in page
    assert "****8000" in page
    assert not any(clear in page for clear in ("张三", PHONE, "13800138000", MAIL))


def test_a_part_of_a_phone_finds_nobody(admin_client, shops):
    page = admin_client.get(address("Customer"), {"q": "00138000"})
    assert page.context["cl"].result_count == 0


def test_a_scoped_person_finds_and_sees_only_their_customers(client, reader, shops):
    (one, first, second), (_other, theirs, _their_second) = shops["one"], shops["other"]
    grant(reader, "view_customer", "view_purchase", store=one)
    listed = client.get(address("Customer"))
    assert {customer.pk for customer in listed.context["cl"].result_list} == {first.pk, second.pk}
    assert client.get(address("Customer"), {"q": "13700137000"}).context["cl"].result_count == 0
    assert client.get(address("Customer", "change", first.pk)).status_code == 200
    assert client.get(address("Customer", "change", theirs.pk)).status_code == 404


@pytest.mark.parametrize("model", OWN_PAGES)
def test_a_scoped_person_sees_only_rows_of_their_stores(client, reader, shops, model):
    run_now(KIND, parameters=segmentation_parameters(as_of=DAY))
    one, first, second = shops["one"]
    grant(reader, f"view_{model.lower()}", store=one)
    rows = list(client.get(address(model)).context["cl"].result_list)
    assert rows
    for row in rows:
        store = getattr(getattr(row, "run", row), "store", None)
        if isinstance(row, MergeCandidate):
            assert {row.first_id, row.second_id} == {first.pk, second.pk}
        else:
            # What is over all stores tells of other stores too.
            assert store == one


def test_without_permission_nothing_opens(client, reader, shops):
    for model in ("Customer", *OWN_PAGES):
        assert client.get(address(model)).status_code == 403, model


def test_nobody_changes_facts_or_customers_here(admin_client, shops):
    for model in ("Customer", *OWN_PAGES):
        row = apps.get_model("membership", model).objects.first()
        assert admin_client.get(address(model, "add")).status_code == 403, model
        assert admin_client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403, model
        assert admin_client.post(address(model, "change", row.pk), {}).status_code == 403, model


def test_a_look_at_personal_data_is_written_to_the_audit_trail_without_the_values(client, reader, shops):
    one, first, _second = shops["one"]
    grant(reader, "view_customer", "unmask_customer", store=one)
    answer = client.get(address("Customer", "unmask", first.pk))
    page = answer.content.decode()
    assert all(clear in page for clear in ("张三", PHONE, MAIL))
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies.get("messages")
    entry = AuditEntry.objects.get(action="personal_data.read")
    assert (entry.actor_id, entry.object_id, entry.after) == (
        reader.pk,
        str(first.pk),
        {"fields": ["name", "phone", "email"]},
    )


def test_who_may_not_look_leaves_no_entry(client, reader, shops):
    (one, first, _second), (_other, theirs, _their_second) = shops["one"], shops["other"]
    grant(reader, "view_customer")
    assert client.get(address("Customer", "unmask", first.pk)).status_code == 403
    # The role that looks reaches one store, the role that lists reaches both.
    grant(reader, "unmask_customer", store=one)
    assert client.get(address("Customer", "unmask", theirs.pk)).status_code == 404
    assert client.get(address("Customer", "unmask", 10**9)).status_code == 404
    assert not AuditEntry.objects.filter(action="personal_data.read").exists()
    assert client.get(address("Customer", "unmask", first.pk)).status_code == 200


def test_the_lists_ask_as_few_questions_for_many_rows_as_for_few(admin_client, shops, django_assert_max_num_queries):
    one, first, _second = shops["one"]
    identify_customers(one, [BuyerCard(f"c{number}", phone=PHONE) for number in range(20)])
    record_purchases([purchase(f"more-{number}", first, one, DAY, "1.00") for number in range(20)])
    for model in ("Customer", "CustomerIdentity", "MergeCandidate", "Purchase"):
        admin_client.get(address(model))
        with django_assert_max_num_queries(10):
            assert admin_client.get(address(model)).status_code == 200, model
