"""The scheduled entry points of fulfillment."""

from fulfillment.jobs import restock

__all__ = ["restock"]
