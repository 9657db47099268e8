"""The scheduled entry points of fulfillment."""

from fulfillment.jobs import daily, restock

__all__ = ["daily", "restock"]
