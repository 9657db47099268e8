"""One ticket: the walk beside it, its talk, and who asks."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from config.kernel.models import User
from service_desk import desk_reads, queue_reads
from service_desk.desk_pages.access import ANSWER, CHANGE, reader, ticket_of, walk_of
from service_desk.forms import NoteForm, ReplyForm
from service_desk.macros import filled
from service_desk.models import Ticket, TicketMessage
from service_desk.queries import VIEW, offered_macros, others_present
from service_desk.transitions import TICKET_MOVES

# A merge names the other ticket, and the assistant takes no ticket back.
MOVES_BY_HAND = frozenset(Ticket.State) - {Ticket.State.MERGED, Ticket.State.BOT}


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    """One ticket within the walk it was opened from."""
    return show(request, ticket_of(request, number))


def show(
    request: HttpRequest,
    found: Ticket,
    *,
    forms: Mapping[str, Any] | None = None,
    unseen: list[TicketMessage] | None = None,
) -> HttpResponse:
    """The page of a ticket; `forms` are those that were refused, `unseen` what came in while the agent wrote."""
    user, walk = reader(request), walk_of(request)
    may_answer = user.has_perm(ANSWER) and found.state in Ticket.OPEN_STATES
    may_change = user.has_perm(CHANGE)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": f"{found.number} {found.subject}",
        "ticket": found,
        "choice": walk,
        "around": queue_reads.around(found, user, walk),
        "present": others_present(found, user=user, now=timezone.now()),
        "unseen": unseen or [],
        "may_answer": may_answer,
        "may_change": may_change,
        **talk_context(found),
        **(_composer(found) if may_answer else {}),
        "moves": [
            (to, to.label) for to in Ticket.State if TICKET_MOVES.allowed(found.state, to) and to in MOVES_BY_HAND
        ],
        **(forms or {}),
    }
    return render(request, "service_desk/ticket.html", context, status=409 if unseen else 200)


def talk_context(found: Ticket) -> dict[str, Any]:
    """The talk with its mark and the newest message: read with the ticket, before the talk, so it never runs ahead."""
    return {
        "timeline": desk_reads.talk_of(found),
        "mark": desk_reads.mark_of(found),
        "last": desk_reads.marks_of(found).newest_message,
    }


def _composer(found: Ticket) -> dict[str, Any]:
    marks = desk_reads.marks_of(found)
    return {
        "reply": ReplyForm(initial={"body": marks.draft_reply, "after_reply": marks.after_reply}),
        "note": NoteForm(initial={"body": marks.draft_note}),
        "drafts": marks,
        "writes_note": bool(marks.draft_note and not marks.draft_reply),
    }


def filled_macros(found: Ticket, user: User) -> list[dict[str, str]]:
    """The canned answers with this ticket's words in them; a name is given to those who may see names."""
    customer = found.customer
    name = customer.name if customer and user.has_perm("membership.unmask_customer") else ""
    values = {
        "order": found.order.number if found.order else "",
        "agent": str(user),
        "store": str(found.store),
        "ticket": found.number,
    }
    polite = {"zh-hans": "顾客", "en": "customer"}
    return [
        {
            "code": macro.code,
            "title": macro.title,
            "language": macro.language,
            "body": filled(macro.body, values | {"customer": name or polite[macro.language]}),
        }
        for macro in offered_macros(get_language() or "")
    ]


def sent_words(then: str) -> str:
    """What is said after a message went out."""
    return gettext("Sent and resolved.") if then == Ticket.State.RESOLVED else gettext("Sent.")
