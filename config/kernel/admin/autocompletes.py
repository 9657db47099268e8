"""Fields that search as one types, shown again with whatever was sent in: Django's own break down over what is no key."""

from functools import cache
from typing import Any, cast

from django.contrib.admin.widgets import AutocompleteMixin
from django.core.exceptions import ValidationError
from django.forms import Field


def bearing(field: Field | None) -> Field | None:
    """The field, whose widget leaves out what is no key of the table it searches."""
    if field is not None and isinstance(field.widget, AutocompleteMixin):
        field.widget.__class__ = _bearing_kind(cast("Any", type(field.widget)))
    return field


@cache
def _bearing_kind(kind: type[Any]) -> type[Any]:
    def optgroups(self: Any, name: str, value: list[Any], attr: str | None = None) -> Any:
        known = [one for one in value if _is_key(self.field, one)]
        return kind.optgroups(self, name, known, attr)

    return type(kind.__name__, (kind,), {"optgroups": optgroups})


def _is_key(field: Any, value: Any) -> bool:
    try:
        # What is a number and too large for the column is refused by the column's own bounds.
        field.target_field.run_validators(field.target_field.to_python(value))
    except (ValidationError, ValueError, TypeError):
        return value in (None, "")
    return "\0" not in str(value)
