"""What refreshes itself every few seconds, and is answered 304 while nothing has changed: talk, people, the walk."""

import hashlib

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from service_desk import desk_reads, queue_reads
from service_desk.desk_pages.access import known_or_new, marked, reader, ticket_of, walk_of
from service_desk.desk_pages.ticket import filled_macros, talk_context
from service_desk.queries import VIEW, others_present
from service_desk.services import leave_ticket, note_presence


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def talk(request: HttpRequest, number: str) -> HttpResponse:
    """The talk alone."""
    found = ticket_of(request, number)
    etag = f'"{desk_reads.mark_of(found)}"'
    known = known_or_new(request, etag)
    if known is not None:
        return known
    return marked(render(request, "service_desk/talk.html", {"ticket": found, **talk_context(found)}), etag)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def present(request: HttpRequest, number: str) -> HttpResponse:
    """Who else has the ticket open."""
    found = ticket_of(request, number)
    there = others_present(found, user=reader(request), now=timezone.now())
    return _fragment(request, "service_desk/present.html", {"present": there})


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def walk(request: HttpRequest, number: str) -> HttpResponse:
    """The counts and the tickets around this one."""
    found, user, choice = ticket_of(request, number), reader(request), walk_of(request)
    context = {
        "ticket": found,
        "choice": choice,
        "tabs": queue_reads.tabs(user),
        "around": queue_reads.around(found, user, choice),
    }
    return _fragment(request, "service_desk/walk.html", context)


def _fragment(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    text = render_to_string(template, context, request=request)
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    return known_or_new(request, etag) or marked(HttpResponse(text), etag)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def macros(request: HttpRequest, number: str) -> HttpResponse:
    """The canned answers with this ticket's words in them."""
    found = ticket_of(request, number)
    return render(request, "service_desk/macros.html", {"macros": filled_macros(found, reader(request))})


@require_POST
@login_required
@permission_required(VIEW, raise_exception=True)
def presence(request: HttpRequest, number: str) -> HttpResponse:
    """The reader has the ticket open (`writing=1`: and writes), or has left it (`gone=1`)."""
    found, user = ticket_of(request, number), reader(request)
    if request.POST.get("gone") == "1":
        leave_ticket(found, user=user)
    else:
        note_presence(found, user=user, now=timezone.now(), is_writing=request.POST.get("writing") == "1")
    return HttpResponse(status=204)
