"""Channels, the stores on them, and what they list."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from config.kernel.fields import MoneyField, RateField

SHARE = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))]


def in_language(name: str, english_name: str) -> str:
    """The name in the reader's language; the other one where it is missing."""
    if (get_language() or "").startswith("en"):
        return english_name or name
    return name or english_name


class Channel(models.Model):
    """A marketplace or site that we sell on: Tmall, JD, Douyin, our own mini program, ..."""

    class Kind(models.TextChoices):
        MARKETPLACE = "marketplace", pgettext_lazy("channel kind", "marketplace")
        SOCIAL = "social", pgettext_lazy("channel kind", "content and live")
        OWN = "own", pgettext_lazy("channel kind", "own site")
        CROSS_BORDER = "cross_border", pgettext_lazy("channel kind", "cross-border")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    english_name = models.CharField(_("English name"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.MARKETPLACE)
    commission_rate = RateField(
        _("commission"),
        default=Decimal(0),
        validators=SHARE,
        help_text=_("Share of the paid amount, 0 to 1."),
    )
    payment_fee_rate = RateField(_("payment fee"), default=Decimal(0), validators=SHARE)
    deposit_amount = MoneyField(pgettext_lazy("of a channel", "deposit"), default=Decimal(0))
    yearly_fee_amount = MoneyField(_("service fee a year"), default=Decimal(0))
    dispatch_hours = models.PositiveSmallIntegerField(
        _("dispatch within (hours)"),
        default=48,
        help_text=_("Hours from payment to hand-over that the channel allows."),
    )
    unpaid_minutes = models.PositiveIntegerField(
        _("unpaid orders expire after (minutes)"),
        default=30,
        help_text=_("An unpaid order gives its stock back then."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name, self.english_name)


class Store(models.Model):
    """One shop on a channel, with its currency and its clock."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    english_name = models.CharField(_("English name"), max_length=80, blank=True)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="stores", verbose_name=_("channel"))
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    time_zone = models.CharField(
        _("time zone"),
        max_length=40,
        default="Asia/Shanghai",
        help_text=_("The business day ends at midnight here."),
    )
    commission_rate = RateField(
        _("commission"),
        null=True,
        blank=True,
        validators=SHARE,
        help_text=_("Empty: the channel's."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name, self.english_name)


class Listing(models.Model):
    """What a store calls one of our SKUs or kits. Without a SKU the code still waits to be matched."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("listing state", "draft")
        LIVE = "live", pgettext_lazy("listing state", "live")
        PAUSED = "paused", pgettext_lazy("listing state", "paused")
        ENDED = "ended", pgettext_lazy("listing state", "ended")

    store = models.ForeignKey(Store, models.PROTECT, related_name="listings", verbose_name=_("store"))
    code = models.CharField(
        _("listing code"),
        max_length=120,
        help_text=_("The code that the store's orders carry."),
    )
    sku = models.ForeignKey(
        "catalog.Sku",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="listings",
        verbose_name=_("SKU or kit"),
    )
    title = models.CharField(_("title"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.LIVE)
    listed_on = models.DateField(_("listed on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        ordering = ["store", "code"]
        indexes = [
            models.Index(
                fields=["store"],
                name="listing_unmatched",
                condition=Q(sku__isnull=True),
            )
        ]
        constraints = [models.UniqueConstraint(fields=["store", "code"], name="listing_code_once_per_store")]

    def __str__(self) -> str:
        return f"{self.store} {self.code}"
