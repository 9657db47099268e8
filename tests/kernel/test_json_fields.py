"""JSON typed in the admin: what is empty becomes the column's default, another shape is refused with words."""

import pytest
from django.urls import reverse

from catalog.models import Sku
from tests.fulfillment.factories import make_sku

pytestmark = pytest.mark.django_db


def posted(client, options):
    """The answer to a form that adds a SKU with these options."""
    address = reverse("admin:catalog_sku_add")
    data = {"product": make_sku().product.pk, "code": "N1", "option_values": options, "state": "active"}
    for inline in client.get(address).context["inline_admin_formsets"]:
        data |= {f"{inline.formset.prefix}-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return client.post(address, data)


@pytest.mark.parametrize("options", ["", "null", "{}"])
def test_nothing_is_an_empty_object(admin_client, options):
    page = posted(admin_client, options)
    assert page.status_code == 302, page.context["adminform"].form.errors
    assert Sku.objects.get(code="N1").option_values == {}


@pytest.mark.parametrize("options", ["[1]", "5", '"red"', "true", "{", "None", "{{7*7}}"])
def test_another_shape_is_refused_and_what_was_typed_stays(admin_client, options):
    page = posted(admin_client, options)
    assert page.context["adminform"].form.errors.keys() == {"option_values"}
    assert not Sku.objects.filter(code="N1").exists()


def test_an_object_is_kept(admin_client):
    assert posted(admin_client, '{"色": "红"}').status_code == 302
    assert Sku.objects.get(code="N1").option_values == {"色": "红"}
