"""How values read in lists and on pages that nobody may type into: amounts grouped, shares as percent, facts as words."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from django.contrib.admin import display
from django.db import models
from django.db.models import Field, Model
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from unfold.utils import prettify_json

from config.kernel.admin.badges import STATES, state_badge
from config.kernel.words import code_word, figure_word, has_words, is_named

FEWEST_PLACES, MOST_PLACES = 2, 8
# A field of seven digits, six of them behind the point, holds a share of one.
A_SHARE = (7, 6)


def readable(columns: Any, model: type[Model], *, plain: Any = (), badges: bool = True) -> list[Any]:
    """The columns of a list with those of `model` that would read badly replaced; `plain` ones stay as they are."""
    fields = {field.name: field for field in model._meta.fields if field.name not in plain}
    return [_column(name, fields, badges=badges) if isinstance(name, str) else name for name in columns]


def readable_fieldsets(fieldsets: Any, model: type[Model], *, names: Sequence[str]) -> list[Any]:
    """The fieldsets of a page, with the fields in `names`, which nobody may type into, made readable."""
    plain = {field.name for field in model._meta.fields} - set(names)

    def changed(field: Any) -> Any:
        if isinstance(field, (list, tuple)):
            return tuple(readable(field, model, plain=plain, badges=False))
        return readable([field], model, plain=plain, badges=False)[0]

    return [(title, {**options, "fields": [changed(one) for one in options["fields"]]}) for title, options in fieldsets]


def _column(name: str, fields: Mapping[str, "Field[Any, Any]"], *, badges: bool) -> Any:
    field = fields.get(name)
    if badges and name in STATES and field is not None and field.choices:
        return state_badge(field)
    if isinstance(field, models.DecimalField):
        return number_column(field)
    if isinstance(field, models.JSONField):
        return facts_column(field)
    if isinstance(field, models.CharField) and not field.choices and has_words(name):
        return code_column(field)
    return name


@cache  # Django asks by identity whether a column may be sorted.
def number_column(field: "models.DecimalField[Any, Any]") -> Callable[[Model], str]:
    """The column of an amount or a share."""
    is_share = (field.max_digits, field.decimal_places) == A_SHARE

    @display(description=field.verbose_name, ordering=field.name, empty_value="—")
    def shown(row: Model) -> Any:
        value = getattr(row, field.name)
        if value is None:
            return None
        return share(value) if is_share else amount(value)

    shown.__name__ = f"{field.name}_shown"
    return shown


@cache
def facts_column(field: "models.JSONField[Any, Any]") -> Callable[[Model], Any]:
    """The column of facts kept as JSON."""

    @display(description=field.verbose_name, empty_value="—")
    def shown(row: Model) -> Any:
        return facts(getattr(row, field.name)) or None

    shown.__name__ = f"{field.name}_shown"
    return shown


@cache
def code_column(field: "models.CharField[Any, Any]") -> Callable[[Model], str]:
    """The column of a code that has a name."""

    @display(description=field.verbose_name, ordering=field.name, empty_value="—")
    def shown(row: Model) -> Any:
        return code_word(field.name, getattr(row, field.name)) or None

    shown.__name__ = f"{field.name}_shown"
    return shown


def amount(value: Decimal) -> str:
    """A number grouped by thousands in either language, without zeros behind the second place."""
    places = -int(value.normalize().as_tuple().exponent)
    return f"{value:,.{min(max(places, FEWEST_PLACES), MOST_PLACES)}f}"


def share(value: Decimal) -> str:
    """A share of one in percent."""
    percent = (value * 100).normalize()
    return f"{percent:,.{max(-int(percent.as_tuple().exponent), 0)}f} %"


def facts(value: Any) -> SafeString | str:
    """Names and values in words; what nobody has named is shown as it is kept."""
    if isinstance(value, dict) and value and all(is_named(str(name)) for name in value):
        pairs = ((figure_word(str(name)), _told(str(name), one) or "—") for name, one in value.items())
        return format_html(
            '<dl class="zg-told">{}</dl>', format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", pairs)
        )
    if isinstance(value, dict) and not any(isinstance(one, dict | list) for one in value.values()):
        return " · ".join(f"{name}: {_plain(one)}" for name, one in value.items())
    if isinstance(value, list) and not any(isinstance(one, dict | list) for one in value):
        return _plain(value)
    if isinstance(value, dict | list):
        return str(value) if (told := prettify_json(value, None)) is None else mark_safe(told)  # noqa: S308
    return _plain(value)


def _told(name: str, value: Any) -> SafeString | str:
    return code_word(name, value) if isinstance(value, str) and has_words(name) else facts(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "✓" if value else "—"
    if isinstance(value, float):
        return f"{value:,.2f}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, (list, tuple)):
        return ", ".join(_plain(one) for one in value)
    return "" if value in (None, {}, "") else str(value)
