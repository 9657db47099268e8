"""The related rows of a change page as they were when it was loaded, and what became of them meanwhile."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.admin.options import InlineModelAdmin
from django.db import connections, models, router
from django.forms.models import BaseInlineFormSet, _get_foreign_key
from django.http import HttpRequest
from django.utils.translation import gettext as _

FormSet = Any
# prefix -> key of the row -> its name and its values
Rows = dict[str, dict[str, dict[str, Any]]]
NAME = "="


@dataclass(frozen=True)
class RowChange:
    """One thing that became of a related row: a field of it, or the row as a whole."""

    label: str
    was: Any
    now: Any
    yours: Any
    field: forms.Field | None = None


def guarded(
    formsets: Sequence[FormSet], inlines: "Sequence[InlineModelAdmin[Any, Any]]", *, request: HttpRequest, parent: Any
) -> list[FormSet]:
    """The formsets whose rows this person may write: those are compared."""
    pairs = zip(formsets, inlines, strict=True)
    return [
        formset
        for formset, inline in pairs
        if isinstance(formset, BaseInlineFormSet)
        and (
            inline.has_change_permission(request, parent)
            or inline.has_add_permission(request, parent)
            or inline.has_delete_permission(request, parent)
        )
    ]


def lock_rows(inlines: "Sequence[InlineModelAdmin[Any, Any]]", *, parent: models.Model) -> None:
    """Hold the related rows until the save has ended: who saves one of them elsewhere waits, and is seen by nobody half."""
    for inline in inlines:
        manager = inline.model._base_manager
        if not connections[router.db_for_write(inline.model)].in_atomic_block:
            continue
        # Generic relations have no key to go by, and none is shown here.
        key = _get_foreign_key(type(parent), inline.model, fk_name=inline.fk_name, can_fail=True)
        if key is not None:
            list(manager.select_for_update().filter(**{key.name: parent.pk}).order_by("pk").values_list("pk"))


def let_go_of_gone_rows(formsets: Sequence[FormSet]) -> None:
    """A row that was deleted meanwhile stays deleted: its part of the form no longer asks for it."""
    for formset in formsets:
        for form in formset.initial_forms:
            if form.instance.pk is None and formset._pk_field.name in form.fields:
                field = form.fields[formset._pk_field.name]
                field.disabled, field.required = True, False
                form.initial.pop(formset._pk_field.name, None)


def rows_now(formsets: Sequence[FormSet], *, encoder: type[json.JSONEncoder]) -> Rows:
    """All related rows with the values that can be written, as plain JSON."""
    rows = {
        formset.prefix: {str(row.pk): {NAME: str(row), **_values(formset, row)} for row in formset.get_queryset()}
        for formset in formsets
    }
    read_back: Rows = json.loads(json.dumps(rows, cls=encoder))
    return read_back


def row_changes(formsets: Sequence[FormSet], *, loaded: Rows, now: Rows) -> list[RowChange]:
    """Rows that were added, changed or deleted between two states."""
    changes: list[RowChange] = []
    for formset in formsets:
        if formset.prefix not in loaded:
            continue
        before, after = loaded[formset.prefix], now[formset.prefix]
        kind = str(formset.model._meta.verbose_name)
        for key in {**before, **after}:
            changes += _changes_of(formset, key, kind=kind, before=before.get(key), after=after.get(key))
    return changes


def _values(formset: FormSet, row: models.Model) -> dict[str, Any]:
    values = forms.model_to_dict(row, fields=list(formset.form.base_fields))
    return {name: _in_order(value) for name, value in values.items()}


def _in_order(value: Any) -> Any:
    return sorted(value, key=str) if isinstance(value, list) else value


def _changes_of(
    formset: FormSet, key: str, *, kind: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> list[RowChange]:
    if before is None and after is not None:
        return [RowChange(kind, None, _("added: %(row)s") % {"row": after[NAME]}, None)]
    if after is None and before is not None:
        return [RowChange(kind, before[NAME], _("deleted, and stays so"), None)]
    assert before is not None
    assert after is not None
    typed = _typed(formset, key)
    fields = formset.form.base_fields
    return [
        RowChange(f"{kind} {after[NAME]}: {fields[name].label}", was, after[name], typed(name), fields[name])
        for name, was in before.items()
        if name in fields and name in after and after[name] != was
    ]


def _typed(formset: FormSet, key: str) -> Callable[[str], Any]:
    """What was typed into the fields of a row."""
    for form in formset.initial_forms:
        if str(form.instance.pk) == key:
            return lambda name: form[name].data
    return lambda _name: None
