"""Tries a transaction again that lost against another one."""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

P = ParamSpec("P")
R = TypeVar("R")
MOST_TRIES = 3
LONGEST_PAUSE_SECONDS = 0.05
# PostgreSQL: serialization failure, deadlock found.
LOST = ("40001", "40P01")


def _has_lost(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) in LOST or "database is locked" in str(error)


def tried_again(work: Callable[P, R]) -> Callable[P, R]:
    """Carry out a service again, at most three times, when the database ended its transaction for another's sake.

    Within a transaction of the caller nothing can be repeated: the error goes to whoever opened that transaction.
    """

    @wraps(work)
    def trying(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return work(*args, **kwargs)
        for _ in range(MOST_TRIES - 1):
            try:
                return work(*args, **kwargs)
            except OperationalError as error:
                if not _has_lost(error):
                    raise
                # Two that met once should not meet again at the same moment.
                time.sleep(random.uniform(0, LONGEST_PAUSE_SECONDS))
        return work(*args, **kwargs)

    return trying
