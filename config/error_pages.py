"""Errors in the house's own look and words, whoever raised them; JSON in the one shape under /api/."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from config.kernel.errors import DomainError

log = structlog.get_logger(__name__)
SHOWN = frozenset({400, 403, 404, 405, 413, 429, 500})


def title_of(status: int) -> str:
    """What a status means to a person."""
    titles = {
        400: _("The request could not be read"),
        403: _("You may not open this page"),
        404: _("There is no such page"),
        405: _("This cannot be done here"),
        413: _("That is too large"),
        429: _("Too many requests"),
        500: _("Something went wrong"),
    }
    return titles.get(status, _("This did not work"))


class ErrorPageMiddleware:
    """Outermost: replaces bare and technical error answers. Developers with DEBUG but without the demo keep theirs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_ours = getattr(response, "is_error_page", False)
        if response.status_code not in SHOWN or is_ours or (settings.DEBUG and not settings.DEMO):
            return response
        is_json = "json" in response.get("Content-Type", "")
        if is_json or response.streaming or request.path in ("/healthz", "/readyz", "/metrics"):
            return response
        return self._replace(request, response.status_code)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A rule's no on a page is told in its own words."""
        if not isinstance(error, DomainError):
            return None
        return error_page(request, status=error.status, message=str(error.message))

    def _replace(self, request: HttpRequest, status: int) -> HttpResponse:
        if request.path.startswith("/api/"):
            codes = {
                403: "forbidden",
                404: "not_found",
                405: "method_not_allowed",
                429: "throttled",
                500: "internal_error",
            }
            body = {"code": codes.get(status, "invalid"), "message": title_of(status), "fields": {}}
            return JsonResponse(body, status=status)
        return error_page(request, status=status)


def error_page(request: HttpRequest, *, status: int, message: str = "") -> HttpResponse:
    """The page for a status; it needs neither database nor session, so that it also shows when those are the trouble."""
    context = {"title": title_of(status), "status": status, "message": message}
    response = render(request, "errors/page.html", context, status=status)
    response.is_error_page = True  # type: ignore[attr-defined]
    return response
