"""The ticket pages: queue, talk and context; answers, notes, agents and states; the download of attachments."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.kernel.errors import DomainError
from config.kernel.models import User
from service_desk import desk_reads
from service_desk.forms import AgentForm, NoteForm, ReplyForm
from service_desk.media_types import INLINE_TYPES
from service_desk.models import Attachment, Draft, Ticket
from service_desk.queries import VIEW, visible_tickets
from service_desk.services import add_note, assign_ticket, attach_file, move_ticket, save_draft, send_reply
from service_desk.transitions import TICKET_MOVES

PAGE_SIZE = 25
ANSWER = "service_desk.add_ticketmessage"
CHANGE = "service_desk.change_ticket"
# A merge names the other ticket, and the assistant takes no ticket back.
MOVES_BY_HAND = frozenset(Ticket.State) - {Ticket.State.MERGED, Ticket.State.BOT}


def _reader(request: HttpRequest) -> User:
    return cast("User", request.user)


def _ticket(request: HttpRequest, number: str) -> Ticket:
    tickets = visible_tickets(_reader(request)).select_related("store", "assignee", "order", "customer", "queue")
    return get_object_or_404(tickets, number=number.replace("\0", ""))


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def queue(request: HttpRequest) -> HttpResponse:
    """Open tickets, the most urgent and longest waiting first; `mine`, `unassigned`, `waiting` and `q` narrow the list."""
    question = request.GET.dict()
    tickets = desk_reads.chosen_tickets(_reader(request), question)
    page = Paginator(tickets, PAGE_SIZE).get_page(question.get("page"))
    context = {
        **admin.site.each_context(request),
        "title": _("Service desk"),
        "page": page,
        "search": question.get("q", ""),
        "narrowed": question,
    }
    return render(request, "service_desk/queue.html", context)


def _show(
    request: HttpRequest,
    ticket: Ticket,
    *,
    reply: ReplyForm | None = None,
    note: NoteForm | None = None,
    late: bool = False,
) -> HttpResponse:
    user = _reader(request)
    timeline = desk_reads.talk_of(ticket)
    newest = desk_reads.newest_in(timeline)
    seen = newest[0]
    draft = Draft.objects.filter(ticket=ticket, user=user).first()
    typed = {"last_seen": seen, "body": draft.body if draft else ""}
    question = request.GET.dict()
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": f"{ticket.number} {ticket.subject}",
        "ticket": ticket,
        "others": list(desk_reads.chosen_tickets(user, question)[: desk_reads.LISTED]),
        "narrowed": question,
        "timeline": timeline,
        "mark": desk_reads.mark_of(ticket, newest),
        "last": seen,
        "may_answer": user.has_perm(ANSWER) and ticket.state in Ticket.OPEN_STATES,
        "may_change": user.has_perm(CHANGE),
        "reply": reply or ReplyForm(initial=typed if not (draft and draft.is_note) else {"last_seen": seen}),
        "note": note or NoteForm(initial=typed if draft and draft.is_note else {"last_seen": seen}),
        "writes_note": bool(note) or bool(draft and draft.is_note),
        "is_late": late,
        "agents": AgentForm(initial={"agent": ticket.assignee_id}),
        "moves": [
            (to, to.label) for to in Ticket.State if TICKET_MOVES.allowed(ticket.state, to) and to in MOVES_BY_HAND
        ],
        "card": desk_reads.customer_card(ticket.customer, user),
        "orders": desk_reads.last_orders(ticket.customer, user),
        "earlier": desk_reads.earlier_tickets(ticket, user),
    }
    return render(request, "service_desk/ticket.html", context, status=409 if late else 200)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    """One ticket: the queue beside it, its talk, and who asks."""
    return _show(request, _ticket(request, number))


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def talk(request: HttpRequest, number: str) -> HttpResponse:
    """The talk alone, asked for every few seconds; 304 while nothing has changed."""
    found = _ticket(request, number)
    newest = desk_reads.newest_of(found)
    etag = f'"{desk_reads.mark_of(found, newest)}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        context = {"ticket": found, "timeline": desk_reads.talk_of(found), "mark": etag.strip('"'), "last": newest[0]}
        answer = render(request, "service_desk/talk.html", context)
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    return answer


@require_POST
@login_required
@permission_required([VIEW, ANSWER], raise_exception=True)
def reply(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the customer; what was typed stays when it is refused, a newer message is shown first."""
    found = _ticket(request, number)
    form = ReplyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, found, reply=form)
    seen = None if request.POST.get("anyway") else form.cleaned_data["last_seen"]
    try:
        with transaction.atomic():
            sent = send_reply(
                found,
                user=_reader(request),
                body=form.cleaned_data["body"],
                now=timezone.now(),
                last_seen_id=seen,
                then=form.cleaned_data["then"],
            )
            if form.cleaned_data["attachment"]:
                upload = form.cleaned_data["attachment"]
                attach_file(sent, file_name=upload.name, content=upload.read())
    except DomainError as error:
        found = _ticket(request, number)
        again = ReplyForm({**request.POST.dict(), "last_seen": desk_reads.newest_of(found)[0]})
        again.is_valid()
        again.add_error(None, str(error.message))
        return _show(request, found, reply=again, late=error.code == "newer_messages")
    return redirect("service_desk:ticket", number=found.number)


@require_POST
@login_required
@permission_required([VIEW, ANSWER], raise_exception=True)
def note(request: HttpRequest, number: str) -> HttpResponse:
    """Write a note among staff: an address of its own, so that no slip of a switch sends it to the customer."""
    found = _ticket(request, number)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _show(request, found, note=form)
    mine = found.messages.filter(pk__gt=form.cleaned_data["last_seen"], user=_reader(request), is_note=True)
    # A double click writes one note.
    if all(one.body != form.cleaned_data["body"].strip() for one in mine):
        add_note(found, user=_reader(request), body=form.cleaned_data["body"], now=timezone.now())
    return redirect("service_desk:ticket", number=found.number)


def _changed(request: HttpRequest, number: str, work: Callable[[Ticket], object]) -> HttpResponse:
    found = _ticket(request, number)
    try:
        work(found)
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("service_desk:ticket", number=found.number)


@require_POST
@login_required
@permission_required([VIEW, CHANGE], raise_exception=True)
def assign(request: HttpRequest, number: str) -> HttpResponse:
    """Give the ticket to oneself (`me`), to a colleague, or back to the queue."""
    form = AgentForm(request.POST)
    chosen = _reader(request) if request.POST.get("me") else form.cleaned_data["agent"] if form.is_valid() else None
    return _changed(request, number, lambda found: assign_ticket(found, to=chosen, now=timezone.now()))


@require_POST
@login_required
@permission_required([VIEW, CHANGE], raise_exception=True)
def move(request: HttpRequest, number: str) -> HttpResponse:
    """Move the ticket along the transition table."""
    to = request.POST.get("to", "")
    if to not in MOVES_BY_HAND:
        raise Http404
    return _changed(request, number, lambda found: move_ticket(found, to=to, now=timezone.now()))


@require_POST
@login_required
@permission_required([VIEW, ANSWER], raise_exception=True)
def draft(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what is typed and not sent."""
    body = request.POST.get("body", "")
    save_draft(_ticket(request, number), user=_reader(request), body=body, is_note=request.POST.get("is_note") == "1")
    return HttpResponse(status=204)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def attachment(request: HttpRequest, number: str, attachment_id: int) -> FileResponse:
    """Serve a file of a ticket that the person may see: never sniffed, never run, pictures in place and the rest saved."""
    tickets = visible_tickets(_reader(request)).filter(number=number.replace("\0", ""))
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
