"""What a person may set about their own account."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from config.kernel.models import User
from config.roles import ROLES


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """How the person reads the pages, and when they are left alone."""

    class Meta:
        model = User
        fields = ("display_name", "language", "theme", "chart_colours", "quiet_from", "quiet_until")
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES)

    def clean(self) -> dict[str, Any] | None:
        """Quiet hours have a beginning and an end."""
        cleaned = super().clean()
        begins, ends = self.cleaned_data.get("quiet_from"), self.cleaned_data.get("quiet_until")
        if (begins is None) != (ends is None):
            self.add_error("quiet_until", _("Give both times, or neither."))
        return cleaned


class CodeForm(forms.Form):
    """The six digits of the app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}),
    )


class PasswordForm(forms.Form):
    """The password once more, before something that makes the account weaker."""

    password = forms.CharField(
        label=_("Your password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class RolesField(forms.MultipleChoiceField):
    """Some of the roles that the software ships with, for the settings page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=[(role.code, role.name) for role in ROLES],
            required=False,
            widget=UnfoldAdminCheckboxSelectMultipleWidget,
            **kwargs,
        )
