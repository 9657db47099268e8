"""The room as a Django app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FulfillmentConfig(AppConfig):
    """Orders, payments, stock, warehouses, suppliers, forecast and restock."""

    name = "fulfillment"
    verbose_name = _("Orders and stock")

    def ready(self) -> None:
        """Let the import know which files orders come in."""
        import_module("fulfillment.importing.handler")
