"""Long tasks as rows: any worker takes any part, a dead one's part is taken over, and a run twice is a run once."""

from config.kernel.jobs.kinds import JobKind, all_kinds, is_registered, job_kind, register
from config.kernel.jobs.progress import Cancelled, LeaseLost, Progress
from config.kernel.jobs.runs import (
    cancel_run,
    day_of,
    repeat_run,
    run_now,
    slot_key,
    start_run,
    sweep_runs,
    with_progress,
)
from config.kernel.jobs.work import work_on_run

__all__ = [
    "Cancelled",
    "JobKind",
    "LeaseLost",
    "Progress",
    "all_kinds",
    "cancel_run",
    "day_of",
    "is_registered",
    "job_kind",
    "register",
    "repeat_run",
    "run_now",
    "slot_key",
    "start_run",
    "sweep_runs",
    "with_progress",
    "work_on_run",
]
