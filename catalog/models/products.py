"""Products, their SKUs, kits, packs and costs."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from catalog.models.stores import in_language
from config.kernel.append_only import AppendOnlyModel
from config.kernel.fields import UnitPriceField


class Category(models.Model):
    """A node of the category tree. `path` is made of the codes from the root, so a subtree is one prefix."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    english_name = models.CharField(_("English name"), max_length=80, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    path = models.CharField(_("path"), max_length=400, db_index=True, editable=False, default="")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["path"]

    def __str__(self) -> str:
        return in_language(self.name, self.english_name)


class Brand(models.Model):
    """A brand."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    english_name = models.CharField(_("English name"), max_length=80, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name, self.english_name)


class Product(models.Model):
    """What a customer sees as one thing (SPU); its SKUs are what is counted and sold."""

    class Role(models.TextChoices):
        HERO = "hero", pgettext_lazy("product role", "hero")
        CORE = "core", pgettext_lazy("product role", "core")
        LONG_TAIL = "long_tail", pgettext_lazy("product role", "long tail")
        NEW = "new", pgettext_lazy("product role", "new")

    class Stage(models.TextChoices):
        UNKNOWN = "unknown", pgettext_lazy("life-cycle stage", "not judged yet")
        INTRODUCTION = "introduction", pgettext_lazy("life-cycle stage", "introduction")
        GROWTH = "growth", pgettext_lazy("life-cycle stage", "growth")
        MATURITY = "maturity", pgettext_lazy("life-cycle stage", "maturity")
        DECLINE = "decline", pgettext_lazy("life-cycle stage", "decline")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("product state", "draft")
        ACTIVE = "active", pgettext_lazy("product state", "active")
        RETIRED = "retired", pgettext_lazy("product state", "retired")

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=300)
    english_name = models.CharField(_("English name"), max_length=300, blank=True)
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("category"),
    )
    brand = models.ForeignKey(
        Brand,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("brand"),
    )
    role = models.CharField(pgettext_lazy("of a product", "role"), max_length=9, choices=Role, default=Role.LONG_TAIL)
    stage = models.CharField(_("life-cycle stage"), max_length=12, choices=Stage, default=Stage.UNKNOWN)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.ACTIVE)
    is_provisional = models.BooleanField(
        _("provisional"),
        default=False,
        help_text=_("Made by an import from a code that was not known; to be completed by a person."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name, self.english_name)


class ProductImage(models.Model):
    """A picture of a product, in order."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="images", verbose_name=_("product"))
    file = models.ImageField(_("picture"), upload_to="products/%Y/%m/")
    alt_text = models.CharField(_("alternative text"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.alt_text or str(self.file)


class Sku(models.Model):
    """What is counted, priced and sold. A kit is a SKU without stock of its own: it lives on its parts'."""

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("SKU state", "active")
        LAST_SALE = "last_sale", pgettext_lazy("SKU state", "selling out")
        RETIRED = "retired", pgettext_lazy("SKU state", "retired")

    product = models.ForeignKey(Product, models.PROTECT, related_name="skus", verbose_name=_("product"))
    code = models.CharField(_("code"), max_length=60, unique=True)
    # {"口味": "原味", "规格": "500g"}: names and values as the team writes them.
    option_values = models.JSONField(_("options"), default=dict, blank=True)
    barcode = models.CharField(_("barcode"), max_length=40, blank=True, db_index=True)
    weight_grams = models.PositiveIntegerField(_("weight (g)"), null=True, blank=True)
    shelf_life_days = models.PositiveIntegerField(_("shelf life (days)"), null=True, blank=True)
    is_kit = models.BooleanField(_("kit"), default=False)
    # Kept current by the service that appends to SkuCost, and by the clock when the day of a later cost has come.
    unit_cost = UnitPriceField(
        _("unit cost"),
        null=True,
        blank=True,
        help_text=_("The newest cost, in the base currency."),
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.ACTIVE)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    # Costs are dated rows of their own, for who may see costs.
    history = HistoricalRecords(excluded_fields=["unit_cost"])

    class Meta:
        verbose_name = _("SKU")
        verbose_name_plural = _("SKUs")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class KitPart(models.Model):
    """How many of a SKU a kit holds, and its weight in the split of the kit's revenue."""

    kit = models.ForeignKey(Sku, models.CASCADE, related_name="parts", verbose_name=_("kit"))
    part = models.ForeignKey(Sku, models.PROTECT, related_name="kits", verbose_name=_("component"))
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    revenue_weight = models.DecimalField(
        _("revenue weight"),
        max_digits=12,
        decimal_places=4,
        default=Decimal(1),
        help_text=_("The kit's revenue is split over its parts by weight x quantity, to the cent."),
    )

    class Meta:
        verbose_name = _("kit part")
        verbose_name_plural = _("kit parts")
        constraints = [
            models.UniqueConstraint(fields=["kit", "part"], name="kit_part_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="kit_part_quantity_positive"),
            models.CheckConstraint(condition=Q(revenue_weight__gte=0), name="kit_part_weight_not_negative"),
            models.CheckConstraint(condition=~Q(kit=F("part")), name="kit_not_its_own_part"),
        ]

    def __str__(self) -> str:
        return f"{self.kit} = {self.quantity} x {self.part}"


class SkuPack(models.Model):
    """A unit that a SKU is bought or moved in: a carton of 24."""

    sku = models.ForeignKey(Sku, models.CASCADE, related_name="packs", verbose_name=_("SKU"))
    name = models.CharField(_("name"), max_length=40)
    units = models.PositiveIntegerField(_("pieces"))
    barcode = models.CharField(_("barcode"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("pack")
        verbose_name_plural = _("packs")
        constraints = [
            models.UniqueConstraint(fields=["sku", "name"], name="sku_pack_once"),
            models.CheckConstraint(condition=Q(units__gt=0), name="sku_pack_units_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.sku}: {self.name} ({self.units})"


class SkuCost(AppendOnlyModel):
    """The cost of one piece from a day on, in the base currency. The newest row that has begun counts."""

    class Source(models.TextChoices):
        MANUAL = "manual", pgettext_lazy("cost source", "by hand")
        IMPORT = "import", pgettext_lazy("cost source", "import")
        RECEIPT = "receipt", pgettext_lazy("cost source", "goods receipt")
        ASSUMED = "assumed", pgettext_lazy("cost source", "assumed")

    sku = models.ForeignKey(Sku, models.PROTECT, related_name="costs", verbose_name=_("SKU"))
    amount = UnitPriceField(_("unit cost"))
    valid_from = models.DateField(_("valid from"))
    source = models.CharField(_("source"), max_length=8, choices=Source, default=Source.MANUAL)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("cost")
        verbose_name_plural = _("costs")
        ordering = ["sku", "-valid_from", "-id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="sku_cost_not_negative")]

    def __str__(self) -> str:
        return f"{self.sku} {self.valid_from}: {self.amount}"
