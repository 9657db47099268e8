"""JSON that a person types in the admin: nothing, or a value of the wrong shape, never reaches the table."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

WORDS: dict[type[Any], Any] = {
    dict: _("Write names and values in braces, such as {}."),
    list: _("Write a list in square brackets, such as []."),
}


class ShapedJSONField(forms.JSONField):
    """JSON of the shape that the column's default has; left empty, or null, it is that default."""

    def __init__(self, *args: Any, empty: Callable[[], Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.empty = empty

    def clean(self, value: Any) -> Any:
        """The value. Raises ValidationError for another shape."""
        read = super().clean(value)
        if read is None:
            return self.empty()
        shape = type(self.empty())
        if not isinstance(read, shape):
            raise ValidationError(WORDS[shape], code="wrong_shape")
        return read


class ShapedJSON:
    """For admin pages and inlines: the form fields of JSON columns that must not be null."""

    def formfield_for_dbfield(self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """As the page has it, but for such columns."""
        if isinstance(db_field, models.JSONField) and not db_field.null and callable(db_field.default):
            kwargs["form_class"] = partial(ShapedJSONField, empty=db_field.default)
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
