"""Buttons that start a job: asked once more, by POST, and a double click starts one run."""

from functools import partial
from typing import Any, Protocol

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.kernel.jobs import job_kind, start_run
from config.kernel.models import JobRun, User
from config.kernel.pressing import FIELD, new_press, once_per_press


class StartForm(Protocol):
    """What a person chooses before the start, as a form of the room that owns the job."""

    @property
    def store_code(self) -> str:
        """The store that the run is for; empty for all."""
        ...

    def is_valid(self) -> bool:
        """Whether the run can be started with it."""
        ...

    def parameters(self) -> dict[str, Any]:
        """The parameters of the run."""
        ...


TEXT = _("The job runs in the background; its page shows how far it is.")


def start_by_form(
    request: HttpRequest, kind: str, *, form: StartForm, back: str, text: str | Promise = TEXT
) -> HttpResponse:
    """Show the form (GET, or what was typed with its errors), start with what was chosen (POST).

    Each shown form carries a press of its own: the same press twice finds the first run.
    """
    if request.method == "POST" and form.is_valid():
        start = partial(_start, request, kind, parameters=form.parameters(), store_code=form.store_code)
        return once_per_press(request, start)
    return _ask(request, kind, back=back, text=text, form=form)


def start_by_button(
    request: HttpRequest, kind: str, *, parameters: dict[str, Any], back: str, store_code: str = ""
) -> HttpResponse:
    """Ask before starting with parameters that are settled (GET), start and go to the run's page (POST)."""
    if request.method == "POST":
        return once_per_press(request, partial(_start, request, kind, parameters=parameters, store_code=store_code))
    return _ask(request, kind, back=back, text=TEXT)


def _start(request: HttpRequest, kind: str, *, parameters: dict[str, Any], store_code: str) -> HttpResponse:
    assert isinstance(request.user, User)
    run = start_run(
        kind,
        parameters=parameters,
        trigger=JobRun.Trigger.BUTTON,
        requested_by=request.user,
        store_code=store_code,
    )
    return redirect(reverse("admin:kernel_jobrun_change", args=[run.pk]))


def _ask(
    request: HttpRequest, kind: str, *, back: str, text: str | Promise, form: StartForm | None = None
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": job_kind(kind).label,
        "text": text,
        "form": form,
        "press": request.POST.get(FIELD) or new_press(),
        "back": reverse(back),
    }
    return TemplateResponse(request, "kernel/confirm_start.html", context)
