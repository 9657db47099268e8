"""What a planner types: a quantity with its reason, a reason, a date."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST_REASON = 200
MOST_PIECES = 9_999_999
LATEST_DAYS = 730


# More pairs than a page shows.
MOST_SEEN = 1000


def write_seen(pairs: Iterable[tuple[int, int]]) -> str:
    """Ids and quantities that a page shows, as "12:40,13:8", for a hidden field."""
    return ",".join(f"{pk}:{quantity}" for pk, quantity in pairs)


def read_seen(text: str) -> dict[int, int]:
    """What a page showed, by id; what cannot be read is left out."""
    seen = {}
    for pair in text.split(",")[:MOST_SEEN]:
        pk, _colon, quantity = pair.partition(":")
        if text.isascii() and pk.isdecimal() and quantity.isdecimal():
            seen[int(pk)] = int(quantity)
    return seen


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_REASON)


class EditForm(ReasonForm):
    """Another quantity for a suggestion; `seen` is the one that the person was shown."""

    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=MOST_PIECES)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    field_order = ["quantity", "reason", "seen"]


class ExpectedForm(forms.Form):
    """When an order should arrive; `seen` is the date that the person was shown."""

    expected_on = forms.DateField(
        label=_("Expected on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=10)

    def clean_expected_on(self) -> Any:
        """A day that goods can still arrive on."""
        day, today = self.cleaned_data["expected_on"], timezone.localdate()
        if day < today:
            raise forms.ValidationError(_("This day is past."))
        if day > today + timedelta(days=LATEST_DAYS):
            raise forms.ValidationError(_("This day is more than two years away."))
        return day
