"""Orders, stock, supply and restocking in the admin."""

from fulfillment.admin import inbox, orders, parked, restock, stock, supply

__all__ = ["inbox", "orders", "parked", "restock", "stock", "supply"]
