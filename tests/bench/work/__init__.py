"""Programs that a bench starts in a place of its own: `measured_run(place, *program("orders"), ...)`."""

import os
from typing import Any

import psycopg

from tests.bench.ground import Done

IN_DJANGO = "tests/in_django.py"


def program(name: str) -> tuple[str, str]:
    """The words that run a module of this package within Django."""
    return IN_DJANGO, f"tests.bench.work.{name}"


def told(done: Done) -> dict[str, float]:
    """The `name=value` figures in the last line that a program printed."""
    pairs = (pair.split("=", 1) for pair in done.output.splitlines()[-1].split())
    return {name: float(value) for name, value in pairs}


def tell(**figures: float) -> None:
    """Print figures as `told` reads them."""
    print(" ".join(f"{name}={value}" for name, value in figures.items()), flush=True)


def raw_connection(*, factory: Any = psycopg.Connection, **more: Any) -> Any:
    """A connection of psycopg to the place's database, past Django."""
    base, _, name = os.environ["DATABASE_URL"].rpartition("/")
    user, _, host = base.removeprefix("postgres://").partition("@")
    return factory.connect(host=host.replace("//", "/"), user=user, dbname=name, **more)
