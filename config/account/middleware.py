"""Who has a second factor passes its step before any page opens; and sessions are seen."""

import time
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.account.second_factor import has_second_factor, must_have_second_factor
from config.account.sessions import note_session
from config.error_pages import too_many
from config.kernel.api import error_body
from config.kernel.client_address import client_address
from config.kernel.models import User
from config.kernel.places import own_page, place_of, sign_in_address
from config.kernel.rate_limits import is_within_rate

Answer = Callable[[HttpRequest], HttpResponse]
# What a person between the two steps may still open.
OPEN_NAMES = frozenset({"second-factor", "second-factor-set-up", "admin:logout", "admin:jsi18n", "set_language"})
SIGN_IN_NAMES = frozenset({"admin:login", "api-token"})
FREE = "second_factor_free_at"
# So long does another open session of the person not notice that a second factor was set up or demanded.
FREE_SECONDS = 30
OPEN_PATHS = ("/static/", "/healthz", "/readyz", "/metrics")


class SignInRateMiddleware:
    """Bounds the sign-ins tried from one address, whatever the names; lock-outs of a name are django-axes' work."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """429 when there were too many; None lets the view look at name and password."""
        match = request.resolver_match
        if request.method != "POST" or match is None or match.view_name not in SIGN_IN_NAMES:
            return None
        limit = settings.SIGN_IN_TRIES_PER_MINUTE
        if is_within_rate("sign_in", caller=client_address(request), limit=limit, now=timezone.now()):
            return None
        answer = too_many(request)
        answer["Retry-After"] = "60"
        return answer


class SecondFactorMiddleware:
    """Leads to the second step, or to its set-up where a role demands it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """The way to the next step; None when nothing is missing."""
        user = request.user
        if not isinstance(user, User) or not user.is_authenticated or user.is_verified():  # type: ignore[attr-defined]
            return None
        if request.path.startswith(OPEN_PATHS) or self._is_open(request) or self._was_free(request):
            return None
        if has_second_factor(user):
            return self._lead(request, "second-factor")
        if must_have_second_factor(user):
            return self._lead(request, "second-factor-set-up")
        request.session[FREE] = time.time()
        return None

    def _was_free(self, request: HttpRequest) -> bool:
        """Whether the person needed no second factor a moment ago."""
        return time.time() - float(request.session.get(FREE, 0)) < FREE_SECONDS

    def _is_open(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        return match is not None and match.view_name in OPEN_NAMES

    def _lead(self, request: HttpRequest, name: str) -> HttpResponse:
        if request.path.startswith("/api/"):
            return JsonResponse(error_body("second_factor_needed", _("The second factor is missing.")), status=403)
        address = f"{reverse(name)}?{urlencode({'next': place_of(request)})}"
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return redirect(address)


class ExpiredSessionMiddleware:
    """Who must sign in (anew) comes back to the page they were at, not to the address that a form or a part was sent to."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_part = bool(request.headers.get("HX-Request"))
        if not self._leads_to_sign_in(response) or (request.method in ("GET", "HEAD") and not is_part):
            return response
        address = sign_in_address(place_of(request))
        if request.method == "POST":
            messages.warning(
                request,
                _(
                    "Your session had ended, so nothing was saved. After signing in you are back on the page with what "
                    "you typed: send it again."
                ),
            )
        if is_part:
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return redirect(address)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Who is signed in already (in another tab, by a double click) goes on to the page they wanted."""
        match = request.resolver_match
        if match is None or match.view_name != "admin:login" or request.method != "GET":
            return None
        wanted = own_page(request, request.GET.get("next", ""))
        return redirect(wanted) if wanted and admin.site.has_permission(request) else None

    def _leads_to_sign_in(self, response: HttpResponse) -> bool:
        return response.status_code == 302 and response["Location"].startswith(f"{reverse('admin:login')}?")


class StaffSessionMiddleware:
    """Keeps the list of places where a person is signed in."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(OPEN_PATHS) and request.user.is_authenticated:
            note_session(request)
        return self.get_response(request)
