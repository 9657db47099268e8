"""What a person types to set a price or a cost."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Listing, Price

EARLIEST = Decimal(0)


class PriceForm(forms.Form):
    """A price of a listing from now on, or from a moment to come."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Price.Kind.choices)
    amount = forms.DecimalField(label=_("Price"), min_value=EARLIEST, max_digits=14, decimal_places=4)
    since = forms.DateTimeField(
        label=_("From"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: from now on. The price that holds now ends then."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, listing: Listing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].label = f"{_('Price')} ({listing.store.currency})"

    def clean_since(self) -> datetime:
        """What was is history: a price begins now or later."""
        since: datetime | None = self.cleaned_data["since"]
        if since is not None and since < timezone.now():
            raise forms.ValidationError(_("This moment has passed; prices of the past are not changed."))
        return since or timezone.now()


class CostForm(forms.Form):
    """A cost of a SKU from a day on."""

    amount = forms.DecimalField(
        label=_("Cost"), min_value=EARLIEST, max_digits=14, decimal_places=4, help_text=_("In the base currency.")
    )
    since = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), initial=timezone.localdate
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class WithdrawForm(forms.Form):
    """Why a scheduled price is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
