"""Figures as the member pages write them; what cannot be worked out is a dash."""

from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import pgettext

register = template.Library()
DASH = "—"
TENTH = Decimal("0.1")


@register.filter
def money(amount: Decimal | None) -> str:
    """Two decimals and thousands; a dash for none."""
    return DASH if amount is None else intcomma(f"{amount:.2f}")


@register.filter
def percent(share: Decimal | None) -> str:
    """A share 0-1 as percent with one decimal; a dash for none."""
    return (
        DASH
        if share is None
        else pgettext("percentage", "%s %%") % f"{(share * 100).quantize(TENTH, rounding=ROUND_HALF_UP):,}"
    )


@register.filter
def signed(change: int | None) -> str:
    """A change with its sign; a dash where there is nothing to compare with."""
    return DASH if change is None else f"{change:+,d}"
