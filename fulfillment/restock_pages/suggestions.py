"""The list of suggestions by supplier."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fulfillment.models import RestockPolicy, RestockSuggestion, Supplier
from fulfillment.remarks import REMARKS
from fulfillment.restock_pages import list_reads
from fulfillment.restock_pages.reach import (
    APPROVE,
    VIEW_SUGGESTIONS,
    page_context,
    reader,
    visible_suggestions,
    warehouses_in_reach,
)
from fulfillment.restock_pages.words import DEMAND_CLASSES

PAGE_SIZE = 50
FILTERS = ("state", "run", "supplier", "warehouse", "velocity_class", "demand_class", "remark", "q")


def chosen_filters(values: Any) -> dict[str, str]:
    """The known filters of a query or a form, empty ones left out."""
    return {name: text for name in FILTERS if (text := values.get(name, "").strip()[:100])}


@require_safe
@login_required
@permission_required(VIEW_SUGGESTIONS, raise_exception=True)
def suggestion_list(request: HttpRequest) -> HttpResponse:
    """Suggestions in groups of supplier and warehouse, 50 to a page; open ones by default."""
    user = reader(request)
    chosen = chosen_filters(request.GET)
    found = list_reads.narrowed(visible_suggestions(user), chosen)
    page = Paginator(list_reads.in_order(found), PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    context = page_context(request, _("Restock suggestions"))
    context |= {
        "page": page,
        "groups": list_reads.groups_of(shown, everything=found) if shown else [],
        "chosen": chosen,
        "query": urlencode(chosen),
        "can_approve": user.has_perm(APPROVE),
        "shows_open": chosen.get("state", "open") == "open",
        "pickers": _pickers(user, chosen),
        "is_narrowed": bool(chosen),
    }
    return render(request, "fulfillment/restock/suggestions.html", context)


def _pickers(user: Any, chosen: dict[str, str]) -> list[dict[str, Any]]:
    """The choices of the filter bar, each with its name, label and options (value, words, chosen)."""
    states = [(state.value, state.label) for state in list_reads.STATES]
    suppliers = [(str(one.pk), str(one)) for one in Supplier.objects.filter(is_active=True)]
    warehouses = warehouses_in_reach(user, permission=VIEW_SUGGESTIONS)
    choices: list[tuple[str, str, list[tuple[str, Any]]]] = [
        ("supplier", _("Supplier"), [("", _("all")), *suppliers, (list_reads.NO_SUPPLIER, _("without a supplier"))]),
        ("warehouse", _("Warehouse"), [("", _("all")), *((str(one.pk), str(one)) for one in warehouses)]),
        ("velocity_class", _("Velocity"), [("", _("all")), *RestockPolicy.VelocityClass.choices]),
        ("demand_class", _("Demand"), [("", _("all")), *DEMAND_CLASSES.items()]),
        ("remark", _("Remark"), [("", _("all")), *REMARKS.items()]),
        ("state", _("State"), [*states, (list_reads.EVERY_STATE, _("all"))]),
    ]
    return [
        {
            "name": name,
            "label": label,
            "options": [
                (value, words, value == chosen.get(name, "" if name != "state" else RestockSuggestion.State.OPEN))
                for value, words in options
            ],
        }
        for name, label, options in choices
    ]
