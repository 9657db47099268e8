"""What a person chooses before a job over the stores begins."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.calendar import last_whole_day
from catalog.models import Store
from catalog.scopes import visible_stores
from config.kernel.models import User


class StoreDayForm(forms.Form):
    """A store and a day: only the person's stores can be chosen, all of them together by who may see all."""

    permission = ""
    store: "forms.ModelChoiceField[Store]" = forms.ModelChoiceField(
        label=_("Store"), queryset=Store.objects.none(), required=False, empty_label=_("all stores")
    )
    as_of = forms.DateField(
        label=_("As of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Facts up to the end of this day count. Empty: the last whole day."),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reach = visible_stores(person, permission=self.permission)
        field = self.fields["store"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = (Store.objects.all() if reach is None else reach).order_by("code")
        if reach is not None:
            field.required, field.empty_label = True, None

    @property
    def store_code(self) -> str:
        """The code of the chosen store; empty for all."""
        store = self.cleaned_data["store"]
        return store.code if store else ""

    def clean(self) -> dict[str, Any] | None:
        """A day that is not over yet has no facts to work on."""
        cleaned = super().clean()
        chosen: date | None = self.cleaned_data.get("as_of")
        if chosen and "store" in self.cleaned_data and chosen > last_whole_day(self.store_code, now=timezone.now()):
            self.add_error("as_of", ValidationError(gettext("This day is not over yet."), code="day_not_over"))
        return cleaned
