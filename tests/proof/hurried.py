"""The shop's Celery with short leases and small parts; it writes down which host did which part.

A worker whose host is named in `GATED_HOST` stops in its second part until the file "cable-pulled" is there.
"""

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from config.celery import app
from config.kernel.jobs import progress, work
from config.kernel.models import JobRunPart
from fulfillment.services import restock
from membership.services import segmentation

HOST = os.environ.get("HOST_NAME", "alone")
VAR = Path(os.environ["VAR_DIR"])
LEASE = timedelta(seconds=int(os.environ.get("LEASE_SECONDS", "8")))
progress.LEASE = work.LEASE = LEASE
segmentation.PART_CUSTOMERS = int(os.environ.get("PART_CUSTOMERS", "2000"))
restock.PART_SKUS = 2
_do_part = work._do_part


def _note(kind: str, number: int) -> int:
    path = VAR / f"did-{HOST}"
    with path.open("a", encoding="ascii") as file:
        file.write(f"{kind} {number}\n")
    return sum(line.startswith(kind) for line in path.read_text(encoding="ascii").splitlines())


def do_part(part: JobRunPart, kind: Any) -> None:
    """Write the part down, stop where the host is to be cut off, and do it."""
    count = _note(kind.code, part.number)
    if os.environ.get("GATED_HOST") == HOST and kind.code == "segment_customers" and count == 2:
        (VAR / "in-the-middle").touch()
        while not (VAR / "cable-pulled").exists():
            time.sleep(0.05)
    _do_part(part, kind)


work._do_part = do_part
__all__ = ["app"]
