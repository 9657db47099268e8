"""Buttons that start a job: asked once more, by POST, and a double click starts one run."""

import uuid
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.kernel.jobs import job_kind, start_run
from config.kernel.models import JobRun, User

LONGEST_PRESS = 36
TEXT = _("The job runs in the background; its page shows how far it is.")


def start_by_button(
    request: HttpRequest,
    kind: str,
    *,
    parameters: dict[str, Any],
    back: str,
    store_code: str = "",
    text: str | Promise = TEXT,
) -> HttpResponse:
    """Ask before starting (GET), start and go to the run's page (POST).

    Each shown form carries a press of its own: the same press twice finds the first run.
    """
    assert isinstance(request.user, User)
    if request.method == "POST":
        press = request.POST.get("press", "")[:LONGEST_PRESS]
        run = start_run(
            kind,
            parameters=parameters,
            trigger=JobRun.Trigger.BUTTON,
            requested_by=request.user,
            store_code=store_code,
            dedupe_key=f"button:{request.user.pk}:{press}" if press else None,
        )
        return redirect(reverse("admin:kernel_jobrun_change", args=[run.pk]))
    context = {
        **admin.site.each_context(request),
        "title": job_kind(kind).label,
        "text": text,
        "press": uuid.uuid4().hex,
        "back": reverse(back),
    }
    return TemplateResponse(request, "kernel/confirm_start.html", context)
