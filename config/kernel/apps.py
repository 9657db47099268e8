"""The shared ground, as a Django app of its own."""

from importlib import import_module

from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext_lazy as _


class KernelConfig(AppConfig):
    """Users, jobs, outbox, audit, work items, imports: what every room stands on."""

    name = "config.kernel"
    label = "kernel"
    verbose_name = _("Machine room")

    def ready(self) -> None:
        # DEBUG would keep the text of every statement, and on SQLite quote each parameter by a query of its own:
        # an import would need gigabytes. The log is kept only where somebody asks for it (assertNumQueries does).
        BaseDatabaseWrapper.queries_logged = property(  # type: ignore[method-assign, assignment]
            lambda connection: connection.force_debug_cursor
        )
        import_module("config.kernel.importing.jobs")
