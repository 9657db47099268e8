"""Pages of a long list by the last row seen: the thousandth page costs what the first one does."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST = 2**53
OLDER, NEWER = "o", "n"


@dataclass(frozen=True)
class KeysetPage(Generic[M]):
    """Rows, the newest first, and the cursors of the pages beside them; an empty text where there is none."""

    rows: list[M]
    older: str
    newer: str


def keyset_page(rows: QuerySet[M], *, moment: str, cursor: str, size: int) -> KeysetPage[M]:
    """The page that a cursor of an earlier page names; the first one for an empty or unknown cursor.

    `moment` is the field with the time by which the list is ordered, descending; rows of one moment go by their key.
    """
    place = _read(cursor)
    if place is None:
        found = list(_newest_first(rows, moment)[: size + 1])
        shown = found[:size]
        return KeysetPage(shown, _cursor(OLDER, shown, moment) if len(found) > size else "", "")
    direction, at, key = place
    if direction == OLDER:
        found = list(_newest_first(_beyond(rows, moment, at=at, key=key, word="lt"), moment)[: size + 1])
        shown = found[:size]
        older = _cursor(OLDER, shown, moment) if len(found) > size else ""
        return KeysetPage(shown, older, _cursor(NEWER, shown, moment))
    found = list(_beyond(rows, moment, at=at, key=key, word="gt").order_by(moment, "pk")[: size + 1])
    shown = found[:size][::-1]
    newer = _cursor(NEWER, shown, moment) if len(found) > size else ""
    return KeysetPage(shown, _cursor(OLDER, shown, moment), newer)


def in_keyset_chunks(rows: QuerySet[M], *, moment: str, size: int) -> Iterator[M]:
    """All rows, the newest first, read `size` at a time."""
    chunk = list(_newest_first(rows, moment)[:size])
    while chunk:
        yield from chunk
        last = chunk[-1]
        after = _beyond(rows, moment, at=getattr(last, moment), key=last.pk, word="lt")
        chunk = list(_newest_first(after, moment)[:size])


def _newest_first(rows: QuerySet[M], moment: str) -> QuerySet[M]:
    return rows.order_by(f"-{moment}", "-pk")


def _beyond(rows: QuerySet[M], moment: str, *, at: datetime, key: int, word: str) -> QuerySet[M]:
    """Rows before or behind a place. The first condition alone is what an index can begin from."""
    within = rows.filter(**{f"{moment}__{word}e": at})
    return within.filter(Q(**{f"{moment}__{word}": at}) | Q(**{f"pk__{word}": key}))


def _cursor(direction: str, shown: list[Any], moment: str) -> str:
    if not shown:
        return ""
    row = shown[-1] if direction == OLDER else shown[0]
    return f"{direction}{(getattr(row, moment) - EPOCH) // timedelta(microseconds=1)}.{row.pk}"


def _read(cursor: str) -> tuple[str, datetime, int] | None:
    moment, _dot, key = cursor[1:].partition(".")
    if cursor[:1] not in (OLDER, NEWER) or not (moment.isascii() and moment.isdecimal() and key.isdecimal()):
        return None
    if int(moment) > LARGEST or int(key) > LARGEST:
        return None
    return cursor[0], EPOCH + timedelta(microseconds=int(moment)), int(key)
