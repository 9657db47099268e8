"""Goods, prices, channels and stores in the admin."""

from catalog.admin import daily, goods, prices, stores

__all__ = ["daily", "goods", "prices", "stores"]
