"""Restock policy, runs, forecasts and suggestions."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from catalog.models import Sku, Store
from config.kernel.fields import MoneyField, RateField, UnitPriceField
from config.kernel.models import JobRun
from fulfillment.models.supply import Supplier, Warehouse


class RestockPolicy(models.Model):
    """Service level and cover per velocity class: the course's cover days joined with statistics."""

    class VelocityClass(models.TextChoices):
        FAST = "fast", pgettext_lazy("velocity class", "fast")
        MID = "mid", pgettext_lazy("velocity class", "middle")
        LONG_TAIL = "long_tail", pgettext_lazy("velocity class", "long tail")

    class Measure(models.TextChoices):
        CYCLE = "cycle", _("cycle service: no stock-out between two orders")
        FILL = "fill", _("fill rate: share of the demand met at once")

    velocity_class = models.CharField(_("velocity class"), max_length=9, choices=VelocityClass)
    warehouse = models.ForeignKey(
        Warehouse,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="restock_policies",
        verbose_name=_("warehouse"),
        help_text=_("Empty: all warehouses."),
    )
    measure = models.CharField(_("measure"), max_length=5, choices=Measure, default=Measure.CYCLE)
    service_level = RateField(_("service level"), default=Decimal("0.95"))
    review_days = models.PositiveSmallIntegerField(_("review period (days)"), default=1)
    cover_min_days = models.DecimalField(
        _("safety stock, least (days)"),
        max_digits=6,
        decimal_places=2,
        default=Decimal(0),
    )
    cover_max_days = models.DecimalField(
        _("safety stock, most (days)"),
        max_digits=6,
        decimal_places=2,
        default=Decimal(7),
    )
    max_cover_days = models.DecimalField(
        _("stock, most (days)"),
        max_digits=6,
        decimal_places=2,
        default=Decimal(60),
        help_text=_("No order lifts the stock above so many days of demand unless the minimum order forces it."),
    )
    days_between_orders = models.DecimalField(
        _("least days between orders"),
        max_digits=6,
        decimal_places=2,
        default=Decimal(0),
    )
    pack_tolerance_rate = RateField(
        _("pack tolerance"),
        default=Decimal("0.1"),
        help_text=_("A rest of a pack below this share is rounded down."),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("restock policy")
        verbose_name_plural = _("restock policies")
        constraints = [
            models.UniqueConstraint(
                fields=["velocity_class", "warehouse"],
                condition=Q(warehouse__isnull=False),
                name="restock_policy_once",
            ),
            models.UniqueConstraint(
                fields=["velocity_class"],
                condition=Q(warehouse__isnull=True),
                name="restock_policy_once_for_all",
            ),
            models.CheckConstraint(
                condition=Q(service_level__gt=0, service_level__lt=1),
                name="restock_policy_level_between_0_and_1",
            ),
            models.CheckConstraint(
                condition=Q(cover_max_days__gte=F("cover_min_days")),
                name="restock_policy_cover_ordered",
            ),
        ]

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.get_velocity_class_display(), self.warehouse) if part)


class RestockRun(models.Model):
    """One restock check as of a day. The same scope, day and slot is the same run."""

    job_run = models.OneToOneField(
        JobRun,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="restock_run",
        verbose_name=_("job run"),
    )
    store = models.ForeignKey(
        Store,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("store"),
    )
    scope = models.CharField(_("scope"), max_length=60, default="all")
    business_date = models.DateField(_("as of"))
    slot = models.CharField(_("slot"), max_length=60)
    is_finished = models.BooleanField(_("finished"), default=False)
    # Counts, value, unknown stock days, assumptions: what the overview shows.
    figures = models.JSONField(_("figures"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("restock check")
        verbose_name_plural = _("restock checks")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["scope", "business_date", "slot"], name="restock_run_once")]

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.store, self.business_date) if part)


