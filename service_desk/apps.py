"""The room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServiceDeskConfig(AppConfig):
    """Tickets and the talk with customers."""

    name = "service_desk"
    verbose_name = _("Service desk")
