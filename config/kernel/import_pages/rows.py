"""Correcting a row, and the file of those that were left out."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from config.kernel.audit import record_read
from config.kernel.errors import DomainError
from config.kernel.import_pages.batches import render_batch
from config.kernel.import_pages.reach import (
    MEND,
    SEE_ROWS,
    batch_of,
    hidden_headings,
    reader_of,
    sees_personal_data,
)
from config.kernel.importing.mending import mend_row
from config.kernel.importing.rows import write_batch_errors
from config.kernel.models import ImportBatch, ImportRow

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
KEPT = ("show", "kind", "page")


@require_POST
@login_required
@permission_required(MEND, raise_exception=True)
def mend(request: HttpRequest, batch_id: int, row_id: int) -> HttpResponse:
    """Take the corrected values; back to the list, where the row is gone or shows what is wrong now."""
    batch = batch_of(request, batch_id, permission=MEND)
    row = get_object_or_404(batch.rows, pk=row_id)
    values = _typed(request, batch)
    try:
        mended = mend_row(row, values=values, by=reader_of(request), seen=request.POST.get("seen", ""))
    except DomainError as error:
        batch.refresh_from_db()
        return render_batch(request, batch, edit=row.pk, typed=values, refusal=error.message)
    asked = {name: request.GET[name] for name in KEPT if name in request.GET}
    asked["edit" if mended.state == ImportRow.State.REJECTED else "done"] = str(row.pk)
    return redirect(f"{reverse('imports:batch', args=[batch.pk])}?{urlencode(asked)}#import-rows")


def _typed(request: HttpRequest, batch: ImportBatch) -> dict[str, str]:
    """The cells that this person may see, by heading; the form names them by their place."""
    hidden = hidden_headings(reader_of(request), batch)
    return {
        heading: request.POST[f"cell_{at}"]
        for at, heading in enumerate(batch.headings)
        if heading and heading not in hidden and f"cell_{at}" in request.POST
    }


@require_safe
@login_required
@permission_required(SEE_ROWS, raise_exception=True)
def download(request: HttpRequest, batch_id: int, kind: str) -> HttpResponse:
    """The rejected rows with their reasons as CSV or XLSX, to be corrected and brought in again."""
    batch = batch_of(request, batch_id, permission=SEE_ROWS)
    if kind not in CONTENT_TYPES or not sees_personal_data(reader_of(request), batch):
        raise Http404
    response = HttpResponse(content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="import-{batch.pk}-errors.{kind}"'
    write_batch_errors(batch, response, kind="xlsx" if kind == "xlsx" else "csv")  # type: ignore[arg-type]
    record_read(batch, fields=["rejected rows"])
    return response
