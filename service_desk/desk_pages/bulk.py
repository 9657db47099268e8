"""Changing many tickets: first the page that shows what will happen, then the doing, then the way back."""

from datetime import timedelta
from secrets import token_hex
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from config.kernel.errors import DomainError
from config.kernel.models import User
from service_desk.desk_pages.access import CHANGE, reader, to_queue, walk_of
from service_desk.forms import BulkForm
from service_desk.models import BulkChange, Ticket
from service_desk.queries import VIEW, visible_tickets
from service_desk.services import apply_bulk, plan_bulk, undo_bulk
from service_desk.services.bulk import MOST_AT_ONCE

UNDO_OFFERED = timedelta(minutes=30)
LONGEST_PRESS = 40


def latest_change(user: User) -> BulkChange | None:
    """The person's last press, as long as the way back is offered."""
    recent = BulkChange.objects.filter(user=user, undone_at__isnull=True)
    return recent.filter(changed_at__gt=timezone.now() - UNDO_OFFERED).prefetch_related("items").first()


def _chosen(request: HttpRequest) -> list[Ticket]:
    numbers = [number for number in request.POST.getlist("chosen") if "\0" not in number][:MOST_AT_ONCE]
    tickets = visible_tickets(reader(request)).filter(number__in=numbers)
    return list(tickets.select_related("store", "assignee", "queue").order_by("pk"))


@require_POST
@login_required
@permission_required([VIEW, CHANGE], raise_exception=True)
def change(request: HttpRequest) -> HttpResponse:
    """Ask with the numbers first; with `confirmed` do it, once for each press."""
    user, walk = reader(request), walk_of(request)
    tickets, form = _chosen(request), BulkForm(request.POST, user=reader(request))
    if not tickets:
        messages.error(request, _("Choose some tickets first."))
        return to_queue(walk)
    if not form.is_valid() or "confirmed" not in request.POST:
        return _ask(request, tickets, form)
    press = request.POST.get("press", "").replace("\0", "")[:LONGEST_PRESS] or token_hex(6)
    done = apply_bulk(tickets, form.wish(), user=user, press=f"{user.pk}-{press}"[:LONGEST_PRESS], now=timezone.now())
    count = done.items.count()
    words = ngettext("%(count)s ticket was changed.", "%(count)s tickets were changed.", count)
    messages.success(request, words % {"count": count})
    return to_queue(walk)


def _ask(request: HttpRequest, tickets: list[Ticket], form: BulkForm) -> HttpResponse:
    possible, left_out = plan_bulk(tickets, form.wish()) if form.is_valid() else (tickets, [])
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": dict(BulkChange.Action.choices).get(request.POST.get("action", ""), _("Change tickets")),
        "tickets": tickets,
        "possible": possible,
        "left_out": left_out,
        "form": form,
        "target": _target(form),
        "press": token_hex(6),
        "walk": walk_of(request),
    }
    return render(request, "service_desk/bulk.html", context)


def _target(form: BulkForm) -> str:
    """What the tickets will have afterwards, in words."""
    if not form.is_valid():
        return ""
    wish = form.wish()
    return {
        BulkChange.Action.TAKE: str(wish.agent),
        BulkChange.Action.HAND_OVER: str(wish.agent),
        BulkChange.Action.QUEUE: str(wish.queue),
        BulkChange.Action.STATE: str(dict(Ticket.State.choices).get(wish.state, "")),
        BulkChange.Action.PRIORITY: str(dict(Ticket.Priority.choices).get(wish.priority, "")),
    }[BulkChange.Action(wish.action)]


@require_POST
@login_required
@permission_required([VIEW, CHANGE], raise_exception=True)
def undo(request: HttpRequest, change_id: int) -> HttpResponse:
    """Take one's own press back, where nothing was changed since."""
    user = reader(request)
    done = get_object_or_404(BulkChange, pk=change_id, user=user)
    try:
        restored, left = undo_bulk(done, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error.message))
        return to_queue(walk_of(request))
    words = ngettext("%(count)s ticket is as before.", "%(count)s tickets are as before.", restored)
    messages.success(request, words % {"count": restored})
    if left:
        numbers = ", ".join(ticket.number for ticket in left)
        messages.warning(request, _("Changed by somebody since, and left alone: %(numbers)s") % {"numbers": numbers})
    return to_queue(walk_of(request))
