"""How a reader narrows the list of reports, and what they subscribe to."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from analytics.models import Report
from analytics.queries.reports import VIEW
from catalog.models import Store
from catalog.scopes import visible_stores
from config.kernel.models import User

ALL_STORES = "all"
DAY = {"type": "date"}


def _stores(reader: User) -> tuple[QuerySet[Store], bool]:
    """The stores in the reader's reach, and whether these are all."""
    reach = visible_stores(reader, permission=VIEW)
    return (Store.objects.all() if reach is None else reach).order_by("code"), reach is None


class ReportFilterForm(forms.Form):
    """Kind, store and days; what makes no sense is told and narrows nothing."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all kinds")), *Report.Kind.choices])
    store = forms.ChoiceField(label=_("Store"), required=False)
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY))
    last = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY))

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stores, sees_all = _stores(reader)
        choices: list[tuple[str, Any]] = [("", _("all stores and overall"))]
        if sees_all:
            choices.append((ALL_STORES, _("over all stores")))
        field = self.fields["store"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*choices, *((store.code, str(store)) for store in stores)]

    def narrow(self, reports: QuerySet[Report]) -> QuerySet[Report]:
        """The reports that the valid fields ask for."""
        self.is_valid()
        wanted = self.cleaned_data
        if wanted.get("kind"):
            reports = reports.filter(kind=wanted["kind"])
        if wanted.get("store"):
            is_all = wanted["store"] == ALL_STORES
            reports = reports.filter(store=None) if is_all else reports.filter(store__code=wanted["store"])
        if wanted.get("first"):
            reports = reports.filter(last_day__gte=wanted["first"])
        if wanted.get("last"):
            reports = reports.filter(first_day__lte=wanted["last"])
        return reports


class SubscriptionForm(forms.Form):
    """A kind of report of one of the reader's stores; over all stores for who may see all."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Report.Kind.choices)
    store: "forms.ModelChoiceField[Store]" = forms.ModelChoiceField(
        label=_("Store"), queryset=Store.objects.none(), required=False, empty_label=_("all stores")
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["store"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset, sees_all = _stores(reader)
        if not sees_all:
            field.required, field.empty_label = True, None
