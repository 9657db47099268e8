"""A counter on the start page. Each room answers `todo(user)` with its own; queue rows are never copied."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, QuerySet, Value
from django.utils.functional import Promise


@dataclass(frozen=True)
class Todo:
    """So many things of a kind wait, and where they are worked on; `count` may still be the rows.

    `act` is the permission that the work needs: for who may only look, it is news and no task.
    """

    title: str | Promise
    count: int | QuerySet[Any]
    link: str
    icon: str = "task_alt"
    is_urgent: bool = False
    act: str = ""


def counted(todos: Sequence[Todo]) -> list[Todo]:
    """The same counters with numbers: all rows of all rooms are counted by one query."""
    asked = [(number, todo.count) for number, todo in enumerate(todos) if isinstance(todo.count, QuerySet)]
    if not asked:
        return list(todos)
    first, *others = [
        rows.order_by().values(counter=Value(number)).annotate(found=Count("pk")) for number, rows in asked
    ]
    # Rows that are known to be none, of a person who reaches no store say, are left out of the question.
    found = dict.fromkeys((number for number, _rows in asked), 0)
    found |= {row["counter"]: row["found"] for row in first.union(*others, all=True)}
    return [replace(todo, count=found.get(number, todo.count)) for number, todo in enumerate(todos)]
