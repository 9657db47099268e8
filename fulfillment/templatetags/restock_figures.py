"""Figures as the restock pages write them; what is not known is a dash."""

from decimal import Decimal

from django import template

from config.kernel.money import format_money
from fulfillment.remarks import remark_sentences
from fulfillment.restock_pages.words import DEMAND_CLASSES, METHODS, word

register = template.Library()
DASH = "—"
# Below these the first decimals would read 0 although something sells.
SMALL, FEW = 0.1, 10
NOTHING = 0.0005


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
def pieces(count: int | None) -> str:
    """Whole pieces with thousands; a dash for none. Grouped as money is, whatever the language."""
    return DASH if count is None else f"{count:,d}"


@register.filter
def units(value: float | None) -> str:
    """Pieces that may be fractions: whole ones without decimals, small ones with more."""
    if value is None:
        return DASH
    if value == round(value):
        return f"{round(value):,d}"
    if abs(value) < NOTHING:
        return "0"
    decimals = 3 if abs(value) < SMALL else 2 if abs(value) < FEW else 1
    return f"{value:,.{decimals}f}"


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
