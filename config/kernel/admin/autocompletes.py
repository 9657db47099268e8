"""Fields that search as one types, shown again with whatever was sent in: Django's own break down over what is no key."""

from functools import cache
from typing import Any, cast

from django.contrib.admin.widgets import AutocompleteMixin
from django.core.exceptions import ValidationError
from django.forms import Field, ModelMultipleChoiceField


def bearing(field: Field | None) -> Field | None:
    """The field, which refuses what is no key of the table it searches, and whose widget leaves it out."""
    if isinstance(field, ModelMultipleChoiceField):
        field.__class__ = _refusing_kind(cast("Any", type(field)))
    if field is not None and isinstance(field.widget, AutocompleteMixin):
        field.widget.__class__ = _bearing_kind(cast("Any", type(field.widget)))
    return field


@cache
def _bearing_kind(kind: type[Any]) -> type[Any]:
    def optgroups(self: Any, name: str, value: list[Any], attr: str | None = None) -> Any:
        known = [one for one in value if _is_key(self.field.target_field, one)]
        return kind.optgroups(self, name, known, attr)

    return type(kind.__name__, (kind,), {"optgroups": optgroups})


@cache
def _refusing_kind(kind: type[Any]) -> type[Any]:
    def _check_values(self: Any, value: Any) -> Any:
        column = self.queryset.model._meta.get_field(self.to_field_name) if self.to_field_name else None
        for one in value:
            if not _is_key(column or self.queryset.model._meta.pk, one):
                raise ValidationError(
                    self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": str(one)[:50]}
                )
        return kind._check_values(self, value)

    return type(kind.__name__, (kind,), {"_check_values": _check_values})


def _is_key(column: Any, value: Any) -> bool:
    try:
        # What is a number and too large for the column is refused by the column's own bounds.
        column.run_validators(column.to_python(value))
    except (ValidationError, ValueError, TypeError):
        return value in (None, "")
    return "\0" not in str(value)
