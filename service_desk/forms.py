"""What an agent types on the ticket page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.kernel.models import User
from service_desk.models import Ticket

LONGEST = 20_000
THEN = (
    (Ticket.State.WAITING_CUSTOMER, _("Send, wait for the customer")),
    (Ticket.State.OPEN, _("Send, keep open")),
    (Ticket.State.RESOLVED, _("Send and resolve")),
)


class ReplyForm(forms.Form):
    """An answer to the customer; `last_seen` is the newest message that was on the agent's screen."""

    body = forms.CharField(
        label=_("Reply to the customer"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST
    )
    then = forms.ChoiceField(choices=THEN, required=False)
    last_seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    attachment = forms.FileField(label=_("Attachment"), required=False)

    def clean_then(self) -> str:
        """Without a choice the ticket waits for the customer."""
        return self.cleaned_data["then"] or Ticket.State.WAITING_CUSTOMER


class NoteForm(forms.Form):
    """A note among staff."""

    body = forms.CharField(label=_("Internal note"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST)
    last_seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class AgentForm(forms.Form):
    """Who works on the ticket."""

    agent: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        label=_("Agent"), queryset=User.objects.none(), required=False, empty_label=_("nobody yet")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["agent"]
        assert isinstance(field, forms.ModelChoiceField)
        can_answer = {"groups__permissions__codename": "add_ticketmessage", "is_active": True}
        field.queryset = User.objects.filter(**can_answer).distinct().order_by("username")
