"""One suggestion: its arithmetic unfolded, its demand, its history; change the quantity or refuse it."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.kernel.errors import DomainError
from config.kernel.models import AuditEntry
from fulfillment.models import PurchaseOrderLine, RestockSuggestion, SkuForecast
from fulfillment.restock_pages.demand_charts import WEEK, days_of, demand_and_forecast
from fulfillment.restock_pages.event_bands import events_of
from fulfillment.restock_pages.evidence import evidence_of
from fulfillment.restock_pages.forms import EditForm, ReasonForm
from fulfillment.restock_pages.older_edits import newer_views
from fulfillment.restock_pages.reach import (
    APPROVE,
    CONFLICT,
    EDIT_SUGGESTIONS,
    INVALID,
    VIEW_SUGGESTIONS,
    page_context,
    reader,
    visible_suggestions,
)
from fulfillment.restock_pages.unfolding import sheet_of, unfolded
from fulfillment.services.suggestions import edit_suggestion, reject_suggestions

HISTORY_WEEKS = 26
# By day a quarter is what a screen can show.
DAILY_WEEKS = 13
BY_DAY = "day"
CHANGES_SHOWN = 20


def _found(request: HttpRequest, suggestion_id: int, *, permission: str) -> RestockSuggestion:
    rows = visible_suggestions(reader(request), permission=permission)
    rows = rows.select_related("sku__product", "warehouse", "supplier", "run", "edited_by")
    found: RestockSuggestion = get_object_or_404(rows, pk=suggestion_id)
    return found


@require_safe
@login_required
@permission_required(VIEW_SUGGESTIONS, raise_exception=True)
def show(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    """The suggestion as it stands."""
    suggestion = _found(request, suggestion_id, permission=VIEW_SUGGESTIONS)
    return _page(request, suggestion)


@require_POST
@login_required
@permission_required([VIEW_SUGGESTIONS, EDIT_SUGGESTIONS], raise_exception=True)
def edit(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    """Change the quantity; a stale page gets what it is now beside what was typed."""
    suggestion = _found(request, suggestion_id, permission=EDIT_SUGGESTIONS)
    form = EditForm(request.POST)
    if not form.is_valid():
        return _page(request, suggestion, edit_form=form, status=INVALID)
    typed = form.cleaned_data
    try:
        edit_suggestion(
            suggestion.pk,
            quantity=typed["quantity"],
            actor=reader(request),
            reason=typed["reason"],
            seen_quantity=typed["seen"],
        )
    except DomainError as error:
        return _stale(request, suggestion.pk, form=form, error=error)
    messages.success(request, _("The quantity is changed. The next check leaves it as it is."))
    return redirect("restock:suggestion", suggestion.pk)


def _stale(request: HttpRequest, suggestion_id: int, *, form: EditForm, error: DomainError) -> HttpResponse:
    """The page as it is now, with what was typed: sent again it goes over the other's change knowingly."""
    suggestion = _found(request, suggestion_id, permission=VIEW_SUGGESTIONS)
    typed = form.cleaned_data
    again = EditForm({**typed, "seen": suggestion.quantity})
    difference = {
        "error": str(error.message),
        "seen": typed["seen"],
        "typed": typed["quantity"],
        "reason": typed["reason"],
    }
    return _page(request, suggestion, edit_form=again, difference=difference, status=CONFLICT)


@require_POST
@login_required
@permission_required([VIEW_SUGGESTIONS, APPROVE], raise_exception=True)
def refuse(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    """Refuse it with a reason."""
    suggestion = _found(request, suggestion_id, permission=APPROVE)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, suggestion, refuse_form=form, status=INVALID)
    if reject_suggestions([suggestion.pk], actor=reader(request), reason=form.cleaned_data["reason"]):
        messages.success(request, _("The suggestion is refused. A later check may suggest it again."))
    else:
        messages.warning(request, _("This suggestion has been decided meanwhile."))
    return redirect("restock:suggestion", suggestion.pk)


