"""What an empty list says to do first: each room, or the roof, names its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class FirstStep:
    """How rows come into a list, and the page where somebody with the permission begins; without a page, words only."""

    words: str | Promise
    address: str = ""
    permission: str = ""
    button: str | Promise = ""


_steps: dict[str, FirstStep] = {}


def name_first_steps(steps: Mapping[str, FirstStep]) -> None:
    """Say what to do first, by "app.Model"."""
    _steps.update(steps)


def first_step_for(user: Any, label: str) -> FirstStep | None:
    """The same, without its page for who may not begin there."""
    step = first_step(label)
    if step is None or not step.address or user.has_perm(step.permission):
        return step
    return FirstStep(step.words)


def first_step(label: str) -> FirstStep | None:
    """What to do first in the list of this model; None where nobody has said so."""
    return _steps.get(label)
