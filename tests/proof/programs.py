"""The programs of the proof: a shop's words stand before each."""

from collections import Counter
from contextlib import AbstractContextManager

from tests import racing
from tests.processes import Place
from tests.racing import books, said

__all__ = ["at_the_door", "books", "figures", "race", "said", "tell"]
PRELUDE = """
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from django.db import IntegrityError
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


def figures(place: Place, *words: object) -> dict[str, str]:
    """The last line `name=value ..` of what a command prints."""
    lines = said(place, *words).splitlines()
    return dict(pair.split("=", 1) for pair in lines[-1].split() if "=" in pair) if lines else {}


def tell(place: Place, code: str) -> str:
    """What a few lines of code print."""
    return racing.tell(place, PRELUDE + code)


def at_the_door(place: Place, code: str) -> AbstractContextManager[None]:
    """A program that waits at its door while the test does something."""
    return racing.at_the_door(place, PRELUDE + code)


def race(place: Place, *codes: str) -> Counter[str]:
    """What programs print that start at once."""
    return racing.race(place, *[PRELUDE + code for code in codes])
