"""Pages that somebody else saved meanwhile: the save is refused once, with the difference shown.

The row and its related rows are locked before they are compared, in the transaction that saves them: of two saves at once
the second waits, and is compared with what the first one wrote.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections, models, router
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from config.kernel.admin.stale_rows import (
    guarded,
    let_go_of_gone_rows,
    lock_rows,
    row_changes,
    rows_now,
)

SALT = "admin.page-as-loaded"
# The state a page was loaded in, and the state that a person has seen and saves over.
AS_LOADED, SAVE_OVER = "page_as_loaded", "page_save_over"
OWN, ROWS = "own", "rows"
# Where the form of a row finds the formsets of its page: Django hands both the same instance.
GUARDED = "_guarded_formsets"


@dataclass(frozen=True)
class Difference:
    """One field that changed between loading and saving, in words."""

    label: str
    was: str
    now: str
    yours: str


class _ValueEncoder(DjangoJSONEncoder):
    """Rows stand for their keys; what JSON does not know stands for its text."""

    def default(self, value: Any) -> Any:
        if isinstance(value, models.Model):
            return value.pk
        try:
            return super().default(value)
        except TypeError:
            return str(value)


class StalePageForm(forms.ModelForm):  # type: ignore[type-arg]
    """A change form that knows in which state its row was when the page was loaded."""

    stale_differences: tuple[Difference, ...] = ()
    _state: dict[str, Any] | None = None

    def clean(self) -> dict[str, Any] | None:
        """Refuse what was typed over a state that is no longer the row's; a page without a state is not asked."""
        cleaned = super().clean()
        # Before the related rows' forms put what was typed into their rows.
        self._state = self._state_now()
        token = self.data.get(SAVE_OVER) or self.data.get(AS_LOADED)
        if not token:
            return cleaned
        try:
            loaded: dict[str, Any] = signing.loads(token, salt=SALT)
        except signing.BadSignature:
            raise ValidationError(_("The page is damaged. Open it again before you save.")) from None
        self.stale_differences = self._differences(loaded)
        if self.stale_differences:
            raise ValidationError(
                _("Somebody else has saved meanwhile. Nothing of yours is lost: what changed stands at the top.")
            )
        return cleaned

    @property
    def state_token(self) -> str:
        """The row as it is now, signed."""
        return signing.dumps(self._state or self._state_now(), salt=SALT, compress=True)

    @property
    def loaded_token(self) -> str:
        """The state that this page stands on: as first loaded, also after an error."""
        return str(self.data.get(AS_LOADED) or self.state_token) if self.is_bound else self.state_token

    @property
    def last_change(self) -> LogEntry | None:
        """Who saved the row last in the admin, and when."""
        entries = LogEntry.objects.filter(
            content_type=get_content_type_for_model(self.instance), object_id=str(self.instance.pk)
        )
        return entries.select_related("user").order_by("-action_time", "-pk").first()

    def _state_now(self) -> dict[str, Any]:
        """The row and its related rows, of the same kinds whether fresh or read back from a page."""
        values = {
            name: self.get_initial_for_field(field, name) for name, field in self.fields.items() if not field.disabled
        }
        state: dict[str, Any] = json.loads(json.dumps(values, cls=_ValueEncoder))
        own = {name: _in_order(value) for name, value in state.items()}
        return {OWN: own, ROWS: rows_now(self._formsets, encoder=_ValueEncoder)}

    @property
    def _formsets(self) -> list[Any]:
        found: list[Any] = getattr(self.instance, GUARDED, [])
        return found

    def _differences(self, loaded: Mapping[str, Any]) -> tuple[Difference, ...]:
        assert self._state is not None
        now, was = self._state, loaded.get(OWN, {})
        own = [
            Difference(
                label=str(self[name].label),
                was=_in_words(self.fields[name], was[name]),
                now=_in_words(self.fields[name], value),
                yours=_in_words(self.fields[name], self[name].data),
            )
            for name, value in now[OWN].items()
            if name in was and was[name] != value
        ]
        changes = row_changes(self._formsets, loaded=loaded.get(ROWS, {}), now=now[ROWS])
        rows = [
            Difference(one.label, *(_in_words(one.field, value) for value in (one.was, one.now, one.yours)))
            for one in changes
        ]
        return (*own, *rows)


class StalePageGuard(ModelAdmin):
    """Change pages that notice when the row was saved by somebody else since they were loaded."""

    change_form_before_template = "kernel/stale_page.html"

    # Like the staff accounts' own, which takes `change` among the others.
    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:  # type: ignore[override]
        form = super().get_form(request, obj, **kwargs)
        if obj is None:
            return form
        return type(form)(form.__name__, (StalePageForm, form), {"Meta": form.Meta})

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row; where it is about to be saved it is locked first, so that what is compared is what is saved over."""
        if request.method == "POST" and connections[router.db_for_write(self.model)].in_atomic_block:
            key = self.model._meta.get_field(from_field) if from_field else self.model._meta.pk
            with suppress(ValidationError, ValueError):
                wanted = key.to_python(object_id)
                list(self.model._base_manager.select_for_update().filter(**{key.name: wanted}).values_list("pk"))
        # An empty name of a field is none.
        return super().get_object(request, object_id, from_field or None)

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        if change and request.method == "POST":
            lock_rows(self.get_inline_instances(request, obj), parent=obj)
        formsets, inlines = super()._create_formsets(request, obj, change)  # type: ignore[misc]
        if change:
            setattr(obj, GUARDED, guarded(formsets, inlines, request=request, parent=obj))
            if AS_LOADED in request.POST:
                let_go_of_gone_rows(getattr(obj, GUARDED))
        return formsets, inlines


def _in_order(value: Any) -> Any:
    return sorted(value, key=str) if isinstance(value, list) else value


def _in_words(field: forms.Field | None, value: Any) -> str:
    """A value as a person reads it: the name of a choice, several with commas, a dash for nothing."""
    if value in (None, "", []):
        return "—"
    if isinstance(field, forms.DateTimeField | forms.SplitDateTimeField):
        return _moment_in_words(value)
    if isinstance(value, list | tuple):
        return ", ".join(_in_words(field, one) for one in value)
    if isinstance(field, forms.ModelChoiceField):
        found = field.queryset.filter(pk=value).first() if field.queryset is not None else None
        return str(found or value)
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        return next((str(label) for key, label in choices if str(key) == str(value)), str(value))
    if isinstance(field, forms.BooleanField):
        return str(_("yes") if value not in (False, "False", "false") else _("no"))
    return str(value)


def _moment_in_words(value: Any) -> str:
    """A moment by the clock the forms are filled in by, whether it was stored (with its zone) or typed in two boxes."""
    text = " ".join(str(part) for part in value) if isinstance(value, list | tuple) else str(value)
    try:
        moment = parse_datetime(text)
    except ValueError:
        return text
    if moment is None:
        return text
    return date_format(timezone.localtime(moment) if timezone.is_aware(moment) else moment, "DATETIME_FORMAT")
