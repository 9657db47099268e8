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
    """Several answers to one address after one that warms up: median and fastest time, and what a machine that others keep
    busy does not blur: the time on the processor, the database's time for the first answer, the number of queries."""

    name: str
    milliseconds: float
    fastest: float
    processor: float
    database: float
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
    # The log is emptied by the next request.
    queries, database = len(asked), sum(float(query["time"]) for query in asked.captured_queries) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    taken, worked = [], []
    for _n in range(TIMES):
        started, working = time.perf_counter(), time.process_time()
        answer = client.get(address)
        taken.append((time.perf_counter() - started) * 1000)
        worked.append((time.process_time() - working) * 1000)
    seen = Asked(name, statistics.median(taken), min(taken), statistics.median(worked), database, queries)
    print(json.dumps(asdict(seen)), flush=True)  # noqa: T201
    return answer
