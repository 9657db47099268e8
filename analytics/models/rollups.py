"""Measures per store and day, rebuilt by whole days from the ledgers."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Store
from config.kernel.fields import ExchangeRateField, MoneyField


class StoreDay(models.Model):
    """The additive measures of one store day, in the store's currency. Rates and per-buyer figures are never stored.

    Buyers are distinct within the day only: over a range they are counted again from the purchases.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="days", verbose_name=_("store"))
    day = models.DateField(_("day"))
    # on the placed date
    placed_orders = models.PositiveIntegerField(_("orders placed"), default=0)
    placed_amount = MoneyField(_("placed amount"), default=Decimal(0))
    paid_in_time_orders = models.PositiveIntegerField(_("of which paid within 24 hours"), default=0)
    # on the paid date
    paid_orders = models.PositiveIntegerField(_("orders paid"), default=0)
    paid_amount = MoneyField(_("paid amount (GMV)"), default=Decimal(0))
    known_amount = MoneyField(_("of which by known buyers"), default=Decimal(0))
    buyers = models.PositiveIntegerField(_("buyers"), default=0)
    guest_orders = models.PositiveIntegerField(_("orders of unknown buyers"), default=0)
    units = models.IntegerField(_("units"), default=0)
    gross_amount = MoneyField(_("gross sales"), default=Decimal(0))
    discount_amount = MoneyField(_("discounts"), default=Decimal(0))
    shipping_amount = MoneyField(_("postage"), default=Decimal(0))
    # on the refund's date
    reversal_amount = MoneyField(_("reversals of net sales"), default=Decimal(0))
    refund_amount = MoneyField(_("refunds"), default=Decimal(0))
    refund_orders = models.PositiveIntegerField(_("orders with a refund"), default=0)
    refund_units = models.IntegerField(_("units taken back"), default=0)
    cancelled_orders = models.PositiveIntegerField(_("paid orders cancelled before dispatch"), default=0)
    cost_amount = MoneyField(_("cost of sales"), default=Decimal(0))
    # Net sales of rows whose cost is unknown: gross profit covers the rest only, and says so.
    uncosted_amount = MoneyField(_("net sales without cost"), default=Decimal(0))
    adjustment_amount = MoneyField(_("adjustments"), default=Decimal(0))
    # service
    tickets_opened = models.PositiveIntegerField(_("tickets opened"), default=0)
    tickets_resolved = models.PositiveIntegerField(_("tickets resolved"), default=0)
    # Units of the base currency for one: of the day, and of the sales that the day's refunds take back.
    exchange_rate = ExchangeRateField(_("exchange rate"), null=True, blank=True)
    refund_exchange_rate = ExchangeRateField(_("exchange rate of the refunds"), null=True, blank=True)
    generation = models.PositiveIntegerField(_("built so many times"), default=1)
    built_at = models.DateTimeField(_("built at"))

    class Meta:
        verbose_name = _("store day")
        verbose_name_plural = _("store days")
        ordering = ["-day", "store"]
        indexes = [models.Index(fields=["day"], name="store_day_day")]
        constraints = [models.UniqueConstraint(fields=["store", "day"], name="store_day_once")]

    def __str__(self) -> str:
        return f"{self.store} {self.day}"
