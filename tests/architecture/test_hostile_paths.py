"""Every address bears junk in its path: not found in words, never a breakdown."""

import re

import pytest

from config.kernel.models import User
from tests.architecture.test_addresses import addresses, filled

pytestmark = [pytest.mark.django_db(databases="__all__")]
PATHS = ("0", "9" * 40, "a%00b", "%27%22--", "x" * 300, "%ff%fe", "%C2%B2", "2026-99-99", "%ED%A0%80")
ARGUMENT = re.compile(r"<(?:\w+:)?\w+>|\(\?P<\w+>(?:[^()]|\([^()]*\))*\)")
# Signing out ends the walk.
LEFT_OUT = {"admin:logout", "readyz"}


def junk_paths():
    """(path) of every address with an argument, each with each junk in all of its places."""
    raw = sorted({path for name, path in addresses() if name not in LEFT_OUT and ARGUMENT.search(path)})
    for number, path in enumerate(raw):
        yield filled(ARGUMENT.sub("ARGUMENT", path)).replace("ARGUMENT", PATHS[number % len(PATHS)])
        yield filled(ARGUMENT.sub("ARGUMENT", path)).replace("ARGUMENT", PATHS[(number + 4) % len(PATHS)])


def answered(ask):
    """The status, or in words what broke."""
    try:
        return ask().status_code
    except Exception as error:  # noqa: BLE001 - whatever breaks is what is looked for
        return f"{type(error).__name__}: {str(error)[:160]}"


def is_broken(status):
    return not isinstance(status, int) or status >= 500


@pytest.fixture
def boss(client):
    client.force_login(User.objects.create_superuser("boss", password="x", language="en"))
    return client


def test_junk_in_the_path_breaks_nothing(boss):
    found = [(path, answered(lambda path=path: boss.get(path))) for path in junk_paths()]
    assert len(found) > 100
    assert [(path[:200], status) for path, status in found if is_broken(status)] == []
