"""What is shown of a product, of the stores and warehouses in reach; each function is a fixed number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from catalog.models import DailySales, Listing, Price, Product, Sku
from catalog.scopes import visible_stores
from config.kernel.models import User
from fulfillment.models import Bucket, PurchaseOrder, PurchaseOrderLine, RestockSuggestion, ShortLine, StockBalance
from fulfillment.restock_pages.reach import VIEW_STOCK, VIEW_SUGGESTIONS, visible_suggestions, within

SPAN = timedelta(days=28)


@dataclass(frozen=True)
class SkuRow:
    """A SKU with its stock in pieces over the warehouses in reach, what comes, what waits, and 28 days of sales.

    `available`, `incoming` and `suggested` are None for readers who see no stock or no suggestions.
    """

    sku: Sku
    options: str
    available: int | None
    incoming: int | None
    suggested: int | None
    units: int
    units_before: int


@dataclass(frozen=True)
class ListingRow:
    """A listing with the list price that counts now."""

    listing: Listing
    price: Price | None


@dataclass(frozen=True)
class StoreSales:
    """What a product sold in one store in the last 28 full days and in the 28 before; money in the store's currency."""

    store: str
    currency: str
    units: int
    revenue: Decimal
    units_before: int
    revenue_before: Decimal


def sku_rows(product: Product, *, user: User, today: date) -> list[SkuRow]:
    """The SKUs by code; six queries at most."""
    skus = list(product.skus.order_by("code"))
    keys = [sku.pk for sku in skus]
    available, incoming = _available(keys, user), _incoming(keys, user)
    suggested = _suggested(keys, user)
    now, before = (_units(keys, user, last=last) for last in _last_days(today))
    return [
        SkuRow(
            sku=sku,
            options=", ".join(f"{name}: {value}" for name, value in sku.option_values.items()),
            available=None if available is None or sku.is_kit else available[sku.pk],
            incoming=None if incoming is None or sku.is_kit else incoming[sku.pk],
            suggested=None if suggested is None else suggested[sku.pk],
            units=now.get(sku.pk, 0),
            units_before=before.get(sku.pk, 0),
        )
        for sku in skus
    ]


def _last_days(today: date) -> tuple[date, date]:
    """The last days of the span that ended yesterday and of the one before it."""
    yesterday = today - timedelta(days=1)
    return yesterday, yesterday - SPAN


def _available(skus: Sequence[int], user: User) -> dict[int, int] | None:
    """On hand - reserved - owed."""
    if not user.has_perm(VIEW_STOCK):
        return None
    counts: dict[int, int] = defaultdict(int)
    balances = within(user, StockBalance.objects.filter(sku__in=skus, bucket=Bucket.AVAILABLE), permission=VIEW_STOCK)
    for sku, free in balances.order_by().values_list("sku").annotate(free=Sum(F("on_hand") - F("reserved"))):
        counts[sku] += free
    owed = ShortLine.objects.filter(sku__in=skus, state=ShortLine.State.OPEN)
    owed = within(user, owed, permission=VIEW_STOCK)
    for sku, missing in owed.order_by().values_list("sku").annotate(Sum("quantity")):
        counts[sku] -= missing
    return counts


def _incoming(skus: Sequence[int], user: User) -> dict[int, int] | None:
    """Pieces of open purchase orders that are still to come."""
    if not user.has_perm(VIEW_STOCK):
        return None
    lines = PurchaseOrderLine.objects.filter(
        sku__in=skus, order__state__in=PurchaseOrder.OPEN_STATES, quantity__gt=F("received_quantity")
    )
    lines = within(user, lines, permission=VIEW_STOCK, field="order__warehouse")
    rows = lines.order_by().values_list("sku").annotate(rest=Sum(F("quantity") - F("received_quantity")))
    return defaultdict(int, dict(rows))


def _suggested(skus: Sequence[int], user: User) -> dict[int, int] | None:
    if not user.has_perm(VIEW_SUGGESTIONS):
        return None
    waiting = visible_suggestions(user).filter(sku__in=skus, state=RestockSuggestion.State.OPEN)
    return defaultdict(int, dict(waiting.order_by().values_list("sku").annotate(Sum("quantity"))))


def _sold(user: User, *, last: date) -> QuerySet[DailySales]:
    sales = DailySales.objects.filter(day__gt=last - SPAN, day__lte=last)
    stores = visible_stores(user, permission="catalog.view_product")
    return sales if stores is None else sales.filter(store__in=stores)


def _units(skus: Sequence[int], user: User, *, last: date) -> dict[int, int]:
    rows = _sold(user, last=last).filter(sku__in=skus).order_by().values_list("sku").annotate(Sum("units"))
    return dict(rows)


def sales_by_store(product: Product, *, user: User, today: date) -> list[StoreSales]:
    """Units and net sales store by store, the most units first; two queries."""
    now, before = (_by_store(product, user, last=last) for last in _last_days(today))
    stores = now | before
    nothing = {"sold": 0, "money": Decimal(0)}
    rows = [
        StoreSales(
            store=key[0],
            currency=key[1],
            units=now.get(key, nothing)["sold"],
            revenue=now.get(key, nothing)["money"],
            units_before=before.get(key, nothing)["sold"],
            revenue_before=before.get(key, nothing)["money"],
        )
        for key in stores
    ]
    return sorted(rows, key=lambda row: (-row.units, row.store))


def _by_store(product: Product, user: User, *, last: date) -> dict[tuple[str, str], Any]:
    sales = _sold(user, last=last).filter(sku__product=product).order_by()
    rows = sales.values("store__name", "store__currency").annotate(
        sold=Sum("units"), money=Sum("revenue"), n=Count("pk")
    )
    return {(row["store__name"], row["store__currency"]): row for row in rows}


def listing_rows(product: Product, *, user: User, now: datetime) -> list[ListingRow]:
    """Where the product is listed, with the list prices that count now; two queries."""
    found = Listing.objects.filter(sku__product=product).select_related("store", "sku")
    stores = visible_stores(user, permission="catalog.view_listing")
    found = found if stores is None else found.filter(store__in=stores)
    listings = list(found.order_by("store__code", "code"))
    prices: dict[int, Price] = {}
    if user.has_perm("catalog.view_price"):
        # Where a price of each kind counts, the lowest is what a buyer sees.
        counting = Price.objects.valid_at(now).filter(listing__in=[one.pk for one in listings])
        for price in counting.order_by("-amount"):
            prices[price.listing_id] = price
    return [ListingRow(one, prices.get(one.pk)) for one in listings]
