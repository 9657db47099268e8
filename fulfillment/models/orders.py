"""Orders with their lines, payments, refunds and events. The channel's amounts are the truth."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Listing, Sku, Store
from config.kernel.append_only import AppendOnlyModel
from config.kernel.fields import (
    EncryptedTextField,
    ExchangeRateField,
    MoneyField,
    RateField,
    UnitPriceField,
)
from config.kernel.models import ImportBatch
from fulfillment.models.supply import Warehouse
from membership.models import Customer

# Paid and cleared orders with something left to ship, and new ones that nobody has paid in full.
TO_SHIP = Q(is_history=False, state="confirmed", fulfilment_state__in=["unshipped", "part_shipped"])
TO_PAY = Q(is_history=False, state="new", payment_state__in=["unpaid", "partial"])


class OrderQuerySet(models.QuerySet["Order"]):
    """Named filters of orders."""

    def live(self) -> "OrderQuerySet":
        """Orders that go through our hands; the others were imported as history."""
        return self.filter(is_history=False)

    def awaiting_payment(self) -> "OrderQuerySet":
        """New orders that nobody has paid in full."""
        return self.filter(TO_PAY)

    def awaiting_dispatch(self) -> "OrderQuerySet":
        """Paid and cleared orders with something left to ship."""
        return self.filter(TO_SHIP)


class Order(models.Model):
    """What a buyer ordered in a store. Three axes of state are stored, set by one service, proved by `check_books`."""

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("order state", "new")
        RISK_HOLD = "risk_hold", pgettext_lazy("order state", "held for a check")
        CONFIRMED = "confirmed", pgettext_lazy("order state", "confirmed")
        CLOSED = "closed", pgettext_lazy("order state", "closed")
        CANCELLED = "cancelled", pgettext_lazy("order state", "cancelled")

    class PaymentState(models.TextChoices):
        UNPAID = "unpaid", pgettext_lazy("payment state", "unpaid")
        PARTIAL = "partial", pgettext_lazy("payment state", "paid in part")
        PAID = "paid", pgettext_lazy("payment state", "paid")
        OVER = "over", pgettext_lazy("payment state", "overpaid")

    class FulfilmentState(models.TextChoices):
        UNSHIPPED = "unshipped", pgettext_lazy("fulfilment state", "not shipped")
        PART_SHIPPED = (
            "part_shipped",
            pgettext_lazy("fulfilment state", "shipped in part"),
        )
        SHIPPED = "shipped", pgettext_lazy("fulfilment state", "shipped")
        NOTHING = "nothing", pgettext_lazy("fulfilment state", "nothing to ship")

    class Source(models.TextChoices):
        FILE = "file", pgettext_lazy("order source", "file")
        API = "api", pgettext_lazy("order source", "API")
        STAFF = "staff", pgettext_lazy("order source", "staff")

    number = models.CharField(_("number"), max_length=20, unique=True)
    store = models.ForeignKey(Store, models.PROTECT, related_name="orders", verbose_name=_("store"))
    external_number = models.CharField(_("channel's number"), max_length=120)
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("customer"),
    )
    source = models.CharField(_("source"), max_length=5, choices=Source)
    is_history = models.BooleanField(
        _("history"),
        default=False,
        help_text=_("Imported as past: it moved no stock here."),
    )

    state = models.CharField(_("state"), max_length=9, choices=State, default=State.NEW)
    payment_state = models.CharField(_("payment"), max_length=7, choices=PaymentState, default=PaymentState.UNPAID)
    fulfilment_state = models.CharField(
        _("dispatch"),
        max_length=12,
        choices=FulfilmentState,
        default=FulfilmentState.UNSHIPPED,
    )
    channel_state = models.CharField(_("state on the channel"), max_length=80, blank=True)
    # Why the order is held for a check: [{"signal": ..., "detail": ...}]
    risk_reasons = models.JSONField(_("reasons for the check"), default=list, blank=True)

    # Money in the store's currency. payable = goods - shop discount - platform discount + shipping.
    currency = models.CharField(_("currency"), max_length=3)
    exchange_rate = ExchangeRateField(_("exchange rate"), null=True, blank=True)
    goods_amount = MoneyField(_("goods"), default=Decimal(0))
    shop_discount_amount = MoneyField(_("shop discount"), default=Decimal(0))
    platform_discount_amount = MoneyField(_("platform-funded discount"), default=Decimal(0))
    shipping_amount = MoneyField(_("postage"), default=Decimal(0))
    payable_amount = MoneyField(_("payable"), default=Decimal(0))
    paid_amount = MoneyField(_("paid"), default=Decimal(0))
    refunded_amount = MoneyField(_("refunded"), default=Decimal(0))
    commission_amount = MoneyField(_("commission"), default=Decimal(0))
    receivable_amount = MoneyField(
        _("receivable"),
        default=Decimal(0),
        help_text=_("Buyer paid + platform-funded discount − commission."),
    )
    payment_method = models.CharField(_("payment method"), max_length=40, blank=True)

    # Personal data as the channel sent it, masked or not; never used to match where it is masked.
    buyer_id = EncryptedTextField(_("channel buyer id"), blank=True)
    buyer_name = EncryptedTextField(_("recipient"), blank=True)
    buyer_phone = EncryptedTextField(_("phone"), blank=True)
    buyer_address = EncryptedTextField(_("address"), blank=True)
    country = models.CharField(_("country"), max_length=60, blank=True)
    province = models.CharField(_("province"), max_length=40, blank=True)
    city = models.CharField(_("city"), max_length=60, blank=True)
    buyer_note = EncryptedTextField(_("buyer's note"), blank=True)
    seller_memo = models.TextField(_("seller's memo"), blank=True)
    flag = models.PositiveSmallIntegerField(_("flag"), default=0)

    placed_at = models.DateTimeField(_("placed at"))
    placed_on = models.DateField(_("placed on"))
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    expires_at = models.DateTimeField(_("unpaid until"), null=True, blank=True)
    dispatch_due_at = models.DateTimeField(_("dispatch due"), null=True, blank=True)
    shipped_at = models.DateTimeField(_("shipped at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)

    is_presale = models.BooleanField(_("presale"), default=False)
    settlement_ref = models.CharField(_("settlement"), max_length=120, blank=True)
    invoice_ref = models.CharField(_("invoice"), max_length=120, blank=True)
    source_version = models.BigIntegerField(_("version at the source"), default=0)
    payload_hash = models.CharField(max_length=64, blank=True)
    import_batch = models.ForeignKey(
        ImportBatch,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("import"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["store", "placed_on"], name="order_store_placed"),
            models.Index(fields=["placed_on"], name="order_placed_day"),
            models.Index(fields=["customer", "-placed_at"], name="order_customer"),
            models.Index(fields=["-placed_at"], name="order_newest"),
            models.Index(fields=["paid_on"], name="order_paid_day"),
            models.Index(fields=["-placed_at"], name="order_held", condition=Q(state="risk_hold")),
            models.Index(fields=["-placed_at"], name="order_new", condition=Q(state="new")),
            models.Index(
                fields=["dispatch_due_at"],
                name="order_to_ship",
                condition=Q(
                    state="confirmed",
                    fulfilment_state__in=["unshipped", "part_shipped"],
                    is_history=False,
                ),
            ),
            models.Index(
                fields=["expires_at"],
                name="order_unpaid",
                condition=Q(state="new", expires_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["store", "external_number"], name="order_external_number_once"),
            models.CheckConstraint(condition=Q(paid_amount__gte=0), name="order_paid_not_negative"),
            models.CheckConstraint(
                condition=Q(refunded_amount__gte=0, refunded_amount__lte=models.F("paid_amount")),
                name="order_refunds_within_payments",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at__isnull=True)),
                name="order_cancelled_at_iff_cancelled",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="order_closed_at_iff_closed",
            ),
            models.CheckConstraint(
                condition=Q(paid_at__isnull=True, paid_on__isnull=True)
                | Q(paid_at__isnull=False, paid_on__isnull=False),
                name="order_paid_at_with_paid_on",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One line of an order; price, cost and commission are copied at intake, so that margins never move."""

    class Kind(models.TextChoices):
        GOODS = "goods", pgettext_lazy("line kind", "goods")
        GIFT = "gift", pgettext_lazy("line kind", "gift")
        SHIPPING = "shipping", pgettext_lazy("line kind", "postage")
        DISCOUNT = "discount", pgettext_lazy("line kind", "discount")
        FEE = "fee", pgettext_lazy("line kind", "fee")
        VOUCHER = "voucher", pgettext_lazy("line kind", "voucher")

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines", db_index=False, verbose_name=_("order"))
    number = models.PositiveIntegerField(_("line"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.GOODS)
    sku = models.ForeignKey(
        Sku,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="order_lines",
        db_index=False,
        verbose_name=_("SKU or kit"),
    )
    listing = models.ForeignKey(
        Listing,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("listing"),
    )
    code = models.CharField(_("code as received"), max_length=120, blank=True)
    title = models.CharField(_("title"), max_length=300, blank=True)
    quantity = models.IntegerField(_("quantity"))
    list_price = UnitPriceField(_("list price"), null=True, blank=True)
    unit_price = UnitPriceField(_("unit price"))
    shop_discount_amount = MoneyField(_("shop discount"), default=Decimal(0))
    platform_discount_amount = MoneyField(_("platform-funded discount"), default=Decimal(0))
    net_amount = MoneyField(_("net amount"), help_text=_("What the buyer pays for the line."))
    receivable_amount = MoneyField(_("receivable"), default=Decimal(0))
    unit_cost = UnitPriceField(_("unit cost"), null=True, blank=True)
    commission_rate = RateField(_("commission"), default=Decimal(0))
    warehouse = models.ForeignKey(
        Warehouse,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("warehouse"),
    )
    shipped_quantity = models.PositiveIntegerField(_("shipped"), default=0)
    refunded_quantity = models.PositiveIntegerField(_("taken back"), default=0)
    refunded_amount = MoneyField(_("refunded"), default=Decimal(0))

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["order", "number"]
        indexes = [models.Index(fields=["sku"], name="order_line_sku")]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="order_line_once"),
            models.CheckConstraint(
                condition=~Q(kind__in=["goods", "gift"]) | Q(quantity__gt=0),
                name="order_line_goods_quantity_positive",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["goods", "gift"])
                | Q(
                    refunded_quantity__lte=models.F("quantity"),
                    shipped_quantity__lte=models.F("quantity"),
                ),
                name="order_line_not_more_than_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.code}"


class OrderEvent(AppendOnlyModel):
    """One move of an order on one of its axes."""

    class Axis(models.TextChoices):
        STATE = "state", pgettext_lazy("order axis", "order")
        PAYMENT = "payment", pgettext_lazy("order axis", "payment")
        FULFILMENT = "fulfilment", pgettext_lazy("order axis", "dispatch")
        NOTE = "note", pgettext_lazy("order axis", "note")

    order = models.ForeignKey(Order, models.PROTECT, related_name="events", verbose_name=_("order"))
    axis = models.CharField(_("what"), max_length=10, choices=Axis)
    from_state = models.CharField(_("from"), max_length=20, blank=True)
    to_state = models.CharField(_("to"), max_length=20, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    occurred_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("order event")
        verbose_name_plural = _("order events")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.from_state} -> {self.to_state}"
