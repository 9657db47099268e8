"""Pages asked for within one process: middleware, view and template, without a network between."""

import json
import statistics
import time
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.kernel.models import User

TIMES = 9


@dataclass(frozen=True)
class Asked:
    """The median and the fastest of several answers to one address, after one that warms up; and its queries."""

    name: str
    milliseconds: float
    fastest: float
    queries: int


def signed_in() -> Client:
    """A browser of somebody who may do everything."""
    # Not the test environment: that copies the context of every template, which would be measured.
    settings.ALLOWED_HOSTS = ["*"]
    boss, _made = User.objects.get_or_create(username="boss", is_superuser=True, is_staff=True)
    client = Client()
    client.force_login(boss)
    return client


def ask(client: Client, address: str, *, name: str) -> Any:
    """Ask for a page again and again and print what it took; gives the last answer. RuntimeError when it fails."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    queries = len(asked)  # the log is emptied by the next request
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    taken = []
    for _n in range(TIMES):
        started = time.perf_counter()
        answer = client.get(address)
        taken.append((time.perf_counter() - started) * 1000)
    print(json.dumps(asdict(Asked(name, statistics.median(taken), min(taken), queries))), flush=True)  # noqa: T201
    return answer
