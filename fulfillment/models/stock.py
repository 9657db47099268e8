"""Stock as an append-only ledger with balances and reservations beside it."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Sku
from config.kernel.append_only import AppendOnlyModel
from config.kernel.fields import MoneyField, UnitPriceField
from fulfillment.models.orders import OrderLine
from fulfillment.models.supply import Warehouse


class Lot(models.Model):
    """A lot of a SKU with its expiry; a SKU without lots has one with an empty code."""

    sku = models.ForeignKey(Sku, models.PROTECT, related_name="lots", verbose_name=_("SKU"))
    code = models.CharField(_("lot"), max_length=60, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        ordering = ["sku", "expires_on", "id"]
        constraints = [models.UniqueConstraint(fields=["sku", "code"], name="lot_once")]

    def __str__(self) -> str:
        return self.code or "—"


class Bucket(models.TextChoices):
    """What can be done with the pieces."""

    AVAILABLE = "available", pgettext_lazy("stock bucket", "for sale")
    HOLD = "hold", pgettext_lazy("stock bucket", "on hold")
    DAMAGED = "damaged", pgettext_lazy("stock bucket", "damaged")
    TRANSIT = "transit", pgettext_lazy("stock bucket", "on the way")


class StockMovement(AppendOnlyModel):
    """One change of stock. `on_hand` of a balance is the sum of its movements."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", pgettext_lazy("movement kind", "receipt")
        SHIP = "ship", pgettext_lazy("movement kind", "shipment")
        RETURN = "return", pgettext_lazy("movement kind", "return")
        ADJUST = "adjust", pgettext_lazy("movement kind", "adjustment")
        COUNT = "count", pgettext_lazy("movement kind", "count")
        TRANSFER_OUT = "transfer_out", pgettext_lazy("movement kind", "transfer out")
        TRANSFER_IN = "transfer_in", pgettext_lazy("movement kind", "transfer in")
        SCRAP = "scrap", pgettext_lazy("movement kind", "scrapped")
        REVALUE = "revalue", pgettext_lazy("movement kind", "revaluation")

    idempotency_key = models.CharField(_("key"), max_length=160, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="movements", verbose_name=_("SKU"))
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"))
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+", verbose_name=_("lot"))
    bucket = models.CharField(_("bucket"), max_length=9, choices=Bucket, default=Bucket.AVAILABLE)
    quantity = models.IntegerField(_("quantity"), help_text=_("Positive in, negative out."))
    unit_cost = UnitPriceField(_("unit cost"), null=True, blank=True)
    value = MoneyField(_("value"), default=Decimal(0))
    on_hand_after = models.IntegerField(_("on hand after"))
    document_ref = models.CharField(_("document"), max_length=120, blank=True)
    reverses = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reverses"),
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    is_assumed = models.BooleanField(_("assumed"), default=False)
    occurred_at = models.DateTimeField(_("when"))
    posted_at = models.DateTimeField(_("posted at"), auto_now_add=True)

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["sku", "warehouse", "-id"], name="movement_sku_warehouse"),
            models.Index(fields=["document_ref"], name="movement_document"),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.get_kind_display()} {self.quantity:+}"


