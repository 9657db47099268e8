"""The one sales ledger."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Sku, Store
from config.kernel.append_only import AppendOnlyModel
from config.kernel.fields import ExchangeRateField, MoneyField
from config.kernel.models import ImportBatch
from fulfillment.models.orders import Order, OrderLine
from membership.models import Customer


class SalesEntry(AppendOnlyModel):
    """The one sales ledger: what was sold and what was taken back, on the store day it happened.

    net sales = gross - discount; the paid amount is net sales + shipping + tax. Reversals are negative rows of their own day.
    """

    class Kind(models.TextChoices):
        SALE = "sale", pgettext_lazy("ledger kind", "sale")
        CANCEL_AFTER_PAY = (
            "cancel_after_pay",
            pgettext_lazy("ledger kind", "cancelled after payment"),
        )
        REFUND = "refund", pgettext_lazy("ledger kind", "refund")
        SHIPPING_REFUND = (
            "shipping_refund",
            pgettext_lazy("ledger kind", "postage refund"),
        )
        EXCHANGE_OUT = "exchange_out", pgettext_lazy("ledger kind", "exchange out")
        EXCHANGE_IN = "exchange_in", pgettext_lazy("ledger kind", "exchange in")
        EDIT = "edit", pgettext_lazy("ledger kind", "edit")
        ADJUSTMENT = "adjustment", pgettext_lazy("ledger kind", "adjustment")

    # The ledger grows by a row for every line sold: only keys that are asked for have an index.
    source_ref = models.CharField(_("source"), max_length=160, unique=True)
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_index=False, verbose_name=_("store"))
    order = models.ForeignKey(
        Order,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sales_entries",
        verbose_name=_("order"),
    )
    order_line = models.ForeignKey(
        OrderLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sales_entries",
        verbose_name=_("order line"),
    )
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("customer"),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    line_kind = models.CharField(_("line kind"), max_length=8, choices=OrderLine.Kind)
    # A kit is booked by its parts; `kit` says what was sold.
    sku = models.ForeignKey(
        Sku,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("SKU"),
    )
    kit = models.ForeignKey(
        Sku,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("kit"),
    )
    store_date = models.DateField(_("business day"))
    occurred_at = models.DateTimeField(_("when"))
    quantity = models.IntegerField(_("quantity"), default=0)
    gross_amount = MoneyField(_("gross"), default=Decimal(0))
    discount_amount = MoneyField(_("discount"), default=Decimal(0))
    shipping_amount = MoneyField(_("postage"), default=Decimal(0))
    tax_amount = MoneyField(_("tax"), default=Decimal(0))
    cost_amount = MoneyField(_("cost"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    exchange_rate = ExchangeRateField(_("exchange rate"), null=True, blank=True)
    import_batch = models.ForeignKey(
        ImportBatch,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("import"),
    )

    class Meta:
        verbose_name = _("sales entry")
        verbose_name_plural = _("sales ledger")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["store", "store_date"], name="sales_entry_store_day"),
            models.Index(fields=["sku", "store_date"], name="sales_entry_sku_day"),
        ]

    def __str__(self) -> str:
        return f"{self.store_date:%Y-%m-%d} {self.get_kind_display()}"
