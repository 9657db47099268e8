"""What traffic costs and brings, per store, source and day."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from catalog.models import Store
from catalog.models.stores import in_language
from config.kernel.fields import MoneyField


class TrafficSource(models.Model):
    """Where visitors come from: a search ad, a feed ad, an influencer, ..."""

    class Family(models.TextChoices):
        SEARCH = "search", pgettext_lazy("traffic family", "search")
        ADS = "ads", pgettext_lazy("traffic family", "ads")
        CONTENT = "content", pgettext_lazy("traffic family", "content")
        SOCIAL = "social", pgettext_lazy("traffic family", "social")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    english_name = models.CharField(_("English name"), max_length=80, blank=True)
    family = models.CharField(_("family"), max_length=7, choices=Family)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("traffic source")
        verbose_name_plural = _("traffic sources")
        ordering = ["family", "code"]

    def __str__(self) -> str:
        return in_language(self.name, self.english_name)


class ChannelSpend(models.Model):
    """One day of one source (and audience layer) in a store, as the channel reports it."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    source = models.ForeignKey(
        TrafficSource,
        models.PROTECT,
        related_name="spend",
        verbose_name=_("traffic source"),
    )
    day = models.DateField(_("day"))
    plan_name = models.CharField(_("plan"), max_length=120, blank=True)
    audience = models.CharField(_("audience layer"), max_length=80, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    impressions = models.PositiveBigIntegerField(_("impressions"), default=0)
    clicks = models.PositiveBigIntegerField(_("clicks"), default=0)
    cost = MoneyField(pgettext_lazy("channel spend", "cost"), default=Decimal(0))
    conversions = models.PositiveIntegerField(pgettext_lazy("channel spend", "conversions"), default=0)
    revenue = MoneyField(pgettext_lazy("channel spend", "revenue"), default=Decimal(0))
    new_customers = models.PositiveIntegerField(_("new customers"), default=0)
    batch_ref = models.CharField(_("batch"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("channel spend")
        verbose_name_plural = _("channel spend")
        ordering = ["-day", "store", "source"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "day", "source", "plan_name", "audience"],
                name="channel_spend_once",
            ),
            models.CheckConstraint(condition=Q(cost__gte=0), name="channel_spend_cost_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.store} {self.source} {self.day}"
