"""What an agent types on the ticket pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from config.kernel.errors import DomainError
from config.kernel.models import User
from fulfillment.models import Order
from service_desk.macros import open_variables
from service_desk.models import BulkChange, DeskPreference, Ticket, TicketQueue
from service_desk.services.attachments import check_size, shown_name
from service_desk.services.bulk import BULK_STATES, Wish

LONGEST = 20_000
MOST_FILES = 5
MOST_TAGS, LONGEST_TAG = 10, 30
THEN = (
    (Ticket.State.WAITING_CUSTOMER, _("Send, wait for the customer")),
    (Ticket.State.OPEN, _("Send, keep open")),
    (Ticket.State.RESOLVED, _("Send and resolve")),
)


def agents() -> Any:
    """Everybody who may answer."""
    can_answer = {"groups__permissions__codename": "add_ticketmessage", "is_active": True}
    return User.objects.filter(**can_answer).distinct().order_by("username")


class ReplyForm(forms.Form):
    """An answer to the customer; `last_seen` is the newest message that was on the agent's screen."""

    body = forms.CharField(
        label=_("Reply to the customer"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST
    )
    then = forms.ChoiceField(choices=THEN, required=False)
    last_seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    after_reply = forms.ChoiceField(label=_("After sending"), choices=DeskPreference.AfterReply.choices, required=False)

    def clean_body(self) -> str:
        """Without a variable that nobody filled in."""
        body: str = self.cleaned_data["body"]
        left = open_variables(body)
        if left:
            words = gettext("Fill in %(variables)s first, or take it out.") % {"variables": ", ".join(left)}
            raise forms.ValidationError(words)
        return body

    def clean_then(self) -> str:
        """Without a choice the ticket waits for the customer."""
        return self.cleaned_data["then"] or Ticket.State.WAITING_CUSTOMER

    def clean(self) -> dict[str, Any] | None:
        """Not more files than one message holds, and none that is empty or too large."""
        files = self.files.getlist("attachment") if hasattr(self.files, "getlist") else []
        for file in files:
            try:
                check_size(file.size or 0)
            except DomainError as error:
                self.add_error(None, f"{shown_name(file.name or '')}: {error.message}")
        if len(files) > MOST_FILES:
            raise forms.ValidationError(gettext("A message holds at most %(limit)d files.") % {"limit": MOST_FILES})
        return self.cleaned_data


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
        field.queryset = agents()


class DetailsForm(forms.Form):
    """What a ticket is about and how it is sorted."""

    subject = forms.CharField(label=_("Subject"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Ticket.Kind.choices)
    priority = forms.TypedChoiceField(label=_("Priority"), choices=Ticket.Priority.choices, coerce=int)
    queue: "forms.ModelChoiceField[TicketQueue]" = forms.ModelChoiceField(
        label=pgettext_lazy("tickets", "Queue"), queryset=TicketQueue.objects.none(), required=False, empty_label="—"
    )
    tags = forms.CharField(label=_("Tags"), required=False, max_length=300, help_text=_("With commas between."))
    order = forms.CharField(label=_("Order number"), required=False, max_length=40)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        self.ticket = ticket
        super().__init__(*args, **kwargs)
        field = self.fields["queue"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = TicketQueue.objects.filter(is_active=True) | TicketQueue.objects.filter(tickets=ticket)
        field.queryset = field.queryset.distinct().order_by("code")

    @staticmethod
    def values_of(ticket: Ticket) -> dict[str, Any]:
        """A ticket's details as the form shows them."""
        return {
            "subject": ticket.subject,
            "kind": ticket.kind,
            "priority": ticket.priority,
            "queue": ticket.queue_id,
            "tags": ", ".join(ticket.tags),
            "order": ticket.order.number if ticket.order else "",
        }

    def clean_tags(self) -> list[str]:
        """Each tag once, in the order typed; Chinese commas do as well."""
        tags = [tag.strip() for tag in self.cleaned_data["tags"].replace("，", ",").split(",")]
        kept = list(dict.fromkeys(tag for tag in tags if tag))
        if len(kept) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in kept):
            words = gettext("At most %(most)d tags of %(length)d characters each.")
            raise forms.ValidationError(words % {"most": MOST_TAGS, "length": LONGEST_TAG})
        return kept

    def clean_order(self) -> Order | None:
        """An order of the ticket's store, by our number or the channel's."""
        number = self.cleaned_data["order"].strip()
        if not number:
            return None
        orders = Order.objects.filter(store=self.ticket.store_id)
        found = orders.filter(number=number.upper()).first() or orders.filter(external_number=number).first()
        if found is None:
            raise forms.ValidationError(gettext("This store has no order with that number."))
        return found


class BulkForm(forms.Form):
    """What is to be done with the chosen tickets."""

    action = forms.ChoiceField(label=_("With the chosen ones"), choices=BulkChange.Action.choices)
    agent: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        label=_("Agent"), queryset=User.objects.none(), required=False, empty_label="—"
    )
    queue: "forms.ModelChoiceField[TicketQueue]" = forms.ModelChoiceField(
        label=pgettext_lazy("tickets", "Queue"), queryset=TicketQueue.objects.none(), required=False, empty_label="—"
    )
    state = forms.ChoiceField(
        label=_("State"), choices=[("", "—"), *((state, state.label) for state in BULK_STATES)], required=False
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=[("", "—"), *Ticket.Priority.choices], coerce=int, required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)
        agent, queue = self.fields["agent"], self.fields["queue"]
        assert isinstance(agent, forms.ModelChoiceField)
        assert isinstance(queue, forms.ModelChoiceField)
        agent.queryset = agents()
        queue.queryset = TicketQueue.objects.filter(is_active=True)

    def clean(self) -> dict[str, Any] | None:
        """What the action needs is there."""
        action = self.cleaned_data.get("action")
        needed = {"hand_over": "agent", "queue": "queue", "state": "state", "priority": "priority"}.get(action or "")
        if needed and not self.cleaned_data.get(needed):
            self.add_error(needed, gettext("Choose one."))
        return self.cleaned_data

    def wish(self) -> Wish:
        """The cleaned form as the services take it."""
        chosen = self.cleaned_data
        agent = self.user if chosen["action"] == BulkChange.Action.TAKE else chosen["agent"]
        return Wish(chosen["action"], agent, chosen["queue"], chosen["state"], chosen["priority"] or 0)
