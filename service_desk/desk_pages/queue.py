"""The queue as a page of its own: counts, filters, search, pages, and the choice of many tickets."""

import hashlib
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from service_desk import queue_reads
from service_desk.desk_pages.access import CHANGE, known_or_new, marked, reader, walk_of
from service_desk.desk_pages.bulk import latest_change
from service_desk.forms import BulkForm
from service_desk.queries import VIEW


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
@vary_on_headers("HX-Request")
def queue(request: HttpRequest) -> HttpResponse:
    """The tickets of a choice; asked by htmx, the counts and rows alone, 304 while they are the same."""
    user, choice = reader(request), walk_of(request)
    may_change = user.has_perm(CHANGE)
    cursor = request.GET.get("cursor", "")
    part: dict[str, Any] = {
        "choice": choice,
        "tabs": queue_reads.tabs(user),
        "page": queue_reads.page_of(user, choice, cursor=cursor),
        "may_change": may_change,
        "today": timezone.localdate(),
    }
    live = render_to_string("service_desk/queue_part.html", part, request=request)
    etag = f'"{hashlib.sha256(live.encode()).hexdigest()[:32]}"'
    if request.headers.get("HX-Request"):
        return known_or_new(request, etag) or marked(HttpResponse(live), etag)
    context = {
        **admin.site.each_context(request),
        **part,
        "title": _("Service desk"),
        "live": live,
        "etag": etag,
        "cursor": cursor,
        "filters": queue_reads.filters(user, choice),
        "bulk": BulkForm(user=user) if may_change else None,
        "latest_change": latest_change(user) if may_change else None,
    }
    return render(request, "service_desk/queue.html", context)
