"""The shop's Celery with short leases and small parts, on a host that keeps a diary of its parts.

The hosts named in `HOSTS` wait for each other before their first part of a run, so that each has its share however fast
the other is. The host `CUT_HOST` stops in its second part of the kind `CUT_KIND` until "cable-pulled" is there.
"""

import os
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from celery.signals import worker_ready

from config.celery import app
from config.kernel.jobs import progress, work
from config.kernel.models import JobRunPart
from fulfillment.services import restock
from membership.services import segmentation

HOST = os.environ["HOST_NAME"]
HOSTS = os.environ["HOSTS"].split()
CUT = (os.environ.get("CUT_HOST"), os.environ.get("CUT_KIND"))
VAR = Path(os.environ["VAR_DIR"])
progress.LEASE = work.LEASE = timedelta(seconds=int(os.environ.get("LEASE_SECONDS", "8")))
segmentation.PART_CUSTOMERS = int(os.environ.get("PART_CUSTOMERS", "2000"))
restock.PART_SKUS = 2
begun: Counter[str] = Counter()
_do_part = work._do_part


def _wait_until(happened: Callable[[], bool]) -> None:
    while not happened():
        time.sleep(0.05)


def _meet(kind: str) -> None:
    (VAR / f"{HOST}-at-{kind}").touch()
    _wait_until(lambda: all((VAR / f"{host}-at-{kind}").exists() for host in HOSTS))


def _lose_the_network(kind: str, number: int) -> None:
    (VAR / "cut-off-in").write_text(f"{kind} {number}", encoding="ascii")
    _wait_until((VAR / "cable-pulled").exists)


def do_part(part: JobRunPart, kind: Any) -> None:
    """Do it, and write it down when it is done."""
    begun[kind.code] += 1
    if begun[kind.code] == 1:
        _meet(kind.code)
    if CUT == (HOST, kind.code) and begun[kind.code] == 2:
        _lose_the_network(kind.code, part.number)
    _do_part(part, kind)
    with (VAR / f"done-by-{HOST}").open("a", encoding="ascii") as diary:
        diary.write(f"{kind.code} {part.number}\n")


@worker_ready.connect
def _say_so(**_words: Any) -> None:
    (VAR / f"{HOST}-is-up").touch()


work._do_part = do_part
__all__ = ["app"]
