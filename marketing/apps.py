"""The room as a Django app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketingConfig(AppConfig):
    """Campaign calendar and what the channels cost."""

    name = "marketing"
    verbose_name = _("Marketing")

    def ready(self) -> None:
        """Let the import know which files spend comes in."""
        import_module("marketing.importing.spend")
