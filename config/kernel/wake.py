"""Wakes a worker. The work itself is a row, so a message that is lost costs half a minute and nothing else."""

from functools import partial
from typing import Any

import structlog
from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def _send(task: "Task[Any, Any]", arguments: tuple[int | str, ...]) -> None:
    try:
        task.apply_async(args=arguments, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("broker_down", task=task.name, error=str(error))


def wake(task: "Task[Any, Any]", *arguments: int | str) -> None:
    """Send a message after commit. A broker that is down is noted and left to the sweeper."""
    transaction.on_commit(partial(_send, task, arguments))
