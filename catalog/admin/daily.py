"""What SKUs sold and how often they were seen, by day."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.admin.base import reachable
from catalog.models import DailySales, DailyTraffic
from config.kernel.admin.base import KeptByServices


class DailyAdmin(KeptByServices):
    """Facts of a day."""

    list_filter = ["store"]
    search_fields = ["sku__code", "sku__barcode", "sku__product__name", "sku__product__english_name"]
    list_select_related = ["store", "sku"]
    date_hierarchy = "day"


@admin.register(DailySales)
class DailySalesAdmin(DailyAdmin):
    """What SKUs sold by day."""

    list_display = ["day", "store", "sku", "units", "revenue", "refund_units", "refund_amount"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DailySales]:
        rows = super().get_queryset(request)
        return reachable(request, rows, permission="catalog.view_dailysales", path="store")  # type: ignore[no-any-return]


@admin.register(DailyTraffic)
class DailyTrafficAdmin(DailyAdmin):
    """How often SKUs were seen by day."""

    list_display = ["day", "store", "sku", "impressions", "clicks", "visitors", "page_views"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DailyTraffic]:
        rows = super().get_queryset(request)
        return reachable(request, rows, permission="catalog.view_dailytraffic", path="store")  # type: ignore[no-any-return]
