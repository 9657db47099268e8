"""A small shop on each database, filled once and copied."""

import json
import os
import shutil
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.processes import Place, postgres_place, sqlite_place
from tests.servers import find_postgres


def new_key(name: str) -> str:
    """One entry of ENCRYPTION_KEYS."""
    return f"{name}:{urlsafe_b64encode(os.urandom(32)).decode()}"


KEYS = {"SECRET_KEY": "s" * 60, "LOOKUP_KEY": "l" * 40, "ENCRYPTION_KEYS": new_key("old")}


def with_settings(place: Place, **settings: str) -> Place:
    """The same place under other settings."""
    return replace(place, settings={**place.settings, **settings})


def manage(place: Place, *words: str | Path) -> str:
    """What a command prints; it must succeed."""
    done = place.run("manage.py", *words)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip()


def refused(place: Place, *words: str | Path) -> str:
    """What a command says that refuses: a sentence and no traceback."""
    done = place.run("manage.py", *words)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


def shop(place: Place, verb: str) -> str:
    """Run a verb of tests/operations/shop.py."""
    done = place.run("-m", "tests.in_django", "tests.operations.shop", verb)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def tell(place: Place) -> dict[str, Any]:
    """What stands in a place."""
    found: dict[str, Any] = json.loads(shop(place, "tell").splitlines()[-1])
    return found


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def make_place(request, tmp_path_factory) -> Callable[..., Any]:
    """Makes places on one kind of database: `with make_place(like=place)` copies, `is_empty=True` has no tables."""
    if request.param == "sqlite":
        return _sqlite_maker(tmp_path_factory, request.getfixturevalue("migrated_file"))
    return _postgres_maker(tmp_path_factory, request.getfixturevalue("migrated"))


def copy_media(like: Place | None, folder: Path) -> None:
    """The files of a place that is copied."""
    if like and (like.folder / "media").exists():
        shutil.copytree(like.folder / "media", folder / "media")


def _sqlite_maker(folders, migrated: Place) -> Callable[..., Any]:
    @contextmanager
    def make(*, like: Place | None = None, is_empty: bool = False) -> Iterator[Place]:
        folder = folders.mktemp("place")
        if is_empty:
            place = Place(folder, f"sqlite:///{folder / 'db.sqlite3'}", KEYS)
        else:
            if like:
                (like.folder / "secrets").mkdir(exist_ok=True)
            place = with_settings(sqlite_place(folder, like=(like or migrated).folder), **KEYS)
            copy_media(like, folder)
        yield place

    return make


def _postgres_maker(folders, migrated: Place) -> Callable[..., Any]:
    programs = f"{find_postgres()}:{os.environ['PATH']}"

    @contextmanager
    def make(*, like: Place | None = None, is_empty: bool = False) -> Iterator[Place]:
        template = "template0" if is_empty else (like or migrated).database_url.rpartition("/")[2]
        folder = folders.mktemp("place")
        copy_media(like, folder)
        with postgres_place(folder, migrated.database_url, template=template) as place:
            yield with_settings(place, PATH=programs, **KEYS)

    return make


@pytest.fixture(scope="module")
def shop_place(make_place) -> Iterator[Place]:
    """A filled shop. Tests read it only; who writes takes a copy."""
    with make_place() as place:
        shop(place, "fill")
        yield place
