"""Filters of the admin's lists that never walk through a long table to learn what can be chosen."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.admin import FieldListFilter
from django.contrib.admin.filters import AllValuesFieldListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.db.models import Max, Min, Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

LATEST = 2_000


class LatestValuesFilter(AllValuesFieldListFilter):
    """Offers the values that the latest rows hold. An older one still filters when the address names it."""

    def __init__(
        self, field: Any, request: HttpRequest, params: Any, model: type[Model], model_admin: Any, field_path: str
    ) -> None:
        super().__init__(field, request, params, model, model_admin, field_path)
        rows = model_admin.get_queryset(request).order_by("-pk").values_list(field_path, flat=True)[:LATEST]
        seen = {value for value in rows if value is not None}
        self.lookup_choices: Any = sorted(seen | {value for value in self.lookup_val or () if isinstance(value, str)})


def bounded_filters(model: type[Model], filters: Sequence[Any]) -> list[Any]:
    """The filters of a list, with those by all values of a column replaced."""
    return [(named, LatestValuesFilter) if _shows_all_values(model, named) else named for named in filters]


def _shows_all_values(model: type[Model], named: Any) -> bool:
    if not isinstance(named, str):
        return False
    field = get_fields_from_path(model, named)[-1]
    registered: Any = FieldListFilter
    classes = [kind for test, kind in registered._field_list_filters if test(field)]
    return bool(classes) and classes[0] is AllValuesFieldListFilter


@dataclass(frozen=True)
class DateLink:
    """A year, month or day to narrow a list by, or the way back; `chosen` is where the list is."""

    label: str
    parameters: dict[str, Any]
    chosen: bool = False


def date_links(rows: QuerySet[Any], *, field: str, chosen: Sequence[int]) -> list[DateLink]:
    """Years between the first and the last row, then months of the chosen one, then days: by the calendar, uncounted."""
    ends = rows.aggregate(first=Min(field), last=Max(field))
    if ends["first"] is None:
        return []
    first, last = _day(ends["first"]), _day(ends["last"])
    names = [f"{field}__{part}" for part in ("year", "month", "day")]
    back = [DateLink(label, _parameters(names, place), chosen=True) for label, place in _places(chosen)]
    steps = [(*chosen, step) for step in _steps(chosen, first=first, last=last)]
    return back + [DateLink(_label(place), _parameters(names, place)) for place in steps]


def _steps(chosen: Sequence[int], *, first: date, last: date) -> list[int]:
    if not chosen:
        return list(range(first.year, last.year + 1))
    start = (first.year, first.month, first.day)[: len(chosen) + 1]
    end = (last.year, last.month, last.day)[: len(chosen) + 1]
    most = {1: 12, 2: calendar.monthrange(chosen[0], chosen[1])[1] if len(chosen) == 2 else 0}.get(len(chosen), 0)
    return [step for step in range(1, most + 1) if start <= (*chosen, step) <= end]


def _places(chosen: Sequence[int]) -> list[tuple[str, tuple[int, ...]]]:
    return [(_label(tuple(chosen[:length])), tuple(chosen[:length])) for length in range(1, len(chosen) + 1)]


def _label(place: tuple[int, ...]) -> str:
    if len(place) == 1:
        return str(place[0])
    day = date(place[0], place[1], place[2] if len(place) > 2 else 1)
    return date_format(day, "MONTH_DAY_FORMAT" if len(place) > 2 else "YEAR_MONTH_FORMAT")


def _parameters(names: Sequence[str], place: tuple[int, ...]) -> dict[str, Any]:
    padded = (*place, *[None] * (len(names) - len(place)))
    return dict(zip(names, padded, strict=True))


def _day(moment: Any) -> date:
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment
