"""A counter on the start page. Each room answers `todo(user)` with its own; queue rows are never copied."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Todo:
    """So many things of a kind wait for the reader, and where they are worked on."""

    title: str | Promise
    count: int
    link: str
    icon: str = "task_alt"
    is_urgent: bool = False
