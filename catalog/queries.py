"""Reads of the catalog that other rooms ask for."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import KitPart, Listing, Product, SkuCost, Store
from catalog.scopes import visible_stores
from config.kernel.models import User
from config.kernel.todo import Todo

AT_ONCE = 500


def skus_by_listing_code(store: Store, codes: Iterable[str]) -> dict[str, int]:
    """Listing code -> SKU id for the codes that are matched in the store."""
    wanted = sorted(set(codes))
    found: dict[str, int] = {}
    for start in range(0, len(wanted), AT_ONCE):
        rows = Listing.objects.filter(store=store, code__in=wanted[start : start + AT_ONCE], sku__isnull=False)
        found.update(rows.values_list("code", "sku_id"))
    return found


def kit_parts_of(sku_ids: Iterable[int]) -> dict[int, list[KitPart]]:
    """The parts of each kit among the SKUs."""
    parts: dict[int, list[KitPart]] = defaultdict(list)
    for part in KitPart.objects.filter(kit_id__in=list(sku_ids)).order_by("kit_id", "pk"):
        parts[part.kit_id].append(part)
    return dict(parts)


def costs_on(sku_ids: Sequence[int], *, day: date) -> dict[int, Decimal]:
    """The unit cost of each SKU on a day: its newest row that had begun; SKUs without one are left out."""
    rows = SkuCost.objects.filter(sku_id__in=list(sku_ids), valid_from__lte=day)
    # Rows in rising order: a later one overwrites an earlier one.
    return dict(rows.order_by("valid_from", "pk").values_list("sku_id", "amount"))


def todo(user: User) -> list[Todo]:
    """Listing codes without a SKU, and products that an import made."""
    if not user.has_perm("catalog.change_listing"):
        return []
    stores = visible_stores(user, permission="catalog.view_listing")
    unmatched = Listing.objects.filter(sku__isnull=True)
    if stores is not None:
        unmatched = unmatched.filter(store__in=stores)
    provisional = Product.objects.filter(is_provisional=True)
    return [
        Todo(
            _("Listing codes without a SKU"),
            unmatched,
            f"{reverse('admin:catalog_listing_changelist')}?sku__isnull=True",
            icon="sell",
            is_urgent=True,
        ),
        Todo(
            _("Products to complete"),
            provisional,
            f"{reverse('admin:catalog_product_changelist')}?is_provisional__exact=1",
            icon="inventory_2",
        ),
    ]
