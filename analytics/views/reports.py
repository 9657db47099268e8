"""The list of reports, one report, and who gets them by mail."""

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analytics.forms import BuildForm
from analytics.jobs import KIND, report_parameters
from analytics.models import ReportPicture, ReportSubscription
from analytics.queries.reports import VIEW, visible_reports
from analytics.report_forms import ReportFilterForm, SubscriptionForm
from analytics.services.mailing import report_csv, report_page, title_of
from analytics.services.subscriptions import subscribe, unsubscribe
from config.kernel.jobs import start_run
from config.kernel.models import JobRun, User
from config.kernel.pressing import pressed_once

RUN = "kernel.run_jobrun"
SUBSCRIBE = "analytics.add_reportsubscription"
PAGE_SIZE = 25


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def reports(request: HttpRequest) -> HttpResponse:
    """Kept reports, newest first, narrowed by kind, store and days."""
    found = visible_reports(_reader(request)).select_related("store").defer("content")
    narrowing = ReportFilterForm(request.GET, reader=_reader(request))
    found = narrowing.narrow(found)
    page = Paginator(found.order_by("-last_day", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        **admin.site.each_context(request),
        "title": _("Reports"),
        "page": page,
        "narrowing": narrowing,
        "is_narrowed": bool(narrowing.changed_data),
        "may_subscribe": request.user.has_perm(SUBSCRIBE),
        "form": BuildForm(reader=_reader(request)) if request.user.has_perm(RUN) else None,
    }
    return render(request, "analytics/reports.html", context)


@require_POST
@login_required
@permission_required([VIEW, RUN], raise_exception=True)
@pressed_once
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
    response = HttpResponse(report_csv(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="report-{found.pk}.csv"'
    return response


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def mail_preview(request: HttpRequest, report_id: int) -> HttpResponse:
    """The mail of a report as its subscribers get it, in the reader's language, with the pictures it carries."""
    found = get_object_or_404(visible_reports(_reader(request)).select_related("store"), pk=report_id)
    language = translation.get_language() or "en"
    names = found.pictures.filter(language=language).order_by("name").values_list("name", flat=True)
    pictures = [
        {"name": f"{name}.png", "address": reverse("analytics:picture", args=[found.pk, name])} for name in names
    ]
    link = reverse("analytics:report", args=[found.pk])
    context = {**report_page(found), "title": title_of(found), "link": link, "pictures": pictures, "is_preview": True}
    return render(request, "analytics/report_mail.html", context)


@login_required
@permission_required([VIEW, SUBSCRIBE], raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def subscriptions(request: HttpRequest) -> HttpResponse:
    """The reader's own reports by mail: what is coming, one more, one less."""
    reader = _reader(request)
    form = SubscriptionForm(request.POST or None, reader=reader)
    if request.method == "POST" and "end" in request.POST:
        number = request.POST["end"]
        if not (number.isdecimal() and len(number) < 19) or not unsubscribe(reader, subscription_id=int(number)):
            raise Http404
        messages.success(request, _("This report no longer comes by mail."))
        return redirect("analytics:subscriptions")
    if request.method == "POST" and form.is_valid():
        subscribe(reader, kind=form.cleaned_data["kind"], store=form.cleaned_data["store"])
        messages.success(request, _("The next report of this kind comes by mail."))
        return redirect("analytics:subscriptions")
    own = ReportSubscription.objects.filter(user=reader).select_related("store").order_by("kind", "store__code")
    context = {
        **admin.site.each_context(request),
        "title": _("My reports by mail"),
        "subscriptions": own,
        "form": form,
        "address": reader.email,
    }
    return render(request, "analytics/subscriptions.html", context)
