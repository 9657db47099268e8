"""Figures as the member pages write them; what cannot be worked out is a dash."""

from decimal import Decimal

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma

register = template.Library()
DASH = "—"


@register.filter
def money(amount: Decimal | None) -> str:
    """Two decimals and thousands; a dash for none."""
    return DASH if amount is None else intcomma(f"{amount:.2f}")


@register.filter
def percent(share: Decimal | None) -> str:
    """A share 0-1 as percent with one decimal; a dash for none."""
    return DASH if share is None else f"{share * 100:.1f} %"


@register.filter
def signed(change: int | None) -> str:
    """A change with its sign; a dash where there is nothing to compare with."""
    return DASH if change is None else f"{change:+,d}"
