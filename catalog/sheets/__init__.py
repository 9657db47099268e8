"""Goods, listings and costs as spreadsheets: rows are found by code, and each bad cell is told in its row."""

from catalog.sheets.costs import CostResource
from catalog.sheets.goods import ProductResource, SkuResource
from catalog.sheets.listings import ListingResource

__all__ = ["CostResource", "ListingResource", "ProductResource", "SkuResource"]
