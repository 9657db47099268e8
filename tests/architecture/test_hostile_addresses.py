"""Every address answers junk in its parameters and its path in words, never by breaking down."""

import pytest

from config.kernel.models import User
from tests.architecture.test_addresses import ALL

pytestmark = [pytest.mark.django_db(databases="__all__")]
# What pages read from their addresses; what only one of them knows is junk to the others, and must do them no harm.
KNOWN = (
    "q p page cursor after before o sort order_by ordering all view state store channel supplier warehouse agent day range "
    "from until since start end compare saved run format kind layout tab segment metric next last_seen year month limit "
    "offset page_size e e__day _popup _to_field _changelist_filters customer number sku id__exact from_date to_date "
    "app_label model_name field_name term s extended is_late recency frequency monetary mode filter search category what"
).split()
JUNK = {
    "text": "junk",
    "negative": "-1",
    "huge": "9" * 40,
    "a number without end": "1e400",
    "not a number": "NaN",
    "byte 0": "a%00b",
    "quotes": "'%22%3B--%3Cb%3E%25_%5C",
    "ten thousand characters": "x" * 10_000,
    "a day that is none": "9999-99-99",
    "the last day": "9999-12-31",
    "the first day": "0001-01-01",
    "half a character": "%ff%fe%e4%b8",
    "a lone surrogate": "%ed%a0%80",
    "other digits": "%C2%B2%D9%A3",
    "nothing": "",
}
LONG = {"ten thousand characters"}


def query(kind):
    """The junk in every parameter, and some of them twice; what is long only where pages search."""
    names = ("q", "page", "cursor", "store") if kind in LONG else (*KNOWN, "page", "q", "store")
    return "&".join(f"{name}={JUNK[kind]}" for name in names)


def asked(client, path):
    """The status, or in words what broke."""
    try:
        return client.get(path).status_code
    except Exception as error:  # noqa: BLE001 - whatever breaks is what is looked for
        return f"{type(error).__name__}: {str(error)[:160]}"


@pytest.fixture
def boss(client):
    client.force_login(User.objects.create_superuser("boss", password="x", language="en"))
    return client


# Signing out ends the walk, and whether all is ready is told by a 503.
READ = sorted({path for name, path in ALL if name not in {"admin:logout", "readyz"}})
KINDS = list(JUNK)


def broken_by(client, pairs):
    """What broke, of (path, kind of junk)."""
    answers = [(path, kind, asked(client, f"{path}?{query(kind)}")) for path, kind in pairs]
    return [answer for answer in answers if not isinstance(answer[2], int) or answer[2] >= 500]


def test_every_address_bears_one_kind_of_junk(boss):
    pairs = [(path, KINDS[number % len(KINDS)]) for number, path in enumerate(READ)]
    assert broken_by(boss, pairs) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_address_bears_every_kind_of_junk(boss, kind):
    assert broken_by(boss, [(path, kind) for path in READ]) == []
