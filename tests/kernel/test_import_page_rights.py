"""Who may open the import pages, of which stores, and whose personal data they show."""

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Channel, Store
from config.kernel.models import ImportBatch, ImportRow, JobRun, User
from fulfillment.models import Order
from tests.kernel.import_pages import applied, page, send, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Store:
    return Store.objects.create(code="cn", name="CN", channel=Channel.objects.create(code="own", name="own"))


@pytest.fixture
def person(client: Client, store: Store) -> User:
    return sign_in(client, "importer", "operations_manager")


ADDRESSES = [("batch", "get"), ("progress", "get"), ("columns", "get"), ("columns", "post"), ("check", "post"),
             ("apply", "get"), ("apply", "post"), ("resume", "post"), ("undo", "get"), ("undo", "post")]  # fmt: skip


@pytest.mark.parametrize(("name", "method"), ADDRESSES)
def test_an_import_into_a_store_out_of_reach_is_not_there(client: Client, person: User, name: str, method: str) -> None:
    batch = applied(client)
    other = Client()
    sign_in(other, "limited", "operations_manager", store="elsewhere")
    assert getattr(other, method)(reverse(f"imports:{name}", args=[batch.pk])).status_code == 404
    row = batch.rows.first()
    assert row is not None
    assert other.post(reverse("imports:mend", args=[batch.pk, row.pk]), {"cell_8": "1"}).status_code == 404
    assert other.get(reverse("imports:errors", args=[batch.pk, "csv"])).status_code == 404
    assert list(other.get(reverse("imports:list")).context["page"].object_list) == []
    assert JobRun.objects.count() == 2


def test_a_person_limited_to_a_store_imports_into_that_one_only(client: Client, store: Store) -> None:
    Store.objects.create(code="other", name="Other", channel=store.channel)
    sign_in(client, "limited", "operations_manager", store="cn")
    form = client.get(reverse("imports:upload")).context["form"]
    assert [code for code, _name in form.fields["store"].choices] == ["cn"]
    assert "new_store" not in form.fields
    assert send(client, store="other").context["form"].errors.keys() == {"store"}
    send(client)
    assert ImportBatch.objects.get().store_code == "cn"


@pytest.mark.parametrize("role", ["auditor", "service_agent"])
def test_who_may_not_import_changes_nothing(client: Client, person: User, role: str) -> None:
    batch = applied(client)
    row = batch.rows.filter(state=ImportRow.State.REJECTED).first()
    assert row is not None
    other = Client()
    sign_in(other, role, role)
    sees = role == "auditor"
    assert other.get(reverse("imports:list")).status_code == (200 if sees else 403)
    assert page(other, batch).status_code == (200 if sees else 403)
    assert other.get(reverse("imports:upload")).status_code == 403
    for name in ("columns", "check", "apply", "resume", "undo"):
        assert other.post(reverse(f"imports:{name}", args=[batch.pk])).status_code == 403
    assert other.post(reverse("imports:mend", args=[batch.pk, row.pk])).status_code == 403
    assert other.get(reverse("imports:errors", args=[batch.pk, "csv"])).status_code == (404 if sees else 403)
    assert JobRun.objects.count() == 2


def test_whoever_may_not_see_customers_mends_without_seeing_them(client: Client, person: User) -> None:
    batch = applied(client)
    row = batch.rows.get(row_number=3)
    other = Client()
    sign_in(other, "analyst", "analyst")
    opened = page(other, batch, edit=row.pk)
    headings = {cell.heading for cell in opened.context["rows"].opened.cells}
    assert {"Quantity", "Order number"} <= headings
    assert "Customer ID" not in headings
    other.post(reverse("imports:mend", args=[batch.pk, row.pk]), {"cell_8": "2", "cell_5": "stolen"})
    order = Order.objects.get(external_number="2")
    assert (order.buyer_id, order.lines.count()) == ("c-1", 2)
