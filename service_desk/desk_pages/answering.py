"""Answers, notes, drafts, and the files of a talk."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.kernel.errors import DomainError
from service_desk import queue_reads
from service_desk.desk_pages.access import ANSWER, reader, ticket_of, to_queue, to_ticket, walk_of
from service_desk.desk_pages.ticket import sent_words, show
from service_desk.forms import NoteForm, ReplyForm
from service_desk.media_types import INLINE_TYPES
from service_desk.models import Attachment, DeskPreference, Ticket
from service_desk.queries import VIEW, visible_tickets
from service_desk.services import add_note, attach_file, save_draft, send_reply


@require_POST
@login_required
@permission_required([VIEW, ANSWER], raise_exception=True)
def reply(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the customer. Refused, it shows what was typed; a message that came in meanwhile is shown with it."""
    found = ticket_of(request, number)
    form = ReplyForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(request, found, forms={"reply": form, "writes_note": False})
    # Where the walk goes on is asked before the answer takes the ticket out of it.
    walk = walk_of(request)
    following = queue_reads.around(found, reader(request), walk).next
    try:
        _send(request, found, form)
    except DomainError as error:
        return _refused(request, number, form, error)
    messages.success(request, f"{found.number}: {sent_words(form.cleaned_data['then'])}")
    if _goes_on(request, form):
        return to_ticket(following.number, walk) if following else to_queue(walk)
    return to_ticket(found.number, walk)


@transaction.atomic
def _send(request: HttpRequest, found: Ticket, form: ReplyForm) -> None:
    chosen = form.cleaned_data
    sent = send_reply(
        found,
        user=reader(request),
        body=chosen["body"],
        now=timezone.now(),
        last_seen_id=chosen["last_seen"],
        then=chosen["then"],
    )
    for upload in request.FILES.getlist("attachment"):
        attach_file(sent, file_name=upload.name or "", content=upload.read())


def _refused(request: HttpRequest, number: str, form: ReplyForm, error: DomainError) -> HttpResponse:
    found = ticket_of(request, number)
    unseen = []
    if error.code == "newer_messages":
        unseen = list(found.messages.filter(pk__in=error.detail["messages"]).select_related("user"))
    else:
        form.add_error(None, str(error.message))
    return show(request, found, forms={"reply": form, "writes_note": False}, unseen=unseen)


def _goes_on(request: HttpRequest, form: ReplyForm) -> bool:
    """Whether the person goes on to the next ticket; what they chose is kept for the next time."""
    chosen = form.cleaned_data["after_reply"]
    if chosen:
        DeskPreference.objects.update_or_create(user=reader(request), defaults={"after_reply": chosen})
    return bool(chosen == DeskPreference.AfterReply.NEXT)


@require_POST
@login_required
@permission_required([VIEW, ANSWER], raise_exception=True)
def note(request: HttpRequest, number: str) -> HttpResponse:
    """Write a note among staff: an address of its own, so that no slip of a switch sends it to the customer."""
    found = ticket_of(request, number)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return show(request, found, forms={"note": form, "writes_note": True})
    mine = found.messages.filter(pk__gt=form.cleaned_data["last_seen"], user=reader(request), is_note=True)
    # A double click writes one note.
    if all(one.body != form.cleaned_data["body"].strip() for one in mine):
        add_note(found, user=reader(request), body=form.cleaned_data["body"], now=timezone.now())
    return to_ticket(found.number, walk_of(request))


@require_POST
@login_required
@permission_required([VIEW, ANSWER], raise_exception=True)
def draft(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what is typed and not sent; answers with the line that says so."""
    seen = request.POST.get("last_seen", "")
    kept = save_draft(
        ticket_of(request, number),
        user=reader(request),
        body=request.POST.get("body", ""),
        is_note=request.POST.get("is_note") == "1",
        last_seen_id=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 16 else None,
    )
    if kept is None:
        return HttpResponse("", content_type="text/plain; charset=utf-8")
    words = _("Draft saved at %(time)s") % {"time": time_format(timezone.localtime(kept.updated_at), "H:i:s")}
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def attachment(request: HttpRequest, number: str, attachment_id: int) -> FileResponse:
    """Serve a file of a ticket that the person may see: never sniffed, never run, pictures in place and the rest saved."""
    tickets = visible_tickets(reader(request)).filter(number=number.replace("\0", ""))
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
