"""Purchase facts, reported from below the counter: RFM, tiers and lifetime value live on these alone."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Sku, Store
from config.kernel.append_only import AppendOnlyModel
from config.kernel.fields import MoneyField
from membership.models.customers import Customer


class Purchase(AppendOnlyModel):
    """A completed sale. `checkout_ref` is the occasion: parts of one checkout share it and count once."""

    source_ref = models.CharField(_("source"), max_length=120, unique=True)
    checkout_ref = models.CharField(_("checkout"), max_length=120)
    # A guest has no customer: in sales, never in RFM.
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="purchases",
        verbose_name=_("customer"),
    )
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    paid_at = models.DateTimeField(_("paid at"))
    paid_on = models.DateField(_("paid on"))
    currency = models.CharField(_("currency"), max_length=3)
    amount = MoneyField(_("paid amount"))
    base_amount = MoneyField(_("paid amount in base currency"), null=True, blank=True)
    goods_amount = MoneyField(_("of which goods"))
    goods_units = models.PositiveIntegerField(_("goods units"), default=0)
    cost = MoneyField(_("cost"), null=True, blank=True)

    class Meta:
        verbose_name = _("purchase")
        verbose_name_plural = _("purchases")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["customer", "paid_on"], name="purchase_customer"),
            models.Index(fields=["store", "paid_on"], name="purchase_store_day"),
            models.Index(fields=["paid_on"], name="purchase_day"),
        ]

    def __str__(self) -> str:
        return self.source_ref


class PurchaseLine(AppendOnlyModel):
    """A SKU within a purchase."""

    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="lines", verbose_name=_("purchase"))
    sku = models.ForeignKey(
        Sku,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("SKU"),
    )
    quantity = models.IntegerField(_("quantity"))
    net_amount = MoneyField(_("net amount"))
    cost = MoneyField(_("cost"), null=True, blank=True)

    class Meta:
        verbose_name = _("purchase line")
        verbose_name_plural = _("purchase lines")

    def __str__(self) -> str:
        return f"{self.purchase_id}: {self.quantity} x {self.sku_id}"


class PurchaseRefund(AppendOnlyModel):
    """Money that went back. Without a purchase it is an unlinked refund: it lowers the customer's value, never the count.

    A refund that should never have been told is withdrawn by a negative row of the same day, so that sums need not know.
    """

    WITHDRAWN = ":withdrawn"

    source_ref = models.CharField(_("source"), max_length=120, unique=True)
    purchase = models.ForeignKey(
        Purchase,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="refunds",
        verbose_name=_("purchase"),
    )
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="purchase_refunds",
        verbose_name=_("customer"),
    )
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    refunded_at = models.DateTimeField(_("refunded at"))
    refunded_on = models.DateField(_("refunded on"))
    currency = models.CharField(_("currency"), max_length=3)
    amount = MoneyField(_("amount"), help_text=_("Positive: what went back to the customer."))
    base_amount = MoneyField(_("amount in base currency"), null=True, blank=True)
    goods_units = models.IntegerField(_("goods units taken back"), default=0)

    class Meta:
        verbose_name = _("refund fact")
        verbose_name_plural = _("refund facts")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["customer", "refunded_on"], name="purchase_refund_customer"),
            models.Index(fields=["store", "refunded_on"], name="purchase_refund_store_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0, goods_units__gte=0) | Q(source_ref__endswith=":withdrawn"),
                name="purchase_refund_negative_if_withdrawn",
            )
        ]

    def __str__(self) -> str:
        return self.source_ref
