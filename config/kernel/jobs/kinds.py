"""The kinds of jobs: each room registers its own when Django starts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from config.kernel.job_labels import name_kind
from config.kernel.jobs.progress import Progress
from config.kernel.models import JobRun, JobRunPart
from config.kernel.words import name_codes


def no_page(run: JobRun) -> str:
    """A run that leaves nothing to look at but its figures."""
    return ""


@dataclass(frozen=True)
class JobKind:
    """What a kind of job does.

    `plan` gives the parameters of each part, the same on every call; `work` does one part and returns its result, safe
    to repeat; `finish` puts the results together, safe to repeat, and returns the run's figures.
    """

    code: str
    label: str | Promise
    plan: Callable[[JobRun], Sequence[dict[str, Any]]]
    work: Callable[[JobRunPart, Progress], dict[str, Any]]
    finish: Callable[[JobRun], dict[str, Any]]
    permission: str = "kernel.run_jobrun"
    # The page of what a finished run made; "" where there is none.
    outcome: Callable[[JobRun], str] = no_page


_kinds: dict[str, JobKind] = {}


def register(kind: JobKind) -> JobKind:
    """Make a kind known. Two different kinds with one code are a mistake in the code."""
    known = _kinds.setdefault(kind.code, kind)
    name_kind(kind.code, kind.label)
    name_codes("kind", {kind.code: kind.label})
    if known.plan is not kind.plan:
        raise ValueError(f"job kind {kind.code} is registered twice")
    return known


def job_kind(code: str) -> JobKind:
    """The kind with this code; KeyError for an unknown one."""
    return _kinds[code]


def is_registered(code: str) -> bool:
    """Whether a kind with this code is known; runs of an earlier version may have kinds that are gone."""
    return code in _kinds


def all_kinds() -> tuple[JobKind, ...]:
    """Every kind, by code."""
    return tuple(_kinds[code] for code in sorted(_kinds))
