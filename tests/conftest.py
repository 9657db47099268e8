"""What makes the whole suite cheaper without making any test weaker."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings

from tests.processes import Place, postgres_place, sqlite_place
from tests.servers import shared_postgres


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


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL for tests that make databases of their own: the one that the suite started for all, or one for them."""
    try:
        with shared_postgres() as url:
            yield url
    except FileNotFoundError as missing:
        pytest.skip(f"needs PostgreSQL: {missing}")


@pytest.fixture(scope="session")
def migrated(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Tables without rows on PostgreSQL, to be copied: migrating takes fifty times as long."""
    with postgres_place(tmp_path_factory.mktemp("migrated"), server) as place:
        yield place


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The same on SQLite."""
    return sqlite_place(tmp_path_factory.mktemp("migrated-file"))
