"""What a person changes on one ticket: agent, state, details, and merging it into another one."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.kernel.errors import DomainError
from fulfillment.models import Order
from service_desk import desk_reads
from service_desk.desk_pages.access import CHANGE, reader, ticket_of, to_ticket, walk_of
from service_desk.desk_pages.ticket import MOVES_BY_HAND
from service_desk.forms import AgentForm, DetailsForm
from service_desk.models import Ticket, TicketQueue
from service_desk.queries import VIEW
from service_desk.services import assign_ticket, change_details, merge_tickets, move_ticket


def _changed(request: HttpRequest, number: str, work: Callable[[Ticket], object]) -> HttpResponse:
    found = ticket_of(request, number)
    try:
        work(found)
    except DomainError as error:
        messages.error(request, str(error.message))
    return to_ticket(found.number, walk_of(request))


@require_POST
@login_required
@permission_required([VIEW, CHANGE], raise_exception=True)
def assign(request: HttpRequest, number: str) -> HttpResponse:
    """Give the ticket to oneself (`me`), to a colleague, or back to the queue."""
    form = AgentForm(request.POST)
    chosen = reader(request) if request.POST.get("me") else form.cleaned_data["agent"] if form.is_valid() else None
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


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def context(request: HttpRequest, number: str) -> HttpResponse:
    """The pane beside the talk: customer, orders, other tickets, details."""
    return _pane(request, ticket_of(request, number))


def _pane(request: HttpRequest, found: Ticket, *, refused: DetailsForm | None = None) -> HttpResponse:
    user, may_change = reader(request), reader(request).has_perm(CHANGE)
    seen = DetailsForm.values_of(found)
    shown: dict[str, Any] = {
        "ticket": found,
        "choice": walk_of(request),
        "may_change": may_change,
        "card": desk_reads.customer_card(found.customer, user),
        "orders": desk_reads.last_orders(found.customer, user),
        "earlier": desk_reads.earlier_tickets(found, user),
        "seen": seen,
        "agents": AgentForm(initial={"agent": found.assignee_id}) if may_change else None,
        "details": (refused or DetailsForm(initial=seen, ticket=found)) if may_change else None,
    }
    return render(request, "service_desk/context.html", shown)


@require_POST
@login_required
@permission_required([VIEW, CHANGE], raise_exception=True)
def details(request: HttpRequest, number: str) -> HttpResponse:
    """Change what the ticket is about; what somebody else changed meanwhile is shown and not written over.

    Refused, it answers with the pane as it was typed; done, it sends the browser to the ticket.
    """
    found = ticket_of(request, number)
    form = DetailsForm(request.POST, ticket=found)
    if form.is_valid():
        try:
            change_details(found, values=form.cleaned_data, seen=_seen(request, found), now=timezone.now())
        except DomainError as error:
            form.add_error(None, str(error.message))
    if not form.is_valid():
        # The row as it is now: who sends again has seen it.
        return _pane(request, ticket_of(request, number), refused=form)
    messages.success(request, _("Saved."))
    answer = to_ticket(found.number, walk_of(request))
    return HttpResponse(headers={"HX-Redirect": answer["Location"]}) if request.headers.get("HX-Request") else answer


def _seen(request: HttpRequest, found: Ticket) -> dict[str, Any]:
    """The details as the page showed them when it was opened."""
    now = DetailsForm.values_of(found)
    shown = {name: request.POST.get(f"seen_{name}", "" if now[name] is None else str(now[name])) for name in now}
    number = shown["priority"]
    return {
        "subject": shown["subject"],
        "kind": shown["kind"],
        "priority": int(number) if number.isascii() and number.isdecimal() and len(number) < 3 else found.priority,
        "queue": TicketQueue.objects.filter(pk=shown["queue"]).first() if shown["queue"].isdecimal() else None,
        "tags": [tag.strip() for tag in shown["tags"].split(",") if tag.strip()],
        "order": Order.objects.filter(store=found.store_id, number=shown["order"]).first() if shown["order"] else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required([VIEW, CHANGE], raise_exception=True)
def merge(request: HttpRequest, number: str, other_number: str) -> HttpResponse:
    """Ask, then merge the ticket into the other one and lead there."""
    loser, survivor = ticket_of(request, number), ticket_of(request, other_number)
    if request.method == "POST":
        try:
            merge_tickets(loser, into=survivor, now=timezone.now())
        except DomainError as error:
            messages.error(request, str(error.message))
            return to_ticket(loser.number, walk_of(request))
        words = _("%(loser)s was merged into %(survivor)s.")
        messages.success(request, words % {"loser": loser.number, "survivor": survivor.number})
        return to_ticket(survivor.number, walk_of(request))
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Merge %(loser)s into %(survivor)s") % {"loser": loser.number, "survivor": survivor.number},
        "loser": loser,
        "survivor": survivor,
        "count": loser.messages.count(),
        "choice": walk_of(request),
    }
    return render(request, "service_desk/merge.html", context)
