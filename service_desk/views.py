"""The ticket queue, a ticket's talk, and the download of attachments."""

from django.contrib import admin
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.kernel.models import User
from service_desk.media_types import INLINE_TYPES
from service_desk.models import Attachment, Ticket
from service_desk.queries import VIEW, visible_tickets

PAGE_SIZE = 25


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def queue(request: HttpRequest) -> HttpResponse:
    """Open tickets, the most urgent and longest waiting first; `mine`, `unassigned` and `q` narrow the list."""
    user = _reader(request)
    tickets = visible_tickets(user).filter(state__in=Ticket.OPEN_STATES)
    if "mine" in request.GET:
        tickets = tickets.filter(assignee=user)
    if "unassigned" in request.GET:
        tickets = tickets.filter(assignee__isnull=True)
    search = request.GET.get("q", "").strip()[:100]
    if search:
        tickets = tickets.filter(Q(number__iexact=search) | Q(subject__icontains=search))
    ordered = tickets.select_related("store", "assignee").order_by("priority", "last_customer_message_at", "pk")
    page = Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {**admin.site.each_context(request), "title": _("Service desk"), "page": page, "search": search}
    return render(request, "service_desk/queue.html", context)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    """One ticket with its messages, notes and events in the order they happened."""
    found = get_object_or_404(
        visible_tickets(_reader(request)).select_related("store", "assignee", "order"), number=number
    )
    talk = [
        (message.sent_at, "message", message)
        for message in found.messages.select_related("user").prefetch_related("attachments")
    ]
    events = [(event.occurred_at, "event", event) for event in found.events.select_related("actor")]
    context = {
        **admin.site.each_context(request),
        "title": f"{found.number} {found.subject}",
        "ticket": found,
        "timeline": sorted([*talk, *events], key=lambda entry: (entry[0], entry[1])),
    }
    return render(request, "service_desk/ticket.html", context)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def attachment(request: HttpRequest, number: str, attachment_id: int) -> FileResponse:
    """Serve a file of a ticket that the person may see: never sniffed, never run, pictures in place and the rest saved."""
    tickets = visible_tickets(_reader(request)).filter(number=number)
    found = get_object_or_404(Attachment, pk=attachment_id, message__ticket__in=tickets)
    response = FileResponse(
        found.file.open("rb"),
        as_attachment=found.media_type not in INLINE_TYPES,
        filename=found.file_name,
        content_type=found.media_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
