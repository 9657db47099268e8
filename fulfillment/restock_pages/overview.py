"""The overview of a restock check."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fulfillment.models import RestockRun
from fulfillment.restock_pages.reach import (
    VIEW_RUNS,
    VIEW_SUGGESTIONS,
    page_context,
    reader,
    visible_runs,
    warehouses_in_reach,
)
from fulfillment.restock_pages.run_reads import run_page

RUNS_OFFERED = 60


@require_safe
@login_required
@permission_required([VIEW_RUNS, VIEW_SUGGESTIONS], raise_exception=True)
def overview(request: HttpRequest, run_id: int | None = None) -> HttpResponse:
    """The newest finished check in reach, or one named."""
    asked = request.GET.get("run", "")
    if asked:
        if not asked.isdecimal():
            raise Http404
        return redirect("restock:run", min(int(asked), 2**62))
    user = reader(request)
    runs = visible_runs(user)
    run = runs.first() if run_id is None else get_object_or_404(runs, pk=run_id)
    context = page_context(request, _("Restock check"))
    context["can_start"] = user.has_perm("kernel.run_jobrun")
    if run is None:
        # Without a warehouse nothing can be checked: the empty page says which step comes first.
        context["has_warehouse"] = bool(warehouses_in_reach(user, permission=VIEW_RUNS))
        context["unfinished"] = RestockRun.objects.filter(is_finished=False).select_related("job_run").first()
        return render(request, "fulfillment/restock/overview.html", context)
    offered = list(runs[:RUNS_OFFERED])
    context |= {
        "page": run_page(user, run, runs=runs),
        "run": run,
        "is_newest": offered[0].pk == run.pk,
        "offered": offered if run in offered else [run, *offered],
    }
    return render(request, "fulfillment/restock/overview.html", context)
