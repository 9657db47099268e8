"""The roof as a Django app."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ROOMS = ("config.kernel", "catalog", "membership", "marketing", "fulfillment", "service_desk", "analytics")


class ConfigConfig(AppConfig):
    """Settings, roles, start page, commands."""

    name = "config"
    verbose_name = _("Roof")

    def ready(self) -> None:
        """Make the system checks, the figures and the rooms' kinds of jobs known."""
        import_module("config.checks")
        import_module("config.metrics").register_figures()
        import_module("config.words")
        import_module("config.first_steps")
        for room in ROOMS:
            if find_spec(f"{room}.jobs") is not None:
                import_module(f"{room}.jobs")
