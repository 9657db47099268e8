"""Errors in the house's own look and words, whoever raised them; JSON in the one shape under /api/."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.paginator import InvalidPage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from config.kernel.admin.addresses import names_no_row
from config.kernel.api import error_body
from config.kernel.errors import DomainError
from config.kernel.places import own_page, place_of, sign_in_address

BAD, TOO_LARGE = 400, 413
SHOWN = frozenset({400, 403, 404, 405, 413, 429, 500})
# What programs are told where no view had words of its own.
CODES = {
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    429: "throttled",
    500: "internal_error",
}


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
        return self._replace(request, response, status=status_of(request, response))

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: dict[str, object]) -> None:
        """A row is asked for by a key that is none: not found, before any page trips over it."""
        if names_no_row(request, kwargs):
            raise Http404

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A rule's no is told in its own words; a page of a list that is not there is not found."""
        if isinstance(error, InvalidPage):
            return _answer(request, 404)
        if not isinstance(error, DomainError):
            return None
        if is_for_programs(request):
            return JsonResponse(error_body(error.code, error.message, fields=error.fields), status=error.status)
        return error_page(request, status=error.status, message=str(error.message))

    def _replace(self, request: HttpRequest, response: HttpResponse, *, status: int) -> HttpResponse:
        """The page or the body for a status, with the headers and cookies of the answer it stands for."""
        # The language that the middleware within had chosen; none where the answer came before it.
        language = response.get("Content-Language") or translation.get_language_from_request(request)
        with translation.override(language):
            page = _answer(request, status)
        page["Content-Length"] = str(len(page.content))
        for name, value in response.items():
            page.setdefault(name, value)
        page.cookies = response.cookies
        return page


def status_of(request: HttpRequest, response: HttpResponse) -> int:
    """The status in its own right: Django calls what is too large merely bad."""
    if response.status_code != BAD:
        return int(response.status_code)
    announced = request.META.get("CONTENT_LENGTH") or "0"
    is_file = request.content_type == "multipart/form-data"
    is_long = announced.isdecimal() and int(announced) > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) and not is_file
    return TOO_LARGE if is_long or getattr(request, "is_too_large", False) else BAD


def not_from_here(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form whose mark is not this sign-in's (named in the settings): most often the page is an old one."""
    if is_for_programs(request):
        return JsonResponse(error_body("forbidden", title_of(403)), status=403)
    words = _(
        "The page is older than your sign-in, for example since you signed in again in another tab. Nothing was saved. "
        "Go back to the page: what you typed is put back there, then send it again."
    )
    context = {"title": _("Please send it once more"), "status": 403, "message": words, "back": place_of(request)}
    return _marked(render(request, "errors/page.html", context, status=403))


def is_for_programs(request: HttpRequest) -> bool:
    """Whether a program asks: it gets JSON."""
    return request.path.startswith("/api/")


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    if is_for_programs(request):
        return JsonResponse(error_body(CODES.get(status, "invalid"), title_of(status)), status=status)
    return error_page(request, status=status)


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The answer to a sign-in under a name that is locked (named in the settings of django-axes)."""
    if is_for_programs(request):
        words = _(
            "There were too many failed sign-ins under this name from here. "
            "Wait a quarter of an hour, or ask whoever manages the staff accounts."
        )
        return JsonResponse(error_body("sign_in_locked", words), status=429)
    page = own_page(request, request.POST.get("next") or request.GET.get("next") or "")
    context = {"sign_in": sign_in_address(page or "/")}
    return _marked(render(request, "errors/locked_out.html", context, status=429))


def too_many(request: HttpRequest) -> HttpResponse:
    """The answer to one try too many within a minute."""
    words = _("There were too many tries from here. Wait a minute.")
    if is_for_programs(request):
        return JsonResponse(error_body("throttled", words), status=429)
    return error_page(request, status=429, message=words)


def error_page(request: HttpRequest, *, status: int, message: str = "") -> HttpResponse:
    """The page for a status; it needs neither database nor session, so that it also shows when those are the trouble."""
    context = {"title": title_of(status), "status": status, "message": message}
    return _marked(render(request, "errors/page.html", context, status=status))


def _marked(page: HttpResponse) -> HttpResponse:
    """The page as one of ours, which the middleware leaves alone."""
    page.is_error_page = True  # type: ignore[attr-defined]
    return page
