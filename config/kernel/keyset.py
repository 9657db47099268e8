"""Pages of a long list by the last row seen: the thousandth page costs what the first one does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)
OLDER, NEWER, LAST = "o", "n", "last"
# Cursors are signed: nobody hands values of their own to the database by one.
SALT = "kernel.keyset"


@dataclass(frozen=True)
class SortKey:
    """A column of the rows, never null, and the direction it is sorted in."""

    name: str
    descending: bool = False

    @property
    def term(self) -> str:
        """As `order_by` takes it."""
        return f"-{self.name}" if self.descending else self.name

    @property
    def turned(self) -> "SortKey":
        """The other direction."""
        return SortKey(self.name, not self.descending)


@dataclass(frozen=True)
class KeysetPage(Generic[M]):
    """Rows in the list's order, and the cursors of the pages beside them; an empty text where there is none."""

    rows: list[M]
    older: str
    newer: str


def keyset_page(rows: QuerySet[M], *, moment: str, cursor: str, size: int) -> KeysetPage[M]:
    """A page of a list whose newest row comes first; rows of one moment go by their key. See `ordered_page`."""
    return ordered_page(rows, keys=_newest_first(moment), cursor=cursor, size=size)


def ordered_page(rows: QuerySet[M], *, keys: Sequence[SortKey], cursor: str, size: int) -> KeysetPage[M]:
    """The page that a cursor of an earlier page names; the first one for an empty, unknown or foreign cursor.

    The keys together tell any two rows apart. `LAST` instead of a cursor gives the last page.
    """
    direction, values = _read(cursor, model=rows.model, keys=keys)
    backwards = direction in (NEWER, LAST)
    walked = [key.turned for key in keys] if backwards else list(keys)
    beyond = _beyond(rows, walked, values=values) if values else rows
    found = list(beyond.order_by(*(key.term for key in walked))[: size + 1])
    goes_on, shown = len(found) > size, found[:size]
    if backwards:
        shown.reverse()
    has_older = direction == NEWER if backwards else goes_on
    has_newer = goes_on if backwards else direction == OLDER
    return KeysetPage(
        shown,
        _cursor(OLDER, shown[-1], keys) if shown and has_older else "",
        _cursor(NEWER, shown[0], keys) if shown and has_newer else "",
    )


def in_keyset_chunks(rows: QuerySet[M], *, moment: str, size: int) -> Iterator[M]:
    """All rows, the newest first, read `size` at a time."""
    keys = _newest_first(moment)
    ordered = rows.order_by(*(key.term for key in keys))
    chunk = list(ordered[:size])
    while chunk:
        yield from chunk
        values = [getattr(chunk[-1], key.name) for key in keys]
        chunk = list(_beyond(ordered, keys, values=values)[:size])


def _newest_first(moment: str) -> list[SortKey]:
    return [SortKey(moment, descending=True), SortKey("pk", descending=True)]


def _beyond(rows: QuerySet[M], walked: Sequence[SortKey], *, values: Sequence[Any]) -> QuerySet[M]:
    """Rows behind a place, on the way that is walked. The first condition alone is what an index can begin from."""
    first = walked[0]
    within = rows.filter(**{f"{first.name}__{'lte' if first.descending else 'gte'}": values[0]})
    behind = Q()
    same: dict[str, Any] = {}
    for key, value in zip(walked, values, strict=True):
        behind |= Q(**same, **{f"{key.name}__{'lt' if key.descending else 'gt'}": value})
        same[key.name] = value
    return within.filter(behind)


def _cursor(direction: str, row: Model, keys: Sequence[SortKey]) -> str:
    place = [str(getattr(row, key.name)) for key in keys]
    return Signer(salt=SALT).sign_object([direction, [key.term for key in keys], place])


def _read(cursor: str, *, model: type[Model], keys: Sequence[SortKey]) -> tuple[str, list[Any]]:
    """Direction and values of a cursor made for this order; nothing for any other."""
    if cursor == LAST:
        return LAST, []
    try:
        direction, terms, place = Signer(salt=SALT).unsign_object(cursor)
        if direction not in (OLDER, NEWER) or terms != [key.term for key in keys]:
            return "", []
        return direction, [_field(model, key.name).to_python(text) for key, text in zip(keys, place, strict=True)]
    except (BadSignature, ValidationError, ValueError, TypeError):
        return "", []


def _field(model: type[Model], name: str) -> Any:
    return model._meta.pk if name == "pk" else model._meta.get_field(name)