def _page(
    request: HttpRequest,
    suggestion: RestockSuggestion,
    *,
    edit_form: EditForm | None = None,
    refuse_form: ReasonForm | None = None,
    difference: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    key = {"run": suggestion.run_id, "sku": suggestion.sku_id, "warehouse": suggestion.warehouse_id}
    forecast = SkuForecast.objects.filter(**key).first()
    sheet = sheet_of(suggestion, forecast=forecast)
    user, is_open = reader(request), suggestion.state == RestockSuggestion.State.OPEN
    line = PurchaseOrderLine.objects.filter(suggestion=suggestion).select_related("order").first()
    context = page_context(request, _("Restock suggestion"))
    context |= {
        "one": suggestion,
        "currency": suggestion.supplier.currency if suggestion.supplier else settings.BASE_CURRENCY,
        "forecast": forecast,
        "steps": unfolded(sheet) if sheet else [],
        "notes": _lot_notes(suggestion),
        "evidence": evidence_of(forecast) if forecast else None,
        "chart": _chart(suggestion, forecast, by_week=request.GET.get("by") != BY_DAY),
        "changes": _changes(suggestion),
        "older": newer_views([suggestion]).get(suggestion.pk),
        "order": line.order if line else None,
        "difference": difference,
        "edit_form": (edit_form or EditForm(initial={"quantity": suggestion.quantity, "seen": suggestion.quantity}))
        if is_open and user.has_perm(EDIT_SUGGESTIONS)
        else None,
        "refuse_form": (refuse_form or ReasonForm(auto_id="refuse_%s")) if is_open and user.has_perm(APPROVE) else None,
    }
    return render(request, "fulfillment/restock/suggestion.html", context, status=status)


def _lot_notes(suggestion: RestockSuggestion) -> list[str]:
    """Where an edited quantity does not fit the supplier's lots: told, not refused."""
    lot = suggestion.inputs.get("lot")
    if not lot or suggestion.quantity == suggestion.suggested_quantity:
        return []
    notes = []
    if suggestion.quantity % lot["pack"]:
        notes.append(
            _("%(count)s pieces are not whole packs of %(pack)s.") % {"count": suggestion.quantity, "pack": lot["pack"]}
        )
    if suggestion.quantity < lot["moq"]:
        notes.append(
            _("%(count)s pieces are below the supplier's minimum order of %(minimum)s.")
            % {"count": suggestion.quantity, "minimum": lot["moq"]}
        )
    return notes


def _chart(suggestion: RestockSuggestion, forecast: SkuForecast | None, *, by_week: bool) -> dict[str, Any]:
    last = suggestion.run.business_date
    weeks = HISTORY_WEEKS if by_week else DAILY_WEEKS
    first = last - timedelta(days=weeks * WEEK - 1)
    days = days_of(suggestion.sku_id, warehouse_ids=[suggestion.warehouse_id], first=first, last=last)
    lead = suggestion.inputs.get("lead_time") or {"mean_days": 0, "review_days": 0}
    ahead = forecast.daily_units if forecast else []
    chart = demand_and_forecast(
        days,
        ahead=ahead,
        interval_days=round(lead["mean_days"] + lead["review_days"]),
        events=events_of(suggestion.warehouse_id, first=first, last=last + timedelta(days=len(ahead))),
        by_week=by_week,
    )
    address = reverse("restock:suggestion", args=[suggestion.pk])
    chart["switch"] = [
        {"name": _("By week"), "link": f"{address}#demand", "is_current": by_week},
        {"name": _("By day"), "link": f"{address}?by={BY_DAY}#demand", "is_current": not by_week},
    ]
    return chart


def _changes(suggestion: RestockSuggestion) -> list[AuditEntry]:
    entries = AuditEntry.objects.filter(
        object_type=RestockSuggestion._meta.label, object_id=str(suggestion.pk), action="suggestion.edited"
    )
    return list(entries.select_related("actor").order_by("-pk")[:CHANGES_SHOWN])
