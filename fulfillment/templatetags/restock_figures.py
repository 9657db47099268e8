"""Figures as the restock pages write them; what is not known is a dash."""

from decimal import Decimal

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma

from config.kernel.money import format_money
from fulfillment.remarks import remark_sentences
from fulfillment.restock_pages.words import DEMAND_CLASSES, METHODS, word

register = template.Library()
DASH = "—"
# Below this the first decimal would read 0.0 although something sells.
SMALL = 0.1


@register.filter
def amount(value: Decimal | None, currency: str) -> str:
    """Money with its symbol; a dash for none."""
    return format_money(value, currency=currency)


@register.filter
def price(value: Decimal | None, currency: str) -> str:
    """A unit cost: cents, and the further decimals it has."""
    if value is None:
        return DASH
    exact = value.normalize()
    if exact == round(exact, 2):
        return format_money(value, currency=currency)
    return format_money(round(exact, 2), currency=currency)[: -len(f"{round(exact, 2):,.2f}")] + f"{exact:,f}"


@register.filter
def units(value: float | None) -> str:
    """Pieces that may be fractions: whole ones without decimals, small ones with more."""
    if value is None:
        return DASH
    if value == round(value):
        return str(intcomma(round(value)))
    return f"{value:,.3f}" if abs(value) < SMALL else f"{value:,.1f}"


@register.filter
def remarks(codes: list[str]) -> list[str]:
    """The sentences behind the codes of a suggestion's remarks."""
    return remark_sentences(codes)


@register.filter
def demand_class(code: str) -> str:
    """A demand class in words."""
    return word(DEMAND_CLASSES, code)


@register.filter
def method(code: str) -> str:
    """A forecast method in words."""
    return word(METHODS, code)


@register.filter
def signed_units(count: int) -> str:
    """A movement with its sign."""
    return f"{count:+,d}".replace("-", "−")
