"""The RFM pages: a run with its segments, heat table and movements; the customers behind each number; their export."""

import io
from collections.abc import Callable
from typing import Any, BinaryIO, cast
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.kernel.audit import record_change
from config.kernel.importing.export import write_csv, write_xlsx
from config.kernel.models import User
from config.kernel.personal import mask_name
from membership import rfm_reads
from membership.models import RfmRun, RfmScore, RfmSegmentTotal
from membership.run_notes import run_notes

PAGE_SIZE = 50
RUNS_OFFERED = 60
FILTERS = ("segment", "value_segment", "recency_score", "frequency_score", "monetary_score", "dormant")
WRITERS: dict[str, tuple[Callable[..., None], str]] = {
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def _reader(request: HttpRequest) -> User:
    return cast("User", request.user)


def _map(request: HttpRequest) -> str:
    chosen = request.GET.get("map", rfm_reads.NAMED)
    if chosen not in RfmSegmentTotal.Map.values:
        raise Http404
    return chosen


def _run(request: HttpRequest, run_id: int | None) -> RfmRun | None:
    runs = rfm_reads.visible_runs(_reader(request))
    if run_id is not None:
        return get_object_or_404(runs, pk=run_id)
    store = request.GET.get("store", "")
    if store:
        runs = runs.filter(store__code=store)
        if not runs.exists():
            raise Http404
    current = runs.filter(is_current=True)
    return current.filter(store__isnull=True).first() or current.first() or runs.order_by("-pk").first()


@require_safe
@login_required
@permission_required(rfm_reads.VIEW, raise_exception=True)
def overview(request: HttpRequest, run_id: int | None = None) -> HttpResponse:
    """A run: by default the current one over all stores, of `?store=`, or one named; `?map=` chooses the map."""
    run, map_code = _run(request, run_id), _map(request)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("RFM segments"),
        "run": run,
        "map": map_code,
        "can_start": request.user.has_perm("kernel.run_jobrun"),
        "can_see_customers": request.user.has_perm(rfm_reads.VIEW_SCORES),
    }
    if run is not None:
        context |= {
            "maps": [(value, label, value == map_code) for value, label in RfmSegmentTotal.Map.choices],
            "filter_name": "segment" if map_code == rfm_reads.NAMED else "value_segment",
            "notes": run_notes(run),
            "rows": rfm_reads.segment_rows(run, map_code=map_code),
            "heat": rfm_reads.heat_table(run) if run.has_scores else None,
            "columns": [*rfm_reads.segment_names(map_code).values(), _("no longer scored")],
            "matrix": rfm_reads.transition_matrix(run, map_code=map_code),
            "runs": list(rfm_reads.visible_runs(_reader(request)).filter(store=run.store)[:RUNS_OFFERED]),
            "stores": rfm_reads.stores_with_runs(_reader(request)),
        }
    return render(request, "membership/rfm.html", context)


def _chosen(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in FILTERS if request.GET.get(name)}


def _described(chosen: dict[str, str]) -> list[str]:
    """What the list is narrowed to, in words."""
    texts = []
    for name, map_code in (("segment", "named"), ("value_segment", "value")):
        if name in chosen:
            texts.append(rfm_reads.segment_names(map_code).get(chosen[name], chosen[name]))
    for name, letter in (("recency_score", "R"), ("frequency_score", "F"), ("monetary_score", "M")):
        if name in chosen:
            texts.append(f"{letter} = {chosen[name]}")
    if "dormant" in chosen:
        texts.append(_("dormant"))
    return texts


@require_safe
@login_required
@permission_required(rfm_reads.VIEW_SCORES, raise_exception=True)
def customers(request: HttpRequest, run_id: int) -> HttpResponse:
    """The customers behind a number, page by page by key, names masked."""
    run = get_object_or_404(rfm_reads.visible_runs(_reader(request), permission=rfm_reads.VIEW_SCORES), pk=run_id)
    chosen = _chosen(request)
    scores = rfm_reads.scores_of(run, chosen)
    after = request.GET.get("after", "")
    rows = scores.order_by("pk")
    if after.isdecimal():
        rows = rows.filter(pk__gt=min(int(after), 2**62))
    page = list(rows[: PAGE_SIZE + 1])
    more = urlencode({**chosen, "after": page[PAGE_SIZE - 1].pk}) if len(page) > PAGE_SIZE else ""
    context = {
        **admin.site.each_context(request),
        "title": _("Customers of a segment"),
        "run": run,
        "described": _described(chosen),
        "sums": rfm_reads.sums_of(scores),
        "rows": [(score, mask_name(score.customer.name)) for score in page[:PAGE_SIZE]],
        "more": more,
        "is_first": not after,
        "first": urlencode(chosen),
        "exports": [
            (kind.upper(), f"{reverse('membership:rfm-export', args=[run.pk, kind])}?{urlencode(chosen)}")
            for kind in WRITERS
        ],
    }
    return render(request, "membership/rfm_customers.html", context)


@require_safe
@login_required
@permission_required(rfm_reads.VIEW_SCORES, raise_exception=True)
def export(request: HttpRequest, run_id: int, kind: str) -> HttpResponse:
    """The customers behind a number as CSV or XLSX: numbers and scores, no personal data; noted in the audit trail."""
    if kind not in WRITERS:
        raise Http404
    run = get_object_or_404(rfm_reads.visible_runs(_reader(request), permission=rfm_reads.VIEW_SCORES), pk=run_id)
    chosen = _chosen(request)
    write, content_type = WRITERS[kind]
    stream: BinaryIO = io.BytesIO()
    scores = rfm_reads.scores_of(run, chosen)
    write(stream, headings=_headings(), rows=(_cells(score) for score in rfm_reads.in_chunks(scores)))
    record_change("rfm_scores.exported", on=run, after={"kind": kind, **chosen})
    stream.seek(0)
    response = HttpResponse(stream, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="rfm-{run.as_of:%Y%m%d}-{run.pk}.{kind}"'
    return response


def _headings() -> list[str]:
    return [
        _("Customer"),
        _("Days since the last purchase"),
        _("Purchases"),
        _("Net spending"),
        "R",
        "F",
        "M",
        _("Segment"),
        _("Value segment"),
        _("Dormant"),
    ]


def _cells(score: RfmScore) -> list[Any]:
    return [
        score.customer.number,
        score.recency_days,
        score.frequency,
        score.monetary,
        score.recency_score,
        score.frequency_score,
        score.monetary_score,
        score.get_segment_display(),
        score.get_value_segment_display(),
        _("yes") if score.is_dormant else _("no"),
    ]
