"""The start page: what needs me today, the daily checklist and the shift book."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language as choose_language

from config.forms import ShiftNoteForm
from config.kernel.models import JobRun, Notice, User, WorkItem
from config.kernel.places import own_page
from config.kernel.pressing import pressed_once
from config.kernel.shifts import checklist_of, leave_note, open_notes, settle_note, tick
from config.kernel.todo import Todo, counted
from config.roles import role_name

ROOMS_WITH_WORK = (
    "config.kernel",
    "catalog",
    "membership",
    "fulfillment",
    "service_desk",
    "analytics",
)
SHOWN = 20
JOBS = 5


def todos_of(user: User) -> list[Todo]:
    """The counters of all rooms that are not zero, the urgent ones first."""
    counters: list[Todo] = []
    for room in ROOMS_WITH_WORK:
        if find_spec(f"{room}.queries") is not None:
            ask = getattr(import_module(f"{room}.queries"), "todo", None)
            counters += ask(user) if ask else []
    return sorted(
        (todo for todo in counted(counters) if todo.count),
        key=lambda todo: (not todo.is_urgent, str(todo.title)),
    )


def work_items_of(user: User, roles: Sequence[str]) -> list[WorkItem]:
    """Open work items of the person or of one of their roles, the next due first."""
    mine = Q(owner=user) | Q(owner__isnull=True, owner_role__in=roles)
    open_items = WorkItem.objects.filter(mine, state__in=[WorkItem.State.OPEN, WorkItem.State.DOING])
    return list(open_items.order_by("due_on", "priority", "pk")[:SHOWN])


def set_language(request: HttpRequest) -> HttpResponse:
    """Choose the language of the pages: for who is signed in, wherever they sign in; for others in this browser."""
    response = choose_language(request)
    chosen, person = request.POST.get("language", ""), request.user
    if request.method == "POST" and person.is_authenticated and chosen in dict(settings.LANGUAGES):
        User.objects.filter(pk=person.pk).update(language=chosen)
    return response


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)


def _roles(user: User) -> list[str]:
    return list(user.groups.order_by("name").values_list("name", flat=True))


@require_safe
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Counters, checklist, shift book, work items, notices and the latest jobs of the signed-in person."""
    return render(request, "start.html", _start_context(request, ShiftNoteForm()))


def _counters(user: User) -> dict[str, list[Todo]]:
    """What waits for the person, and what waits for others whose work they may look at."""
    counters = todos_of(user)
    mine = [todo for todo in counters if not todo.act or user.has_perm(todo.act)]
    return {"todos": mine, "news": [todo for todo in counters if todo not in mine]}


def _start_context(request: HttpRequest, note_form: ShiftNoteForm) -> dict[str, Any]:
    user = _person(request)
    codes, today = _roles(user), timezone.localdate()
    return {
        **admin.site.each_context(request),
        "title": _("What needs me today"),
        "roles": [role_name(code) for code in codes],
        **_counters(user),
        "checklist": checklist_of(codes, day=today),
        "notes": [(note, role_name(note.role) if note.role else "") for note in open_notes(codes)],
        "note_form": note_form,
        "work_items": work_items_of(user, codes),
        "notices": list(Notice.objects.filter(user=user, read_at__isnull=True)[:SHOWN]),
        "job_runs": list(JobRun.objects.order_by("-pk")[:JOBS]) if user.has_perm("kernel.view_jobrun") else [],
        "today": today,
    }


@require_POST
@login_required
@pressed_once
def leave(request: HttpRequest) -> HttpResponse:
    """Leave a hand-over note; what was typed stays when it is refused."""
    form = ShiftNoteForm(request.POST)
    if not form.is_valid():
        return render(request, "start.html", _start_context(request, form))
    leave_note(_person(request), text=form.cleaned_data["text"], role=form.cleaned_data["role"])
    messages.success(request, _("The note is in the shift book."))
    return redirect("start")


@require_POST
@login_required
def settle(request: HttpRequest, note_id: int) -> HttpResponse:
    """Mark a note as dealt with."""
    person = _person(request)
    if not settle_note(note_id, by=person, roles=_roles(person)):
        messages.info(request, _("Somebody has dealt with this note already."))
    return redirect("start")


@require_POST
@login_required
def tick_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Tick or untick an item of today's checklist."""
    person = _person(request)
    is_done = request.POST.get("done") == "1"
    if not tick(item_id, by=person, roles=_roles(person), day=timezone.localdate(), is_done=is_done):
        raise Http404
    return redirect("start")


@require_POST
@login_required
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark a notice of one's own as read and go where it leads."""
    notice = get_object_or_404(Notice, pk=notice_id, user=request.user)
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=timezone.now())
    return redirect(own_page(request, notice.link) or "start")
