"""What codes are called, and numbers grouped by thousands, in templates."""

from typing import Any

from django import template

from config.kernel.words import code_word

register = template.Library()


@register.filter
def word(code: str, column: str) -> str:
    """What a code of this column is called."""
    return code_word(column, code)


@register.filter
def grouped(value: Any) -> Any:
    """A whole number grouped by thousands; anything else as it is."""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value
