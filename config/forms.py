"""What a person types on the start page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.roles import ROLES


class ShiftNoteForm(forms.Form):
    """A hand-over note and whom it is for."""

    text = forms.CharField(
        label=_("Hand-over note"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What the next shift must know. Order and ticket numbers help; no phone numbers or addresses."),
    )
    role = forms.ChoiceField(label=_("For"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("everybody")), *((role.code, role.name) for role in ROLES)]
        self.fields["role"] = forms.ChoiceField(label=_("For"), required=False, choices=choices)
