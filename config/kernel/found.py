"""A hit of the command palette. Each room answers `find(user, text)` with what the person may see."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Found:
    """One thing that was found, and where it is looked at."""

    title: str
    description: str | Promise
    link: str
    icon: str
