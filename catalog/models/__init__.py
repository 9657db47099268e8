"""The tables of the catalog."""

from catalog.models.daily import DailySales, DailyTraffic
from catalog.models.prices import Price
from catalog.models.products import (
    Brand,
    Category,
    KitPart,
    Product,
    ProductImage,
    Sku,
    SkuCost,
    SkuPack,
)
from catalog.models.stores import Channel, Listing, Store

__all__ = [
    "Brand",
    "Category",
    "Channel",
    "DailySales",
    "DailyTraffic",
    "KitPart",
    "Listing",
    "Price",
    "Product",
    "ProductImage",
    "Sku",
    "SkuCost",
    "SkuPack",
    "Store",
]
