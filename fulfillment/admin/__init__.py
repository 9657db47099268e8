"""Orders, stock, supply and restocking in the admin."""

from fulfillment.admin import orders, parked, restock, stock, supply

__all__ = ["orders", "parked", "restock", "stock", "supply"]
