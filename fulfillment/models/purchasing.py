"""Purchase orders and what arrives on them."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Sku
from config.kernel.fields import MoneyField, UnitPriceField
from fulfillment.models.restock import RestockSuggestion
from fulfillment.models.stock import Lot
from fulfillment.models.supply import Supplier, Warehouse


class PurchaseOrder(models.Model):
    """What we order from a supplier into a warehouse."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("purchase order state", "draft")
        APPROVED = "approved", pgettext_lazy("purchase order state", "approved")
        SENT = "sent", pgettext_lazy("purchase order state", "sent")
        CONFIRMED = "confirmed", pgettext_lazy("purchase order state", "confirmed")
        PART_RECEIVED = (
            "part_received",
            pgettext_lazy("purchase order state", "received in part"),
        )
        RECEIVED = "received", pgettext_lazy("purchase order state", "received")
        CLOSED = "closed", pgettext_lazy("purchase order state", "received in part, rest cancelled")
        CANCELLED = "cancelled", pgettext_lazy("purchase order state", "cancelled")

    # Everything that is still to come counts in the inventory position, drafts too.
    OPEN_STATES = (
        State.DRAFT,
        State.APPROVED,
        State.SENT,
        State.CONFIRMED,
        State.PART_RECEIVED,
    )
    TO_SEND = (State.DRAFT, State.APPROVED)
    ON_THE_WAY = (State.SENT, State.CONFIRMED, State.PART_RECEIVED)

    number = models.CharField(_("number"), max_length=20, unique=True)
    # Supplier, warehouse and first suggestion: approving twice makes one order.
    creation_key = models.CharField(max_length=120, unique=True)
    supplier = models.ForeignKey(
        Supplier,
        models.PROTECT,
        related_name="purchase_orders",
        verbose_name=_("supplier"),
    )
    warehouse = models.ForeignKey(
        Warehouse,
        models.PROTECT,
        related_name="purchase_orders",
        verbose_name=_("warehouse"),
    )
    state = models.CharField(_("state"), max_length=13, choices=State, default=State.DRAFT)
    currency = models.CharField(_("currency"), max_length=3)
    total_amount = MoneyField(_("total"), default=Decimal(0))
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("rest cancelled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at__isnull=True)),
                name="purchase_order_cancelled_at_iff_cancelled",
            ),
            models.CheckConstraint(
                condition=Q(state="received", received_at__isnull=False)
                | (~Q(state="received") & Q(received_at__isnull=True)),
                name="purchase_order_received_at_iff_received",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="purchase_order_closed_at_iff_closed",
            ),
        ]
        permissions = [
            ("send_purchaseorder", _("Can send purchase orders")),
            ("receive_purchaseorder", _("Can receive goods")),
        ]

    def __str__(self) -> str:
        return self.number


class PurchaseOrderLine(models.Model):
    """A SKU on a purchase order."""

    order = models.ForeignKey(
        PurchaseOrder,
        models.PROTECT,
        related_name="lines",
        verbose_name=_("purchase order"),
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="purchase_order_lines", verbose_name=_("SKU"))
    suggestion = models.OneToOneField(
        RestockSuggestion,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="purchase_order_line",
        verbose_name=_("suggestion"),
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    received_quantity = models.PositiveIntegerField(_("received"), default=0)
    cancelled_quantity = models.PositiveIntegerField(
        _("rest cancelled"), default=0, help_text=_("Still to come = ordered − received − rest cancelled.")
    )
    filled_up_quantity = models.PositiveIntegerField(
        _("filled up"),
        default=0,
        help_text=_("Pieces of the quantity that were added to reach the supplier's minimum order value."),
    )
    unit_cost = UnitPriceField(_("unit cost"), default=Decimal(0))
    is_hand_edited = models.BooleanField(_("edited by hand"), default=False)

    class Meta:
        verbose_name = _("purchase order line")
        verbose_name_plural = _("purchase order lines")
        constraints = [
            models.UniqueConstraint(fields=["order", "sku"], name="purchase_order_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="purchase_order_line_quantity_positive",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("received_quantity") + F("cancelled_quantity")),
                name="purchase_order_line_within_quantity",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("filled_up_quantity")),
                name="purchase_order_line_filled_up_within_quantity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.quantity} x {self.sku_id}"

    @property
    def open_quantity(self) -> int:
        """Pieces that are still to come."""
        return self.quantity - self.received_quantity - self.cancelled_quantity


class GoodsReceipt(models.Model):
    """One delivery against a purchase order; a delivery posted twice with the same key counts once."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    idempotency_key = models.CharField(max_length=160, unique=True)
    order = models.ForeignKey(
        PurchaseOrder,
        models.PROTECT,
        related_name="receipts",
        verbose_name=_("purchase order"),
    )
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    received_at = models.DateTimeField(_("received at"))
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("goods receipt")
        verbose_name_plural = _("goods receipts")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.number


class GoodsReceiptLine(models.Model):
    """What came of one line: good pieces and damaged ones apart."""

    receipt = models.ForeignKey(
        GoodsReceipt,
        models.PROTECT,
        related_name="lines",
        verbose_name=_("goods receipt"),
    )
    order_line = models.ForeignKey(
        PurchaseOrderLine,
        models.PROTECT,
        related_name="receipt_lines",
        verbose_name=_("purchase order line"),
    )
    lot = models.ForeignKey(
        Lot,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lot"),
    )
    accepted_quantity = models.PositiveIntegerField(_("accepted"), default=0)
    damaged_quantity = models.PositiveIntegerField(_("damaged"), default=0)

    class Meta:
        verbose_name = _("goods receipt line")
        verbose_name_plural = _("goods receipt lines")

    def __str__(self) -> str:
        return f"{self.receipt_id}: {self.accepted_quantity}"
