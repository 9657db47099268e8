"""What a person asks for when a report is to be built now."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from analytics.jobs import report_parameters
from analytics.models import Report
from analytics.queries.reports import VIEW
from catalog.models import Store
from catalog.scopes import visible_stores
from config.kernel.models import User


class BuildForm(forms.Form):
    """Kind, store and a day of the period; only the reader's stores can be chosen, all together by who may see all."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Report.Kind.choices)
    store: "forms.ModelChoiceField[Store]" = forms.ModelChoiceField(
        label=_("Store"), queryset=Store.objects.none(), required=False, empty_label=_("all stores")
    )
    day = forms.DateField(
        label=_("A day in the period"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: the last whole day."),
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reach = visible_stores(reader, permission=VIEW)
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

    def parameters(self) -> dict[str, str]:
        """What the job is started with."""
        chosen = self.cleaned_data
        return report_parameters(chosen["kind"], day=chosen["day"], store_code=self.store_code)
