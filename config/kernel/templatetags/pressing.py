"""The name of a press in a form: `{% press_field %}` beside `{% csrf_token %}`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.kernel.pressing import FIELD, new_press

register = template.Library()


@register.simple_tag
def press_field() -> SafeString:
    """A hidden field with a fresh name, for forms that are carried out once."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, new_press())
