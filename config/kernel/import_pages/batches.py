"""The list of imports, one import, and how far it is."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from config.kernel.audit import record_read
from config.kernel.import_pages.figures import figures_of
from config.kernel.import_pages.reach import (
    ADD,
    MEND,
    SEE_ROWS,
    UNDO,
    VIEW,
    batch_of,
    reader_of,
    sees_personal_data,
    visible_batches,
)
from config.kernel.import_pages.row_list import RowList
from config.kernel.importing.batches import earlier_batches
from config.kernel.importing.handlers import layout_kind
from config.kernel.jobs import job_kind
from config.kernel.models import ImportBatch

State = ImportBatch.State
PAGE_SIZE = 25
AT_WORK = (State.CHECKING, State.APPLYING, State.UNDOING)
FILTERS = {
    "": (gettext_lazy("All"), Q()),
    "open": (gettext_lazy("Not finished"), Q(state__in=(State.UPLOADED, State.CHECKED, *AT_WORK))),
    "applied": (gettext_lazy("Imported"), Q(state=State.APPLIED)),
    "closed": (gettext_lazy("Refused or undone"), Q(state__in=(State.REFUSED, State.UNDONE))),
}


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """Every import within reach, the newest first."""
    wanted = request.GET.get("state", "")
    wanted = wanted if wanted in FILTERS else ""
    found = visible_batches(reader_of(request)).filter(FILTERS[wanted][1])
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Imports"),
        "page": page,
        "listed": [(batch, layout_kind(batch.layout).label) for batch in page.object_list],
        "filters": [(code, label) for code, (label, _condition) in FILTERS.items()],
        "wanted": wanted,
        "may_add": request.user.has_perm(ADD),
    }
    return render(request, "kernel/import_list.html", context)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def show(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One import: where it stands, what comes next, its figures and its troubled rows."""
    return render_batch(request, batch_of(request, batch_id))


def render_batch(request: HttpRequest, batch: ImportBatch, **more: Any) -> HttpResponse:
    """The page of a batch; `more` holds what a refused correction has to say."""
    user = reader_of(request)
    main, others = figures_of(batch)
    rows = RowList(request, batch, edits=more) if user.has_perm(SEE_ROWS) else None
    if rows is not None and rows.opened is not None:
        record_read(rows.opened.row, fields=["row as it came"])
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Import: %(file)s") % {"file": batch.file_name},
        **_standing(batch),
        "layout": layout_kind(batch.layout),
        "main": main,
        "others": others,
        "earlier": earlier_batches(batch) if batch.state in (State.UPLOADED, State.CHECKED) else [],
        "rows": rows,
        "may_add": user.has_perm(ADD),
        "may_undo": user.has_perm(UNDO),
        "may_mend": user.has_perm(MEND),
        "may_download": sees_personal_data(user, batch),
    }
    return render(request, "kernel/import_batch.html", context)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def progress(request: HttpRequest, batch_id: int) -> HttpResponse:
    """How far the job is, as a fragment; once nothing runs any more the whole page is loaded again."""
    standing = _standing(batch_of(request, batch_id))
    response = render(request, "kernel/import_progress.html", standing)
    if not standing["is_running"]:
        response["HX-Refresh"] = "true"
    return response


def _standing(batch: ImportBatch) -> dict[str, Any]:
    """Whether a job runs for the batch, or broke off."""
    run = batch.job_run
    is_running = run is not None and not run.is_closed
    # A run learns what its parts did when they close; until then the parts know.
    counted = run.parts.aggregate(done=Sum("done_count"), total=Sum("total_count")) if run and is_running else {}
    done, total = counted.get("done") or 0, counted.get("total") or 0
    return {
        "batch": batch,
        "run": run,
        "work": job_kind(run.kind).label if run else "",
        "is_running": is_running,
        "has_broken_off": batch.state in AT_WORK and not is_running,
        "has_failed": run is not None and run.state == "failed" and batch.state not in (State.REFUSED, State.UNDONE),
        "done": done,
        "total": total,
        "percent": min(done * 100 // total, 100) if total else 0,
    }
