"""Where a person was, and where they are led back to: pages of our own, never anywhere else."""

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def own_page(request: HttpRequest, address: str) -> str:
    """Path and query of an address of ours; an empty text for any other."""
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if not is_ours or not address.isprintable():
        return ""
    parts = urlsplit(address)
    page = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return page if page.startswith("/") and not page.startswith("//") else ""


def place_of(request: HttpRequest) -> str:
    """The page that the person looks at: the asked one, or the one that sent a form or asked for a part of itself."""
    if request.headers.get("HX-Request"):
        return own_page(request, request.headers.get("HX-Current-URL", "")) or "/"
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    return own_page(request, request.headers.get("Referer", "")) or "/"


def sign_in_address(page: str) -> str:
    """The sign-in that leads to a page afterwards."""
    return f"{reverse('admin:login')}?{urlencode({'next': page})}"
