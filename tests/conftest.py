"""What makes the whole suite cheaper without making any test weaker."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """A real password hash takes a quarter of a second on purpose. The real ones stay behind it and are still read."""
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    ):
        yield


@pytest.fixture(scope="session")
def django_db_use_migrations(request: pytest.FixtureRequest) -> bool:
    """On SQLite the tables are made straight from the models; PostgreSQL migrates.

    Migrating takes ten seconds for each worker. That migrations make the same tables on SQLite is a test of its own:
    tests/upgrade/test_same_tables.py.
    """
    return not settings.IS_SQLITE and not request.config.getvalue("nomigrations")
