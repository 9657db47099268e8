"""Pages with rows inside them, opened by people who may look and not type."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from catalog.models import KitPart, ProductImage, SkuPack
from config.kernel.models import User
from fulfillment.models import StoreSupply
from tests.fulfillment.factories import make_sku, make_store, make_warehouse

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def viewer():
    user = User.objects.create_user("viewer", password="x", is_staff=True, language="en")
    names = ["product", "productimage", "sku", "skupack", "kitpart", "skucost", "warehouse", "storesupply"]
    user.user_permissions.set(Permission.objects.filter(codename__in=[f"view_{name}" for name in names]))
    client = Client()
    client.force_login(user)
    return client


def page(client, name, pk):
    answer = client.get(reverse(f"admin:{name}_change", args=[pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_sku_with_its_packs_and_parts_is_read_as_in_lists(viewer):
    kit, nuts = make_sku(), make_sku()
    KitPart.objects.create(kit=kit, part=nuts, quantity=2, revenue_weight="67.9")
    SkuPack.objects.create(sku=kit, name="carton", units=24)
    shown = page(viewer, "catalog_sku", kit.pk)
    assert "67.90" in shown
    assert "67.9000" not in shown
    assert "carton" in shown


def test_a_product_without_options_says_so_and_shows_no_braces(viewer):
    sku = make_sku()
    ProductImage.objects.create(product=sku.product, file="a.png", alt_text="front")
    shown = page(viewer, "catalog_product", sku.product_id)
    assert "front" in shown
    assert "{}" not in shown


def test_the_share_of_a_warehouse_is_told_in_percent(viewer):
    store, warehouse = make_store(), make_warehouse("main")
    StoreSupply.objects.filter(store=store).delete()
    StoreSupply.objects.create(store=store, warehouse=warehouse, share="0.3", priority=2)
    shown = page(viewer, "fulfillment_warehouse", warehouse.pk)
    assert "30 %" in shown
    assert "0.300000" not in shown