class StockBalance(models.Model):
    """How many pieces lie where. Changed only by conditional updates whose row count decides."""

    sku = models.ForeignKey(Sku, models.PROTECT, related_name="balances", verbose_name=_("SKU"))
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="balances", verbose_name=_("warehouse"))
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="balances", verbose_name=_("lot"))
    bucket = models.CharField(_("bucket"), max_length=9, choices=Bucket, default=Bucket.AVAILABLE)
    on_hand = models.IntegerField(_("on hand"), default=0)
    reserved = models.IntegerField(_("reserved"), default=0)
    value = MoneyField(
        _("value"),
        default=Decimal(0),
        help_text=_("At moving average cost, in the base currency."),
    )

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        ordering = ["sku", "warehouse"]
        constraints = [
            models.UniqueConstraint(fields=["sku", "warehouse", "lot", "bucket"], name="stock_balance_once"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="stock_on_hand_not_negative"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="stock_reserved_not_negative"),
            models.CheckConstraint(
                condition=Q(reserved__lte=F("on_hand")),
                name="stock_reserved_within_on_hand",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku} @ {self.warehouse}"


class Reservation(models.Model):
    """Pieces promised to somebody. What counts in `reserved` is held or committed; a hold counts until it is released."""

    class State(models.TextChoices):
        HELD = "held", pgettext_lazy("reservation state", "held")
        COMMITTED = "committed", pgettext_lazy("reservation state", "committed")
        SHIPPED = "shipped", pgettext_lazy("reservation state", "shipped")
        RELEASED = "released", pgettext_lazy("reservation state", "released")
        EXPIRED = "expired", pgettext_lazy("reservation state", "expired")

    ACTIVE_STATES = (State.HELD, State.COMMITTED)

    # purpose key + order line + SKU + warehouse + running number: the same call again finds the same rows
    idempotency_key = models.CharField(_("key"), max_length=200, unique=True)
    order_line = models.ForeignKey(
        OrderLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reservations",
        verbose_name=_("order line"),
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="reservations", verbose_name=_("SKU"))
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"))
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+", verbose_name=_("lot"))
    quantity = models.PositiveIntegerField(_("quantity"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.HELD)
    expires_at = models.DateTimeField(_("held until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="reservation_expiry",
                condition=Q(state="held"),
            ),
            models.Index(
                fields=["sku", "warehouse"],
                name="reservation_active",
                condition=Q(state__in=["held", "committed"]),
            ),
        ]
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="reservation_quantity_positive")]

    def __str__(self) -> str:
        return f"{self.sku} × {self.quantity}"


class ShortLine(models.Model):
    """A marketplace order arrives already sold: what could not be reserved is a shortage that a person sees."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("shortage state", "open")
        FILLED = "filled", pgettext_lazy("shortage state", "filled")
        CANCELLED = "cancelled", pgettext_lazy("shortage state", "cancelled")

    order_line = models.ForeignKey(
        OrderLine,
        models.PROTECT,
        related_name="shortages",
        verbose_name=_("order line"),
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="shortages", verbose_name=_("SKU"))
    warehouse = models.ForeignKey(
        Warehouse,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("warehouse"),
    )
    quantity = models.PositiveIntegerField(_("missing"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("shortage")
        verbose_name_plural = _("shortages")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["order_line", "sku"], name="short_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="short_line_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.sku} × {self.quantity}"


class StockSnapshot(models.Model):
    """The stock of a SKU in a warehouse at the end of a day, for measures and for masking stock-outs in the forecast."""

    class Source(models.TextChoices):
        OWN = "own", pgettext_lazy("snapshot source", "ledger")
        IMPORT = "import", pgettext_lazy("snapshot source", "file")

    day = models.DateField(_("day"))
    sku = models.ForeignKey(Sku, models.CASCADE, related_name="+", verbose_name=_("SKU"))
    warehouse = models.ForeignKey(Warehouse, models.CASCADE, related_name="+", verbose_name=_("warehouse"))
    on_hand = models.IntegerField(_("on hand"))
    reserved = models.IntegerField(_("reserved"), default=0)
    value = MoneyField(_("value"), default=Decimal(0))
    out_of_stock_seconds = models.PositiveIntegerField(_("out of stock (s)"), default=0)
    source = models.CharField(_("source"), max_length=6, choices=Source, default=Source.OWN)

    class Meta:
        verbose_name = _("stock snapshot")
        verbose_name_plural = _("stock snapshots")
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["day", "warehouse", "sku"], name="stock_snapshot_once")]

    def __str__(self) -> str:
        return f"{self.sku} @ {self.warehouse} {self.day}"


class DemandDay(models.Model):
    """Units asked for on the day the orders were placed, by the warehouse that ships them or would."""

    sku = models.ForeignKey(Sku, models.CASCADE, related_name="+", verbose_name=_("SKU"))
    warehouse = models.ForeignKey(Warehouse, models.CASCADE, related_name="+", verbose_name=_("warehouse"))
    day = models.DateField(_("day"))
    # Shares of a store's demand make fractions.
    units = models.DecimalField(_("units"), max_digits=14, decimal_places=4)

    class Meta:
        verbose_name = _("daily demand")
        verbose_name_plural = _("daily demand")
        indexes = [models.Index(fields=["day"], name="demand_day_day")]
        constraints = [models.UniqueConstraint(fields=["warehouse", "sku", "day"], name="demand_day_once")]

    def __str__(self) -> str:
        return f"{self.sku} @ {self.warehouse} {self.day}"
