"""The command palette: pages by their name, SKUs, orders, customers and tickets by what a person has at hand."""

from importlib import import_module
from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from unfold.dataclasses import SearchResult

from config.kernel.found import Found
from config.kernel.models import User
from config.site import GROUPS

ROOMS = ("catalog", "membership", "fulfillment", "service_desk")
SHORTEST = 2
LONGEST = 100


def pages_named(user: User, text: str) -> list[Found]:
    """Pages of the person's navigation whose name holds the text; the theme itself finds the admin's tables."""
    return [
        Found(str(page.title), title, reverse(page.address), page.icon)
        for title, pages in GROUPS
        for page in pages
        if not page.address.startswith("admin:")
        and text.lower() in str(page.title).lower()
        and (not page.permission or user.has_perm(page.permission))
    ]


def find(user: User, text: str) -> list[Found]:
    """Everything that the text may mean, pages first; each room asks the database once or twice."""
    wanted = text.replace("\0", "").strip()[:LONGEST]
    if len(wanted) < SHORTEST:
        return []
    found = pages_named(user, wanted)
    for room in ROOMS:
        found += import_module(f"{room}.finding").find(user, wanted)
    return found


def results(request: HttpRequest, text: str) -> list[SearchResult]:
    """The hits in the form that the admin theme shows."""
    return [
        SearchResult(title=hit.title, description=str(hit.description), link=hit.link, icon=hit.icon)
        for hit in find(cast("User", request.user), text)
    ]
