"""The start page: what needs me today."""

from importlib import import_module
from importlib.util import find_spec

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from config.kernel.models import JobRun, Notice, User, WorkItem
from config.kernel.todo import Todo
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


def todos_of(user: User) -> list[Todo]:
    """The counters of all rooms that are not zero, the urgent ones first."""
    counters: list[Todo] = []
    for room in ROOMS_WITH_WORK:
        if find_spec(f"{room}.queries") is not None:
            ask = getattr(import_module(f"{room}.queries"), "todo", None)
            counters += ask(user) if ask else []
    return sorted(
        (todo for todo in counters if todo.count),
        key=lambda todo: (not todo.is_urgent, str(todo.title)),
    )


def work_items_of(user: User) -> list[WorkItem]:
    """Open work items of the person or of one of their roles, the next due first."""
    roles = user.groups.values_list("name", flat=True)
    mine = Q(owner=user) | Q(owner__isnull=True, owner_role__in=roles)
    open_items = WorkItem.objects.filter(mine, state__in=[WorkItem.State.OPEN, WorkItem.State.DOING])
    return list(open_items.order_by("due_on", "priority", "pk")[:SHOWN])


def start(request: HttpRequest) -> HttpResponse:
    """Counters, work items, notices and the latest jobs of the signed-in person."""
    user = request.user
    assert isinstance(user, User)
    context = {
        **admin.site.each_context(request),
        "title": _("What needs me today"),
        "roles": [role_name(name) for name in user.groups.order_by("name").values_list("name", flat=True)],
        "todos": todos_of(user),
        "work_items": work_items_of(user),
        "notices": list(Notice.objects.filter(user=user, read_at__isnull=True)[:SHOWN]),
        "job_runs": list(JobRun.objects.order_by("-pk")[:5]) if user.has_perm("kernel.view_jobrun") else [],
        "today": timezone.localdate(),
    }
    return render(request, "start.html", context)
