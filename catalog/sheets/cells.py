"""Cells of a sheet, read by form fields: the same rules and the same words as where a person types."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import fields, resources, widgets

from config.kernel.importing.export import plain_cell, safe_cell

UNKNOWN = gettext_lazy("%(value)s is not known here.")
# Codes in one statement: well below the parameter limit of either database.
AT_ONCE = 500


class FormWidget(widgets.Widget):
    """Reads a cell by a form field; `shown` turns a value into a cell."""

    def __init__(
        self, field: forms.Field, *, shown: Callable[[Any], Any] = str, empty: Callable[[], Any] | None = None
    ) -> None:
        super().__init__()
        self.field, self.shown, self.empty = field, shown, empty

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """The value of a cell. Raises ValueError with the field's own sentence, which the import puts at the cell."""
        try:
            read = self.field.clean(value)
        except ValidationError as error:
            raise ValueError(" ".join(error.messages)) from error
        return self.empty() if self.empty is not None and read is None else read

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        """The cell of a value; empty where there is none."""
        return "" if value is None else self.shown(value)


def column(name: str, field: forms.Field, **more: Any) -> fields.Field:
    """A column that is read by a form field and called like the model's field."""
    return fields.Field(column_name=name, attribute=name, widget=FormWidget(field, **more))


class CodeField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A row by its code; after `read_ahead` without asking the database for each cell."""

    known: dict[str, Any] | None = None

    def read_ahead(self, codes: Sequence[Any]) -> None:
        """Read the rows behind all the codes of a sheet."""
        wanted = sorted({str(code) for code in codes if code not in self.empty_values})
        assert self.queryset is not None
        self.known = {}
        for start in range(0, len(wanted), AT_ONCE):
            found = self.queryset.filter(code__in=wanted[start : start + AT_ONCE])
            self.known |= {row.code: row for row in found}

    def to_python(self, value: Any) -> Any:
        """The row of a code. Raises ValidationError when there is none."""
        if self.known is None or value in self.empty_values:
            return super().to_python(value)
        if str(value) not in self.known:
            raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": value})
        return self.known[str(value)]


def code_column(name: str, rows: "QuerySet[Any]", *, required: bool = True) -> fields.Field:
    """A column that names another row by its code."""
    field = CodeField(rows, to_field_name="code", required=required, error_messages={"invalid_choice": UNKNOWN})
    return column(name, field, shown=lambda row: row.code)


class SheetResource(resources.ModelResource):
    """What all sheets have in common: the person who brings one, and headings that must be there."""

    needed: Sequence[str] = ()
    person: Any = None

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Refuses a sheet without the headings that no row can do without."""
        self.person = kwargs.get("user")
        missing = [name for name in self.needed if name not in (dataset.headers or [])]
        if missing:
            raise ValidationError(_("The sheet lacks these columns: %(names)s.") % {"names": ", ".join(missing)})

    def import_data(self, dataset: Any, **kwargs: Any) -> Any:
        """All rows go in, or none."""
        return super().import_data(dataset, **{**kwargs, "rollback_on_validation_errors": True})

    def export_resource(self, instance: Any, selected_fields: Any = None, **kwargs: Any) -> list[Any]:
        """The cells of a row, none of which a spreadsheet runs."""
        return [safe_cell(value) for value in super().export_resource(instance, selected_fields, **kwargs)]

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """A cell that was made safe on its way out comes in as it was."""
        super().before_import_row(row, **kwargs)
        for name, value in row.items():
            row[name] = plain_cell(value)

    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> Any:
        """Rows of a sheet that was refused as a whole are not read."""
        if any(name not in row for name in self.needed):
            skipped = self.get_row_result_class()()
            skipped.import_type = skipped.IMPORT_TYPE_SKIP
            return skipped
        return super().import_row(row, instance_loader, **kwargs)

    class Meta:
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
