"""Who sees what on the restock pages: everything is bounded by the warehouses that a person's roles reach."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from config.kernel.models import User
from fulfillment.models import PurchaseOrder, RestockRun, RestockSuggestion, SkuForecast, Warehouse
from fulfillment.queries.warehouses import visible_warehouses

VIEW_RUNS = "fulfillment.view_restockrun"
VIEW_SUGGESTIONS = "fulfillment.view_restocksuggestion"
EDIT_SUGGESTIONS = "fulfillment.change_restocksuggestion"
APPROVE = "fulfillment.approve_restocksuggestion"
VIEW_ORDERS = "fulfillment.view_purchaseorder"
CHANGE_ORDERS = "fulfillment.change_purchaseorder"
SEND_ORDERS = "fulfillment.send_purchaseorder"
RECEIVE = "fulfillment.receive_purchaseorder"
VIEW_STOCK = "fulfillment.view_stockbalance"
# A form that comes back with its errors is an ordinary page; one that somebody else was quicker than is not.
INVALID, CONFLICT = 200, 409


def reader(request: HttpRequest) -> User:
    """Who is signed in."""
    return cast("User", request.user)


def page_context(request: HttpRequest, title: object) -> dict[str, Any]:
    """What every page of the back office needs, and its title."""
    return {**admin.site.each_context(request), "title": title}


def within(user: User, rows: QuerySet[Any], *, permission: str, field: str = "warehouse") -> QuerySet[Any]:
    """The rows whose `field` is a warehouse in reach."""
    warehouses = visible_warehouses(user, permission=permission)
    return rows if warehouses is None else rows.filter(**{f"{field}__in": warehouses.values("pk")})


def warehouses_in_reach(user: User, *, permission: str) -> list[Warehouse]:
    """The warehouses somebody may choose from, by code."""
    warehouses = visible_warehouses(user, permission=permission)
    return list((Warehouse.objects.all() if warehouses is None else warehouses).order_by("code"))


def visible_runs(user: User) -> QuerySet[RestockRun]:
    """Finished checks that looked at a warehouse in reach, the newest first."""
    runs = RestockRun.objects.filter(is_finished=True).select_related("store").order_by("-pk")
    warehouses = visible_warehouses(user, permission=VIEW_RUNS)
    if warehouses is None:
        return runs
    looked_at = SkuForecast.objects.filter(run=OuterRef("pk"), warehouse__in=warehouses.values("pk"))
    return runs.filter(Exists(looked_at))


def visible_suggestions(user: User, *, permission: str = VIEW_SUGGESTIONS) -> QuerySet[RestockSuggestion]:
    """What finished checks suggest for the warehouses in reach."""
    shown = RestockSuggestion.objects.exclude(state=RestockSuggestion.State.PREPARED)
    return within(user, shown, permission=permission)


def visible_purchase_orders(user: User, *, permission: str = VIEW_ORDERS) -> QuerySet[PurchaseOrder]:
    """Purchase orders into the warehouses in reach."""
    return within(user, PurchaseOrder.objects.select_related("supplier", "warehouse"), permission=permission)
