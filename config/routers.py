"""Keeps the cache in a file of its own where the default database is SQLite."""

from typing import Any

from django.db.models import Model


class CacheRouter:
    """Sends Django's cache table, and nothing else, to the database called "cache"."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        """The cache's own database for the cache table; no opinion on the rest."""
        return "cache" if model._meta.app_label == "django_cache" else None

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        """As for reading."""
        return self.db_for_read(model, **hints)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """Only the cache table in the cache's database, everything else out of it."""
        if db == "cache":
            return app_label == "django_cache"
        return False if app_label == "django_cache" else None
