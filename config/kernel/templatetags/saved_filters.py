"""The saved filters above a list."""

from typing import Any

from django import template

from config.kernel.saved_filters import filters_of, kept_part

register = template.Library()


@register.inclusion_tag("kernel/saved_filters.html", takes_context=True)
def saved_filters(context: dict[str, Any]) -> dict[str, Any]:
    """The filters that the reader may choose for this list, and the form that keeps the present ones; one query."""
    request = context["request"]
    present = kept_part(request.META.get("QUERY_STRING", ""))
    found = filters_of(request.path, user=request.user)
    return {
        "csrf_token": context.get("csrf_token"),
        "path": request.path,
        "present": present,
        "saved": found,
        "is_saved": any(one.query == present for one in found),
        "user": request.user,
    }
