"""The steps that change something: check, import, go on, undo. Each asks once more with the numbers, and starts a job."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from config.kernel.errors import DomainError
from config.kernel.import_pages.figures import figures_of
from config.kernel.import_pages.reach import ADD, UNDO, batch_of, reader_of
from config.kernel.importing import jobs
from config.kernel.importing.handlers import handler_for
from config.kernel.models import ImportBatch

State = ImportBatch.State
GO_ON = {State.CHECKING: jobs.CHECK, State.APPLYING: jobs.APPLY, State.UNDOING: jobs.UNDO}


@require_POST
@login_required
@permission_required(ADD, raise_exception=True)
def check(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Check the file again, as its columns are settled."""
    batch = batch_of(request, batch_id, permission=ADD)
    if batch.state == State.UPLOADED and batch.mapping:
        return _started(request, batch, jobs.CHECK)
    return redirect("imports:batch" if batch.mapping else "imports:columns", batch.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(ADD, raise_exception=True)
def apply(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Show what the import will do (GET), and do it (POST) unless the numbers have changed since they were shown."""
    batch = batch_of(request, batch_id, permission=ADD)
    if batch.state != State.CHECKED or _is_refused_as_it_stands(batch):
        messages.warning(request, _("This import cannot be started now."))
        return redirect("imports:batch", batch.pk)
    main, others = figures_of(batch)
    shown = ";".join(f"{name}={value}" for name, value in sorted(batch.figures.items()))
    has_changed = request.method == "POST" and request.POST.get("shown") != shown
    if request.method == "POST" and not has_changed:
        return _started(request, batch, jobs.APPLY)
    context = {"main": main, "others": others, "shown": shown, "has_changed": has_changed}
    return _ask(request, batch, "kernel/import_apply.html", title=_("Import now?"), **context)


@require_POST
@login_required
@permission_required(ADD, raise_exception=True)
def resume(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Go on where a check, an import or an undo broke off."""
    batch = batch_of(request, batch_id, permission=ADD)
    kind = GO_ON.get(State(batch.state))
    if kind is None:
        messages.warning(request, _("Nothing has broken off here."))
        return redirect("imports:batch", batch.pk)
    return _started(request, batch, kind)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(UNDO, raise_exception=True)
def undo(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Show what would be taken back, or why nothing can be (GET); take it back (POST)."""
    batch = batch_of(request, batch_id, permission=UNDO)
    if batch.state != State.APPLIED:
        messages.warning(request, _("Only an import that was applied can be undone."))
        return redirect("imports:batch", batch.pk)
    refusal = _refusal(batch)
    if request.method == "POST" and not refusal:
        return _started(request, batch, jobs.UNDO)
    main, others = figures_of(batch)
    return _ask(
        request,
        batch,
        "kernel/import_undo.html",
        title=_("Undo this import?"),
        refusal=refusal,
        main=main,
        others=others,
    )


def _is_refused_as_it_stands(batch: ImportBatch) -> bool:
    return batch.policy == ImportBatch.Policy.REJECT_ALL and bool(batch.figures.get("rejected"))


def _refusal(batch: ImportBatch) -> str:
    try:
        handler_for(batch).check_undo()
    except DomainError as error:
        return str(error.message)
    return ""


def _started(request: HttpRequest, batch: ImportBatch, kind: str) -> HttpResponse:
    jobs.start_import(batch, kind=kind, requested_by=reader_of(request))
    return redirect("imports:batch", batch.pk)


def _ask(request: HttpRequest, batch: ImportBatch, template: str, *, title: str, **more: Any) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": title, "batch": batch, **more}
    return render(request, template, context)
