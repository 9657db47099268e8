"""The room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketingConfig(AppConfig):
    """Campaign calendar and what the channels cost."""

    name = "marketing"
    verbose_name = _("Marketing")
