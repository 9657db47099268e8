"""Log lines without the values that people typed: an exception's text may hold a name, a phone number or a password.

A line says which kinds of exception were raised, and where; their texts only with LOG_VALUES, on a developer's machine.
"""

import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

from django.conf import settings

MOST_FRAMES = 30


def without_values(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor of structlog: `exc_info` becomes `exception`, and the exception's text leaves the line itself too."""
    error = _error_of(event.pop("exc_info", None))
    if error is None:
        return event
    event["exception"] = _told(error)
    if not settings.LOG_VALUES:
        # Celery writes the text of what a task raised into its own sentence.
        for text in filter(None, (repr(error), str(error))):
            event["event"] = str(event.get("event", "")).replace(text, type(error).__name__)
    return event


def _error_of(info: Any) -> BaseException | None:
    if isinstance(info, BaseException):
        return info
    if isinstance(info, tuple):
        return info[1] if isinstance(info[1], BaseException) else None
    return sys.exc_info()[1] if info else None


def _told(error: BaseException) -> str:
    if settings.LOG_VALUES:
        return "".join(traceback.format_exception(error))
    lines: list[str] = []
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        frames = traceback.extract_tb(link.__traceback__)[-MOST_FRAMES:]
        lines += [f"{type(link).__module__}.{type(link).__qualname__}"]
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        link = link.__cause__ or link.__context__
    return "\n".join(lines)
