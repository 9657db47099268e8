"""Within a place: asks the admin's lists of a million rows. `plain` puts unfold's own change list in ours' stead."""

import sys

from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from unfold.admin import ModelAdmin

from config.kernel.keyset import SortKey, ordered_page
from config.kernel.models import AuditEntry
from fulfillment.admin.orders import OrderAdmin
from fulfillment.models import Order, SalesEntry
from membership.models import Customer
from tests.bench.asking import ask, signed_in
from tests.bench.rows import fill

ROWS, PAGE_SIZE, DEEP_PAGE = 1_000_000, 25, 20_000
SEARCHES: dict[type[Model], str] = {
    Order: "X0777777",
    SalesEntry: "X0777777",
    AuditEntry: "0777777",
    Customer: "CU0777777",
}


class PlainOrders(ModelAdmin):
    """The same columns, filters, page size and searched columns, with everything else as the package has it."""

    list_display = OrderAdmin.list_display
    list_filter = OrderAdmin.list_filter
    list_select_related = OrderAdmin.list_select_related
    list_per_page = PAGE_SIZE
    search_fields = ["number", "external_number"]
    recipient = OrderAdmin.recipient


def ours(client: Client) -> None:
    """First page, search, a deep page and the last one of each list."""
    for model, words in SEARCHES.items():
        fill(model, ROWS)
        name = str(model._meta.model_name)
        address = reverse(f"admin:{model._meta.app_label}_{name}_changelist")
        ask(client, address, name=f"{name}: first page")
        ask(client, f"{address}?q={words}", name=f"{name}: search")
        ask(client, f"{address}?q=nothing", name=f"{name}: search without a hit")
        ask(client, f"{address}?cursor={_deep(model)}", name=f"{name}: page {DEEP_PAGE:,}")
        ask(client, f"{address}?cursor=last", name=f"{name}: last page")


def plain(client: Client) -> None:
    """The same questions to the package's own list."""
    address = reverse("admin:fulfillment_order_changelist")
    ask(client, address, name="order: first page")
    ask(client, f"{address}?q={SEARCHES[Order]}", name="order: search")
    ask(client, f"{address}?p={DEEP_PAGE}", name=f"order: page {DEEP_PAGE:,}")


def _deep(model: type[Model]) -> str:
    """The cursor of the deep page: it stands on the last row of the page before."""
    rows_before = PAGE_SIZE * (DEEP_PAGE - 1)
    newest = model._default_manager.order_by("-pk").values_list("pk", flat=True)[0]
    from_there = model._default_manager.filter(pk__lte=newest - rows_before + PAGE_SIZE)
    return ordered_page(from_there, keys=[SortKey("id", descending=True)], cursor="", size=PAGE_SIZE).older


if __name__ == "__main__":
    if sys.argv[1:] == ["plain"]:
        admin.site.unregister(Order)
        admin.site.register(Order, PlainOrders)
        plain(signed_in())
    else:
        ours(signed_in())
