"""Every address refuses who is not signed in, and who has no role."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from config.kernel.models import User

# Open on purpose: signs of life, sign-in, language, the API's description.
OPEN = {
    "healthz",
    "readyz",
    "metrics",
    "set_language",
    "admin:login",
    "admin:jsi18n",
    "api-token",
    "api-schema",
    "api-docs",
    "api-redoc",
}
# For everybody who is signed in, whatever their roles.
FOR_ALL_STAFF = {
    "start",
    "account",
    "second-factor",
    "second-factor-set-up",
    "admin:index",
    "admin:logout",
    "admin:password_change",
    "admin:password_change_done",
    "admin:search",
    "admin:autocomplete",
    "admin:toggle_sidebar",
}
ARGUMENTS = {"int": "1", "str": "X1", "slug": "x", "path": "1"}


def addresses(resolver=None, prefix="/", namespace=""):
    """(name, path) of every address, with something filled in for its arguments."""
    for entry in (resolver or get_resolver()).url_patterns:
        piece = str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry, prefix + piece, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name or ''}", prefix + piece


def filled(path):
    import re

    # Regular expressions of the API's router and of the admin's catch-all come first: they name their group in <> as well.
    path = re.sub(r"\(\?P<\w+>(?:[^()]|\([^()]*\))*\)", "X1", path)
    path = path.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\.", ".")
    path = re.sub(r"<(?:(\w+):)?\w+>", lambda found: ARGUMENTS.get(found[1] or "str", "X1"), path)
    return path.replace("/?", "/").replace("//", "/")


ALL = sorted({(name, filled(path)) for name, path in addresses()})


def is_refused(response):
    """Sent to sign in, refused, not there, or not allowed that way; never the page itself."""
    if response.status_code in (301, 302):
        return "/login" in response["Location"] or response["Location"].endswith("/")
    return response.status_code in (400, 401, 403, 404, 405)


def test_the_walk_sees_the_whole_house():
    names = {name for name, _path in ALL}
    assert {
        "start",
        "admin:kernel_jobrun_changelist",
        "analytics:report",
        "service_desk:ticket",
        "ticket-list",
    } <= names
    assert len(ALL) > 150


@pytest.mark.django_db
def test_nobody_gets_in_without_signing_in(client):
    opened = [
        f"{name} {path}" for name, path in ALL if name not in OPEN and not is_refused(client.get(path, follow=False))
    ]
    assert opened == []


@pytest.mark.django_db
def test_staff_without_a_role_see_nothing(client):
    client.force_login(User.objects.create_user("newcomer", password="long-enough-1", is_staff=True))
    opened = [
        f"{name} {path}"
        for name, path in ALL
        if name not in OPEN | FOR_ALL_STAFF and not is_refused(client.get(path, follow=False))
    ]
    assert opened == []


@pytest.mark.django_db
def test_everybody_who_is_signed_in_has_a_start_page(client):
    client.force_login(User.objects.create_user("newcomer", password="long-enough-1", is_staff=True))
    response = client.get("/")
    assert response.status_code == 200
