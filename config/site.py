"""The navigation, by role."""

from django.http import HttpRequest


def navigation(request: HttpRequest) -> list[dict[str, object]]:
    """Groups of links that the signed-in person may open."""
    return []
