"""Badges: a state in a list shows its word on the colour of what it asks of the reader."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db.models import Field, Model
from unfold.decorators import display

# The columns that hold a state of the row; a kind or a source asks nothing of anybody and stays plain text.
STATES = frozenset({"state", "payment_state", "fulfilment_state"})


class Tones(dict[str, str]):
    """Colours by code. A code without one is told by its word all the same, where the theme would show the code."""

    def __missing__(self, code: str) -> str:
        return ""


# One word has one colour in every room: red asks for help, orange waits for somebody, blue is on its way, green is good.
TONES = Tones(
    (code, tone)
    for tone, codes in {
        "danger": "failed refused dead rejected risk_hold breached",
        "warning": (
            "new parked waiting unpaid partial unshipped part_shipped part_received warned"
            " waiting_customer waiting_parcel waiting_supplier last_sale paused"
        ),
        "info": (
            "open doing working running planning finishing queued checking applying undoing sending sent held committed"
            " approved confirmed accepted prepared bot checked uploaded"
        ),
        "success": "succeeded done applied paid shipped received active live filled mended resolved ordered met",
    }.items()
    for code in codes.split()
)


@cache  # Django asks by identity whether a column may be sorted.
def state_badge(field: "Field[Any, Any]") -> Callable[[Model], Any]:
    """The column of a field with a state: sorted by the field, its word on its colour."""

    @display(description=field.verbose_name, ordering=field.name, label=TONES)
    def badge(row: Model) -> tuple[Any, str]:
        code = getattr(row, field.name)
        return code, str(dict(field.flatchoices).get(code, code))

    badge.__name__ = f"{field.name}_badge"
    shown: Callable[[Model], Any] = badge
    return shown
