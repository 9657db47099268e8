"""The scheduled entry points of fulfillment."""

from fulfillment.jobs import daily, restock, stock

__all__ = ["daily", "restock", "stock"]
