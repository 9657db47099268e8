"""The room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """Products, SKUs, prices, channels, stores and listings."""

    name = "catalog"
    verbose_name = _("Goods")
