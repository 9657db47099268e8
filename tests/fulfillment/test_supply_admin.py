"""Which warehouse serves which store is seen and written within the person's own stores only."""

import pytest
from django.urls import reverse

from config.kernel.models import RoleScope, User
from config.roles import install_roles
from fulfillment.models import StoreSupply
from tests.fulfillment.factories import make_store, make_warehouse

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def stores(client):
    install_roles()
    own, foreign = make_store("own"), make_store("foreign")
    user = User.objects.create_user("keeper", password="x", is_staff=True, language="en")
    group = user.groups.model.objects.get(name="operations_manager")
    user.groups.add(group)
    RoleScope.objects.create(user=user, group=group, kind="store", code="own")
    client.force_login(user)
    return own, foreign


def test_a_foreign_store_is_neither_offered_nor_written(client, stores):
    own, foreign = stores
    house = make_warehouse("house", store=foreign)
    StoreSupply.objects.all().delete()
    page = reverse("admin:fulfillment_storesupply_add")
    typed = {"warehouse": house.pk, "share": "0.5", "priority": "1", "buffer_units": "0"}
    refused = client.post(page, typed | {"store": foreign.pk})
    assert "store" in refused.context["adminform"].form.errors
    assert not StoreSupply.objects.exists()
    assert client.post(page, typed | {"store": own.pk}).status_code == 302
    assert StoreSupply.objects.get().store == own


def test_supplies_of_foreign_stores_are_not_seen(client, stores):
    own, foreign = stores
    make_warehouse("ours", store=own)
    theirs = make_warehouse("theirs", store=foreign)
    found = client.get(reverse("admin:fulfillment_storesupply_changelist")).context["cl"].result_list
    assert {supply.store for supply in found} == {own}
    hidden = StoreSupply.objects.get(store=foreign)
    assert client.get(reverse("admin:fulfillment_storesupply_change", args=[hidden.pk])).status_code == 404
    page = client.get(reverse("admin:fulfillment_warehouse_change", args=[theirs.pk])).content.decode()
    assert f'value="{hidden.pk}"' not in page
