"""Writes of the catalog."""

from catalog.services.categories import lies_below, save_category
from catalog.services.costs import append_costs, begin_costs, set_cost
from catalog.services.daily import (
    DailySalesRow,
    DailyTrafficRow,
    replace_daily_sales,
    replace_daily_traffic,
    replace_many_daily_sales,
)
from catalog.services.listings import ensure_skus, ensure_store, match_listing, save_listing
from catalog.services.prices import set_price, withdraw_price

__all__ = [
    "DailySalesRow",
    "DailyTrafficRow",
    "append_costs",
    "begin_costs",
    "ensure_skus",
    "ensure_store",
    "lies_below",
    "match_listing",
    "replace_daily_sales",
    "replace_daily_traffic",
    "replace_many_daily_sales",
    "save_category",
    "save_listing",
    "set_cost",
    "set_price",
    "withdraw_price",
]
