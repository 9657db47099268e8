"""The board of the latest days, the list of reports, and one report."""

from datetime import date, timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db.models import Max
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from analytics.forms import BuildForm
from analytics.jobs import KIND, report_parameters
from analytics.measures import ADDITIVE_NAMES
from analytics.metric_texts import formula_of, group_name, name_of
from analytics.metrics import WITH_SOURCE
from analytics.models import Report, ReportPicture, StoreDay
from analytics.periods import Period
from analytics.queries.figures import currency_groups, latest_measures
from analytics.queries.reports import VIEW, visible_reports
from analytics.reading import format_value
from analytics.services.mailing import report_csv, report_page, title_of
from catalog.models import Store
from catalog.scopes import visible_stores
from config.kernel.jobs import start_run
from config.kernel.models import JobRun, User

VIEW_DAYS = "analytics.view_storeday"
RUN = "kernel.run_jobrun"
SPANS = (1, 7, 28)
# Figures that the board makes from store days and one count of people.
ON_BOARD = {*ADDITIVE_NAMES, "buyers"}
PAGE_SIZE = 25


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_safe
@login_required
@permission_required(VIEW_DAYS, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """The registry's figures of the last day, 7 and 28 days within the reader's stores."""
    reach = visible_stores(_reader(request), permission=VIEW_DAYS)
    stores = list((Store.objects.all() if reach is None else reach).filter(is_active=True).order_by("pk"))
    last = StoreDay.objects.filter(store__in=stores, paid_orders__gt=0).aggregate(last=Max("day"))["last"]
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Boards"),
        "last": last,
        "spans": SPANS,
        "sections": _board(stores, last) if last else [],
    }
    return render(request, "analytics/index.html", context)


def _board(stores: list[Store], last: date) -> list[dict[str, Any]]:
    sections = []
    periods = [Period(last - timedelta(days=span - 1), last) for span in SPANS]
    for group in currency_groups(stores, periods):
        measures = latest_measures(group, periods)
        rows = [
            {
                "group": group_name(metric),
                "name": name_of(metric),
                "formula": formula_of(metric),
                "values": [format_value(metric, metric.value(one), currency=group.currency) for one in measures],
            }
            for metric in WITH_SOURCE
            if set(metric.terms) <= ON_BOARD
        ]
        sections.append({"currency": group.currency, "is_converted": group.is_converted, "rows": rows})
    return sections


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def reports(request: HttpRequest) -> HttpResponse:
    """Kept reports, newest first; `kind` narrows the list."""
    found = visible_reports(_reader(request)).select_related("store").defer("content")
    kind = request.GET.get("kind", "")
    if kind in Report.Kind.values:
        found = found.filter(kind=kind)
    page = Paginator(found.order_by("-last_day", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        **admin.site.each_context(request),
        "title": _("Reports"),
        "page": page,
        "kinds": Report.Kind.choices,
        "kind": kind,
        "form": BuildForm(reader=_reader(request)) if request.user.has_perm(RUN) else None,
    }
    return render(request, "analytics/reports.html", context)


@require_POST
@login_required
@permission_required([VIEW, RUN], raise_exception=True)
def build(request: HttpRequest) -> HttpResponse:
    """Start building a report within the reader's stores and go to the run's progress."""
    form = BuildForm(request.POST, reader=_reader(request))
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("analytics:reports")
    wanted = form.cleaned_data
    store_code = wanted["store"].code if wanted["store"] else ""
    run = start_run(
        KIND,
        parameters=report_parameters(wanted["kind"], day=wanted["day"], store_code=store_code),
        trigger=JobRun.Trigger.BUTTON,
        requested_by=_reader(request),
        store_code=store_code,
    )
    messages.success(request, _("The report is being built."))
    if request.user.has_perm("kernel.view_jobrun"):
        return redirect("admin:kernel_jobrun_change", run.pk)
    return redirect("analytics:reports")


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report as it was built."""
    found = get_object_or_404(visible_reports(_reader(request)).select_related("store"), pk=report_id)
    context = {**admin.site.each_context(request), **report_page(found), "title": title_of(found)}
    return render(request, "analytics/report.html", context)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def picture(request: HttpRequest, report_id: int, name: str) -> FileResponse:
    """A picture of a report in the reader's language."""
    reach = visible_reports(_reader(request)).filter(pk=report_id)
    language = translation.get_language() or "en"
    found = get_object_or_404(ReportPicture, report__in=reach, name=name, language=language)
    return FileResponse(found.file.open("rb"), content_type="image/png")


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def table(request: HttpRequest, report_id: int) -> HttpResponse:
    """The KPI table of a report as CSV."""
    found = get_object_or_404(visible_reports(_reader(request)), pk=report_id)
    response = HttpResponse(report_csv(found).encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="report-{found.pk}.csv"'
    return response
