"""Forms with many related rows ask the database as often for twenty of them as for two."""

from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.roles import install_roles
from marketing.models import CampaignEvent, EventPeriod
from membership.models import Purchase, RfmRun, RfmTransition
from tests.fulfillment.factories import line_of, make_order, make_sku, make_store
from tests.membership.factories import make_customer

pytestmark = pytest.mark.django_db(databases="__all__")
MOST_QUERIES = 15


def an_event(rows):
    event = CampaignEvent.objects.create(code=f"event-{rows}", name="大促")
    EventPeriod.objects.bulk_create(
        EventPeriod(
            event=event, year=2000 + n, phase="sale", starts_on=date(2000 + n, 6, 1), ends_on=date(2000 + n, 6, 2)
        )
        for n in range(rows)
    )
    return "marketing_campaignevent", event.pk


def a_run(rows):
    run = RfmRun.objects.create(as_of=date(2026, 6, 30), mode="rank", window_days=365)
    RfmTransition.objects.bulk_create(
        RfmTransition(run=run, map="named", from_segment=f"from-{n}", to_segment="lost", customer_count=1)
        for n in range(rows)
    )
    return "membership_rfmrun", run.pk


def a_customer(rows):
    store, customer = make_store(f"store-{rows}"), make_customer()
    for n in range(rows):
        Purchase.objects.create(
            source_ref=f"{rows}-{n}",
            checkout_ref=f"{rows}-{n}",
            customer=customer,
            store=store,
            paid_at="2026-06-01T00:00:00Z",
            paid_on="2026-06-01",
            currency="CNY",
            amount=1,
            goods_amount=1,
        )
    return "membership_customer", customer.pk


def an_order(rows):
    skus = [make_sku(f"sku-{rows}-{n}") for n in range(rows)]
    return "fulfillment_order", make_order(make_store(f"shop-{rows}"), *(line_of(sku) for sku in skus)).pk


@pytest.mark.parametrize("make", [an_event, a_run, a_customer, an_order])
def test_a_form_asks_as_often_for_many_rows_as_for_few(admin_client, make):
    counts = []
    for rows in (2, 20):
        name, key = make(rows)
        address = reverse(f"admin:{name}_change", args=[key])
        admin_client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert admin_client.get(address).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= MOST_QUERIES


def test_a_roles_permissions_are_read_at_once(admin_client):
    install_roles()
    address = reverse("admin:auth_group_change", args=[Group.objects.get(name="system_administrator").pk])
    admin_client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert admin_client.get(address).status_code == 200
    assert len(asked) <= MOST_QUERIES
