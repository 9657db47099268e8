"""Facts per store, SKU and day that the rooms above report down."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.products import Sku
from catalog.models.stores import Store
from config.kernel.fields import MoneyField


class DailySales(models.Model):
    """What a SKU sold in a store on a store day. Rebuilt by whole days, never added to.

    Money is in the store's currency. `revenue` is net of discounts, before refunds; refunds stand on the day they happened.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", verbose_name=_("store"))
    sku = models.ForeignKey(Sku, models.CASCADE, related_name="daily_sales", verbose_name=_("SKU"))
    day = models.DateField(_("day"))
    order_count = models.PositiveIntegerField(_("orders"), default=0)
    units = models.IntegerField(_("units"), default=0)
    gift_units = models.IntegerField(_("gift units"), default=0)
    revenue = MoneyField(_("net sales"), default=Decimal(0))
    cost = MoneyField(_("cost of sales"), null=True, blank=True)
    refund_units = models.IntegerField(_("refunded units"), default=0)
    refund_amount = MoneyField(_("refunds"), default=Decimal(0))

    class Meta:
        verbose_name = _("daily sales")
        verbose_name_plural = _("daily sales")
        indexes = [
            models.Index(fields=["sku", "day"], name="daily_sales_sku_day"),
            models.Index(fields=["day"], name="daily_sales_day"),
        ]
        constraints = [models.UniqueConstraint(fields=["store", "day", "sku"], name="daily_sales_once")]

    def __str__(self) -> str:
        return f"{self.store_id} {self.sku_id} {self.day}"


class DailyTraffic(models.Model):
    """How often a SKU was shown and seen in a store on a day."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", verbose_name=_("store"))
    sku = models.ForeignKey(Sku, models.CASCADE, related_name="daily_traffic", verbose_name=_("SKU"))
    day = models.DateField(_("day"))
    impressions = models.PositiveIntegerField(_("impressions"), default=0)
    clicks = models.PositiveIntegerField(_("clicks"), default=0)
    visitors = models.PositiveIntegerField(_("visitors"), default=0)
    page_views = models.PositiveIntegerField(_("page views"), default=0)
    cart_adds = models.PositiveIntegerField(_("added to cart"), default=0)

    class Meta:
        verbose_name = _("daily traffic")
        verbose_name_plural = _("daily traffic")
        indexes = [models.Index(fields=["day"], name="daily_traffic_day")]
        constraints = [models.UniqueConstraint(fields=["store", "day", "sku"], name="daily_traffic_once")]

    def __str__(self) -> str:
        return f"{self.store_id} {self.sku_id} {self.day}"
