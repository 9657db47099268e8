"""The hours of a service calendar as staff write them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from service_desk.models import ServiceCalendar
from service_desk.sla_clock import hours_from


class CalendarForm(forms.ModelForm):  # type: ignore[type-arg]
    """Refuses hours that no clock could read."""

    class Meta:
        model = ServiceCalendar
        fields = ["code", "name", "english_name", "is_always_open", "weekly", "exceptions"]

    def clean_weekly(self) -> Any:
        """Weekdays and their hours."""
        return self._readable("weekly")

    def clean_exceptions(self) -> Any:
        """Dates and their hours."""
        return self._readable("exceptions")

    def _readable(self, name: str) -> Any:
        value = self.cleaned_data[name]
        try:
            hours_from({"zone": "UTC", name: value})
        except (ValueError, TypeError, AttributeError) as error:
            raise ValidationError(_("These hours cannot be read.")) from error
        return value
