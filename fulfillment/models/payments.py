"""Money in and money back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Sku, Store
from config.kernel.append_only import AppendOnlyModel
from config.kernel.fields import MoneyField
from config.kernel.models import ImportBatch
from fulfillment.models.orders import Order, OrderLine
from membership.models import Customer


class Payment(AppendOnlyModel):
    """Money that came in. A presale order has two: deposit and balance."""

    class Stage(models.TextChoices):
        FULL = "full", pgettext_lazy("payment stage", "in full")
        DEPOSIT = "deposit", pgettext_lazy("payment stage", "deposit")
        BALANCE = "balance", pgettext_lazy("payment stage", "balance")

    order = models.ForeignKey(Order, models.PROTECT, related_name="payments", verbose_name=_("order"))
    stage = models.CharField(_("stage"), max_length=7, choices=Stage, default=Stage.FULL)
    method = models.CharField(_("method"), max_length=40, blank=True)
    amount = MoneyField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    paid_at = models.DateTimeField(_("paid at"))
    # The provider's token, never a card number.
    source_ref = models.CharField(_("reference"), max_length=160, unique=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive")]

    def __str__(self) -> str:
        return f"{self.paid_at:%Y-%m-%d} {self.amount:,.2f} {self.currency}"


class Refund(models.Model):
    """Money that went, or is to go, back. Without an order it is an unlinked refund of a store's past."""

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("refund state", "pending")
        SUCCEEDED = "succeeded", pgettext_lazy("refund state", "paid back")
        FAILED = "failed", pgettext_lazy("refund state", "failed")

    class Kind(models.TextChoices):
        CANCELLATION = "cancellation", pgettext_lazy("refund kind", "cancellation")
        REFUND_ONLY = "refund_only", pgettext_lazy("refund kind", "refund only")
        RETURN = "return", pgettext_lazy("refund kind", "return and refund")

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_index=False, verbose_name=_("store"))
    order = models.ForeignKey(
        Order,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="refunds",
        verbose_name=_("order"),
    )
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("customer"),
    )
    source_ref = models.CharField(_("reference"), max_length=160, unique=True)
    # A cancellation that came in a file under a number of its own is known again by number and content.
    external_number = models.CharField(_("channel's number"), max_length=120, blank=True)
    payload_hash = models.CharField(max_length=64, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.REFUND_ONLY)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PENDING)
    amount = MoneyField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    refunded_at = models.DateTimeField(_("refunded at"), null=True, blank=True)
    refunded_on = models.DateField(_("refunded on"), null=True, blank=True)
    import_batch = models.ForeignKey(
        ImportBatch,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="refunds",
        verbose_name=_("import"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["store", "refunded_on"], name="refund_store_day"),
            models.Index(fields=["store", "external_number"], name="refund_external_number"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="refund_not_negative"),
            models.CheckConstraint(
                condition=~Q(state="succeeded") | Q(refunded_at__isnull=False, refunded_on__isnull=False),
                name="refund_date_if_succeeded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.refunded_on:%Y-%m-%d} {self.amount:,.2f} {self.currency}"


class RefundLine(models.Model):
    """What a refund takes back, line by line; without an order line the sale could not be found."""

    refund = models.ForeignKey(Refund, models.PROTECT, related_name="lines", verbose_name=_("refund"))
    order_line = models.ForeignKey(
        OrderLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="refund_lines",
        verbose_name=_("order line"),
    )
    sku = models.ForeignKey(
        Sku,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("SKU"),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=OrderLine.Kind, default=OrderLine.Kind.GOODS)
    quantity = models.PositiveIntegerField(_("quantity"), default=0)
    amount = MoneyField(_("amount"))
    is_restocked = models.BooleanField(_("put back on sale"), default=False)

    class Meta:
        verbose_name = _("refund line")
        verbose_name_plural = _("refund lines")

    def __str__(self) -> str:
        return f"{self.sku} × {self.quantity}"
