"""What the list of orders may be narrowed to, and what may be done with chosen ones."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Store
from fulfillment.models import Order
from fulfillment.order_pages.moves import MOVES

ALL = ("", _("all"))
LONGEST = 100
USUAL = ("q", "store", "state", "payment", "dispatch")


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def _choice(label: Any, choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[ALL, *choices])


class OrderFilterForm(forms.Form):
    """The filter bar. `store` is a key or several joined by commas, which links from the boards use."""

    q = forms.CharField(
        label=_("Find"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("number, phone, mail or buyer id")}),
    )
    store = forms.CharField(label=_("Store"), required=False, max_length=400)
    state = _choice(_("State"), list(Order.State.choices))
    payment = _choice(_("Payment"), list(Order.PaymentState.choices))
    dispatch = _choice(_("Dispatch"), list(Order.FulfilmentState.choices))
    placed_first = _day(_("Placed from"))
    placed_last = _day(_("Placed until"))
    paid_first = _day(_("Paid from"))
    paid_last = _day(_("Paid until"))
    refunded = _choice(_("Money back"), [("yes", _("refunded in part or whole")), ("no", _("nothing refunded"))])
    origin = _choice(
        pgettext_lazy("order", "Source"), [("live", _("went through here")), ("history", _("imported history"))]
    )
    sku = forms.CharField(label=_("SKU code"), required=False, max_length=LONGEST)
    customer = forms.CharField(label=_("Customer number"), required=False, max_length=20)

    def __init__(self, *args: Any, stores: list[Store], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {str(store.pk): str(store) for store in stores}
        chosen = str(self.data.get("store", ""))[:400]
        several = [names[key] for key in chosen.split(",") if key in names]
        options: list[tuple[str, Any]] = [ALL, *names.items()]
        if chosen and chosen not in names:
            options.append((chosen, ", ".join(several) or _("unknown")))
        self.fields["store"].widget = forms.Select(choices=options)
        for name in ("store", "customer", "sku"):
            self.fields[name].widget.attrs["data-content"] = ""

    def usual(self) -> list[forms.BoundField]:
        """The filters that are always shown."""
        return [self[name] for name in USUAL]

    def rare(self) -> list[forms.BoundField]:
        """The filters that are folded away until one of them is used."""
        return [field for field in self if field.name not in USUAL]

    def has_rare(self) -> bool:
        """Whether one of the folded filters is used."""
        return any(self.data.get(field.name) for field in self.rare())

    def clean_store(self) -> list[int]:
        """The keys of the stores; what is not a key finds nothing."""
        keys = [key for key in self.cleaned_data["store"].split(",") if key]
        return [int(key) if key.isascii() and key.isdecimal() and len(key) < 10 else -1 for key in keys]

    def clean(self) -> dict[str, Any]:
        """A range must not end before it begins."""
        data: dict[str, Any] = super().clean() or {}
        for name in ("placed", "paid"):
            first, last = data.get(f"{name}_first"), data.get(f"{name}_last")
            if first and last and last < first:
                self.add_error(f"{name}_last", _("The range ends before it begins."))
        return data


class MoveForm(forms.Form):
    """What is to be done with the chosen orders, and why."""

    action = forms.ChoiceField(choices=[(code, move.label) for code, move in MOVES.items()])
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)
    # Names the press of the button: pressed twice, one parcel leaves.
    press = forms.RegexField(regex=r"^[0-9a-f]{12,32}$", required=False)

    def clean_reason(self) -> str:
        """A reason where the customer or the books will ask for one."""
        reason: str = self.cleaned_data["reason"].strip()
        move = MOVES.get(self.cleaned_data.get("action", ""))
        if move is not None and move.needs_reason and not reason:
            raise forms.ValidationError(_("Say why."))
        return reason
