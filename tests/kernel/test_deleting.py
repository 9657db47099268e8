"""Before rows are deleted the page counts what depends on them, and asks the database as often for many as for few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.roles import install_roles
from fulfillment.models import Supplier
from tests.fulfillment.factories import line_of, make_order, make_sku, make_store, make_supplier

pytestmark = pytest.mark.django_db(databases="__all__")


def asked(client, store):
    page = reverse("admin:catalog_store_delete", args=[store.pk])
    client.get(page)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(page)
    return answer, len(queries)


def test_what_protects_a_store_is_counted_by_kind(admin_client):
    few, many = make_store("few"), make_store("many")
    for store, count in ((few, 2), (many, 12)):
        for number in range(count):
            make_order(store, line_of(make_sku(f"{store.code}-{number}"), 1), paid="10.00")
    first, queries = asked(admin_client, few)
    second, more = asked(admin_client, many)
    assert more <= queries
    assert ": 2" in first.content.decode()
    assert ": 12" in second.content.decode()


def test_a_row_that_nothing_protects_is_deleted(admin_client):
    supplier = make_supplier()
    page = reverse("admin:fulfillment_supplier_delete", args=[supplier.pk])
    assert str(supplier) in admin_client.get(page).content.decode()
    assert admin_client.post(page, {"post": "yes"}).status_code == 302
    assert not Supplier.objects.filter(pk=supplier.pk).exists()


def test_who_may_not_delete_what_goes_along_is_told(client, django_user_model):
    install_roles()
    person = django_user_model.objects.create_user("clerk", is_staff=True, language="en")
    person.groups.add(person.groups.model.objects.get(name="warehouse_clerk"))
    client.force_login(person)
    supplier = make_supplier()
    assert client.get(reverse("admin:fulfillment_supplier_delete", args=[supplier.pk])).status_code == 403
