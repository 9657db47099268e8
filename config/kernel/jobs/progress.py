"""How a part tells how far it is, keeps its lease, and learns that it should stop."""

import time
from datetime import timedelta

from django.utils import timezone

from config.kernel.models import JobRun, JobRunPart

LEASE = timedelta(minutes=5)
# Rows are touched at most this often, however often a part reports.
REPORT_SECONDS = 1.0


class LeaseLost(Exception):
    """Another worker has taken the part over: nothing more may be written."""


class Cancelled(Exception):
    """Somebody called the run off."""


class Progress:
    """The handle that a part's work gets."""

    def __init__(self, part: JobRunPart) -> None:
        self.part = part
        self._done = 0
        self._reported_at = 0.0

    def total(self, count: int) -> None:
        """Say how much there is to do."""
        self._write(total_count=count)

    def advance(self, count: int = 1, *, note: str = "") -> None:
        """Say that so much more is done; extends the lease. Raises LeaseLost or Cancelled when it is time to stop."""
        self._done += count
        if note or time.monotonic() - self._reported_at >= REPORT_SECONDS:
            self._write(done_count=self._done)
            if note:
                JobRun.objects.filter(pk=self.part.run_id).update(progress_note=note[:200])

    def _write(self, **values: int) -> None:
        self._reported_at = time.monotonic()
        mine = JobRunPart.objects.filter(
            pk=self.part.pk, state=JobRunPart.State.RUNNING, lease_token=self.part.lease_token
        )
        if not mine.update(lease_until=timezone.now() + LEASE, **values):
            raise LeaseLost
        if JobRun.objects.filter(pk=self.part.run_id, state=JobRun.State.CANCELLED).exists():
            raise Cancelled