class SkuForecast(models.Model):
    """The forecast of one SKU in one warehouse in one run, with the method and how well it did in the back-test."""

    run = models.ForeignKey(
        RestockRun,
        models.CASCADE,
        related_name="forecasts",
        verbose_name=_("restock check"),
    )
    sku = models.ForeignKey(Sku, models.CASCADE, related_name="+", verbose_name=_("SKU"))
    warehouse = models.ForeignKey(Warehouse, models.CASCADE, related_name="+", verbose_name=_("warehouse"))
    demand_class = models.CharField(_("demand class"), max_length=14)
    velocity_class = models.CharField(_("velocity class"), max_length=9, choices=RestockPolicy.VelocityClass)
    method = models.CharField(_("method"), max_length=40)
    daily_mean = models.FloatField(_("units a day"))
    horizon_days = models.PositiveSmallIntegerField(_("days ahead"))
    daily_units = models.JSONField(_("units by day"), default=list)
    # Chosen parameters, error measures and windows of the back-test, masked and unknown days.
    evidence = models.JSONField(_("evidence"), default=dict)

    class Meta:
        verbose_name = _("forecast")
        verbose_name_plural = _("forecasts")
        constraints = [models.UniqueConstraint(fields=["run", "sku", "warehouse"], name="sku_forecast_once")]

    def __str__(self) -> str:
        return f"{self.sku} @ {self.warehouse}"


class RestockSuggestion(models.Model):
    """What to order, with the whole arithmetic kept, so that anybody can compute it again."""

    class State(models.TextChoices):
        # Being built: a run shows its suggestions when it is finished, all at once.
        PREPARED = "prepared", pgettext_lazy("suggestion state", "being prepared")
        OPEN = "open", pgettext_lazy("suggestion state", "open")
        ACCEPTED = "accepted", pgettext_lazy("suggestion state", "accepted")
        ORDERED = "ordered", pgettext_lazy("suggestion state", "ordered")
        REJECTED = "rejected", pgettext_lazy("suggestion state", "rejected")
        SUPERSEDED = (
            "superseded",
            pgettext_lazy("suggestion state", "replaced by a later check"),
        )

    run = models.ForeignKey(
        RestockRun,
        models.CASCADE,
        related_name="suggestions",
        verbose_name=_("restock check"),
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="suggestions", verbose_name=_("SKU"))
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"))
    supplier = models.ForeignKey(
        Supplier,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="suggestions",
        verbose_name=_("supplier"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PREPARED)
    suggested_quantity = models.PositiveIntegerField(_("suggested"))
    quantity = models.PositiveIntegerField(_("quantity"))
    unit_cost = UnitPriceField(_("unit cost"), null=True, blank=True)
    value = MoneyField(_("value"), null=True, blank=True)
    order_by = models.DateField(_("order by"), null=True, blank=True)
    stock_out_on = models.DateField(_("runs out on"), null=True, blank=True)
    # Machine words: policy_conflict, moq_forced, no_cost, assumed_stock, unknown_stock_days, ...
    flags = models.JSONField(_("flags"), default=list, blank=True)
    # The frozen inputs and the rounding trail of fulfillment.replenishment.
    inputs = models.JSONField(_("inputs"))
    arithmetic = models.JSONField(_("arithmetic"))
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("edited by"),
    )
    edit_reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("restock suggestion")
        verbose_name_plural = _("restock suggestions")
        ordering = ["-run", "supplier", "sku"]
        constraints = [
            models.UniqueConstraint(fields=["run", "sku", "warehouse"], name="suggestion_once_per_run"),
            models.UniqueConstraint(
                fields=["sku", "warehouse"],
                condition=Q(state="open"),
                name="suggestion_one_open_line",
            ),
        ]
        permissions = [("approve_restocksuggestion", _("Can approve restock suggestions"))]

    def __str__(self) -> str:
        return f"{self.sku} × {self.quantity}"


class ForecastAccuracy(models.Model):
    """How well a method would have forecast the weeks before a day, on the same SKUs and weeks as its rivals."""

    as_of = models.DateField(_("as of"))
    store = models.ForeignKey(
        Store,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("store"),
    )
    weeks = models.PositiveSmallIntegerField(_("weeks"))
    level = models.CharField(_("level"), max_length=20)
    method = models.CharField(_("method"), max_length=40)
    series_count = models.PositiveIntegerField(_("series"), default=0)
    wape = models.FloatField("WAPE", null=True, help_text=_("Σ|y − f| / Σy; accuracy = 1 − WAPE."))
    bias = models.FloatField(_("bias"), null=True, help_text=_("Σ(f − y) / Σy."))
    rmse = models.FloatField("RMSE", null=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("forecast accuracy")
        verbose_name_plural = _("forecast accuracy")
        ordering = ["-as_of", "level", "method"]

    def __str__(self) -> str:
        return f"{self.as_of} {self.level} {self.method}"
