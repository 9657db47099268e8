"""Programs that run at once: they import first, wait at the door, and start together."""

import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tests.processes import Place

PRELUDE = """
import sys
import django
django.setup()
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from django.db import IntegrityError, connection
from django.utils import timezone
from catalog.models import *
from config.kernel.errors import DomainError
from config.kernel.jobs import start_run, work_on_run
from config.kernel.models import *
from fulfillment.models import *
from fulfillment.orders import LineInput, OrderInput, PaymentInput
from fulfillment.services.orders import expire_unpaid, place_order
from fulfillment.services.payments import record_payment
from fulfillment.services.stock import *

def at_the_door():
    # The parent opens the door for all at once by closing its end of the pipe.
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.read()

class Blind:
    # A model whose filter() does not look at some conditions: the same service without its guard.
    def __init__(self, model, *unseen):
        self.model, self.unseen = model, unseen
        self.objects = self
    def filter(self, *conditions, **words):
        return self.model.objects.filter(*conditions, **{k: v for k, v in words.items() if k not in self.unseen})
    def __getattr__(self, name):
        return getattr(self.model if hasattr(self.model, name) else self.model.objects, name)

def stop_before(owner, name):
    # Between looking and writing: everybody has looked before the first one writes.
    original = getattr(owner, name)
    def waits(*words, **more):
        setattr(owner, name, original)
        at_the_door()
        return original(*words, **more)
    setattr(owner, name, waits)
"""


def said(place: Place, *words: object) -> str:
    """Run Python in a place to its end; what it prints. A program that fails fails the test."""
    done = place.run(*words)
    assert done.returncode == 0, (done.stdout[-1000:], done.stderr[-3000:])
    return done.stdout.strip()


def figures(place: Place, *words: object) -> dict[str, str]:
    """The last line `name=value ..` of what a command prints."""
    lines = said(place, *words).splitlines()
    return dict(pair.split("=", 1) for pair in lines[-1].split() if "=" in pair) if lines else {}


def tell(place: Place, code: str) -> str:
    """What a few lines of code print."""
    return said(place, "-c", PRELUDE + code)


@contextmanager
def at_the_door(place: Place, code: str) -> Iterator[None]:
    """A program that waits at its door while the test does something, and then goes on to its end."""
    program = place.python("-c", PRELUDE + code, stdin=subprocess.PIPE)
    assert program.stdout.readline() == "ready\n", program.communicate()[1][-3000:]
    yield
    _out, err = program.communicate()
    assert program.returncode == 0, err[-3000:]


def race(place: Place, *codes: str) -> Counter[str]:
    """Start all programs, open the door when every one stands at it, and count the words that they print."""
    runners = [
        place.python("-c", PRELUDE + code.replace("{me}", str(me)), stdin=subprocess.PIPE)
        for me, code in enumerate(codes)
    ]
    for runner in runners:
        assert runner.stdout.readline() == "ready\n", runner.communicate()[1][-3000:]
    for runner in runners:
        runner.stdin.close()
        runner.stdin = None
    words: Counter[str] = Counter()
    for runner in runners:
        out, err = runner.communicate()
        assert runner.returncode == 0, err[-3000:]
        words.update(out.split())
    return words


def books(place: Place) -> str:
    """How many problems check_books finds, with what it says of them."""
    done = place.run("manage.py", "check_books", "--skip-checks")
    return done.stdout.strip().splitlines()[-1].partition(" ")[2] if done.returncode == 0 else done.stdout + done.stderr
