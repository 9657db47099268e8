"""What the command palette finds among goods."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import Sku
from config.kernel.found import Found
from config.kernel.models import User

MOST = 5


def find(user: User, text: str) -> list[Found]:
    """SKUs whose code begins with the text, whose barcode it is, or whose product is named like it; one query."""
    if not user.has_perm("catalog.view_sku"):
        return []
    named = Q(product__name__icontains=text) | Q(product__english_name__icontains=text)
    skus = Sku.objects.filter(Q(code__istartswith=text) | Q(barcode=text) | named).select_related("product")
    return [
        Found(f"{sku.code} {sku.product}", _("SKU"), reverse("admin:catalog_sku_change", args=[sku.pk]), "barcode")
        for sku in skus.order_by("code")[:MOST]
    ]
