"""The page of orders that wait because nobody knows their goods: a person says which SKU a code means."""

from dataclasses import dataclass, field

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Listing, Sku
from catalog.services import match_listing
from config.kernel.errors import DomainError
from config.kernel.models import InboxMessage, User
from fulfillment.queries.orders import visible_parked
from fulfillment.services.inbox import UNKNOWN_SKU, replay_messages

MOST = 200


@dataclass
class UnknownCode:
    """A store's code that no SKU is known for, and the orders that wait for it."""

    listing: Listing
    numbers: list[str] = field(default_factory=list)


def parked_orders(request: HttpRequest) -> HttpResponse:
    """Shows the unknown codes; matching one sends the orders that waited for it again."""
    user = request.user
    if not isinstance(user, User) or not user.has_perm("kernel.replay_inboxmessage"):
        raise PermissionDenied
    waiting = visible_parked(user).order_by("pk")
    if request.method == "POST":
        if request.POST.get("listing"):
            _match(request, user)
        _replay(request, waiting)
        return redirect("admin:fulfillment_order_parked")
    rows = list(waiting[:MOST])
    context = {
        **admin.site.each_context(request),
        "title": _("Orders with unknown goods"),
        "codes": _unknown_codes(rows),
        "others": [row for row in rows if row.error_code != UNKNOWN_SKU],
        "may_match": user.has_perm("catalog.change_listing"),
    }
    return TemplateResponse(request, "fulfillment/parked.html", context)


def _unknown_codes(rows: list[InboxMessage]) -> list[UnknownCode]:
    """The unknown codes of parked messages, each with the orders that wait for it."""
    waiting: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for code in row.error_detail.get("codes", []):
            waiting.setdefault((row.source.removeprefix("store:"), code), []).append(row.external_id)
    listings = Listing.objects.filter(
        code__in={code for _store, code in waiting},
        store__code__in={store for store, _code in waiting},
        sku__isnull=True,
    )
    found = listings.select_related("store").order_by("store__code", "code")
    return [
        UnknownCode(listing, waiting[listing.store.code, listing.code])
        for listing in found
        if (listing.store.code, listing.code) in waiting
    ]


def _match(request: HttpRequest, user: User) -> None:
    """Say which SKU a listing means; a wrong SKU code is said and nothing changes."""
    if not user.has_perm("catalog.change_listing"):
        raise PermissionDenied
    stores = {row.source.removeprefix("store:") for row in visible_parked(user)[:MOST]}
    listing = Listing.objects.filter(pk=request.POST["listing"], store__code__in=stores).first()
    sku = Sku.objects.filter(code=request.POST.get("sku", "").strip()).first()
    if listing is None or sku is None:
        messages.error(request, _("There is no SKU with this code."))
        return
    try:
        match_listing(listing, sku=sku)
    except DomainError as error:
        messages.error(request, str(error.message))


def _replay(request: HttpRequest, waiting: QuerySet[InboxMessage]) -> None:
    """Send the parked messages of the person's stores again and say what became of them."""
    counts = replay_messages(list(waiting[:MOST]), now=timezone.now())
    done = counts.get(InboxMessage.State.DONE, 0)
    left = counts.get(InboxMessage.State.PARKED, 0)
    taken = ngettext("%(count)s order taken in.", "%(count)s orders taken in.", done) % {"count": done}
    still = ngettext("%(count)s still waits.", "%(count)s still wait.", left) % {"count": left}
    messages.info(request, f"{taken} {still}")
