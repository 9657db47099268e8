"""Warehouses, the stores they serve, suppliers and what can be bought from them."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from catalog.models import Sku, Store
from catalog.models.stores import in_language
from config.kernel.fields import MoneyField, RateField, UnitPriceField


class Warehouse(models.Model):
    """A place with stock."""

    class Kind(models.TextChoices):
        OWN = "own", pgettext_lazy("warehouse kind", "own")
        PLATFORM = "platform", pgettext_lazy("warehouse kind", "run by a platform")
        THIRD_PARTY = "third_party", pgettext_lazy("warehouse kind", "third party")
        FORWARD = "forward", pgettext_lazy("warehouse kind", "forward")
        OVERSEAS = "overseas", pgettext_lazy("warehouse kind", "overseas")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    english_name = models.CharField(_("English name"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=11, choices=Kind, default=Kind.OWN)
    country = models.CharField(_("country"), max_length=60, blank=True)
    province = models.CharField(_("province"), max_length=40, blank=True)
    city = models.CharField(_("city"), max_length=60, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_assumed = models.BooleanField(
        _("assumed"),
        default=False,
        help_text=_("Made up to try the software on orders alone; its stock was never counted."),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name, self.english_name)


class StoreSupply(models.Model):
    """Which warehouses serve a store, in which order, and what share of demand each carries until it ships."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="supplies", verbose_name=_("store"))
    warehouse = models.ForeignKey(Warehouse, models.CASCADE, related_name="supplies", verbose_name=_("warehouse"))
    share = RateField(
        _("share of demand"),
        default=Decimal(1),
        help_text=_("0 to 1; the shares of a store add up to 1."),
    )
    priority = models.PositiveSmallIntegerField(_("precedence"), default=1)
    buffer_units = models.PositiveIntegerField(
        _("held back (units)"),
        default=0,
        help_text=_("Never offered to this store: the store sees that much less."),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("supply of a store")
        verbose_name_plural = _("supply of stores")
        ordering = ["store", "priority"]
        constraints = [
            models.UniqueConstraint(fields=["store", "warehouse"], name="store_supply_once"),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=1),
                name="store_supply_share_0_to_1",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store} <- {self.warehouse}"


class Supplier(models.Model):
    """Who we buy from, and what is known of the lead time."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    english_name = models.CharField(_("English name"), max_length=120, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    lead_days = models.DecimalField(_("lead time (days)"), max_digits=6, decimal_places=2, default=Decimal(7))
    lead_days_deviation = models.DecimalField(
        _("deviation of the lead time (days)"),
        max_digits=6,
        decimal_places=2,
        default=Decimal(0),
        help_text=_("Standard deviation; enters the safety stock as d² · s_L²."),
    )
    minimum_order_amount = MoneyField(_("minimum order value"), default=Decimal(0))
    payment_terms = models.CharField(_("payment terms"), max_length=120, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_assumed = models.BooleanField(_("assumed"), default=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lead_days__gte=0, lead_days_deviation__gte=0),
                name="supplier_lead_not_negative",
            )
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.english_name)


class SupplierItem(models.Model):
    """On what terms a supplier sells us a SKU."""

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="items", verbose_name=_("supplier"))
    sku = models.ForeignKey(Sku, models.CASCADE, related_name="supplier_items", verbose_name=_("SKU"))
    supplier_code = models.CharField(_("supplier's code"), max_length=80, blank=True)
    unit_cost = UnitPriceField(_("unit cost"), null=True, blank=True)
    pack_units = models.PositiveIntegerField(_("pack (pieces)"), default=1)
    minimum_units = models.PositiveIntegerField(_("minimum order (pieces)"), default=0)
    lead_days = models.DecimalField(
        _("lead time (days)"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Empty: the supplier's."),
    )
    is_preferred = models.BooleanField(_("preferred"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("supplier's item")
        verbose_name_plural = _("suppliers' items")
        ordering = ["supplier", "sku"]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "sku"], name="supplier_item_once"),
            models.UniqueConstraint(
                fields=["sku"],
                condition=Q(is_preferred=True),
                name="supplier_item_one_preferred",
            ),
            models.CheckConstraint(condition=Q(pack_units__gt=0), name="supplier_item_pack_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.supplier}: {self.sku}"
