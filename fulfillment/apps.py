"""The room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FulfillmentConfig(AppConfig):
    """Orders, payments, stock, warehouses, suppliers, forecast and restock."""

    name = "fulfillment"
    verbose_name = _("Orders and stock")
