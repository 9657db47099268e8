"""Prices as dated rows: what a listing cost at any moment can always be told."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models.stores import Listing
from config.kernel.fields import UnitPriceField


class PriceQuerySet(models.QuerySet["Price"]):
    """Named filters of prices."""

    def standing(self) -> "PriceQuerySet":
        """Prices that count: neither withdrawn before they began nor replaced by a row with another end."""
        return self.filter(withdrawn_at__isnull=True, replaced_at__isnull=True)

    def valid_at(self, moment: datetime) -> "PriceQuerySet":
        """Prices that hold at a moment."""
        begun = self.standing().filter(valid_from__lte=moment)
        return begun.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=moment))


class Price(models.Model):
    """One price of a listing over a half-open time [valid_from, valid_to).

    What was written stays. Three columns may be set, once each: `valid_to`; `withdrawn_at`, on a price that has not begun;
    `replaced_at`, on a price that holds on after all, since the one that was to follow it was withdrawn: a new row with the
    same price and start, and its new end, points back to it.
    """

    class Kind(models.TextChoices):
        LIST = "list", pgettext_lazy("price kind", "list price")
        PROMOTION = "promotion", pgettext_lazy("price kind", "promotional price")
        MEMBER = "member", pgettext_lazy("price kind", "member price")

    class Source(models.TextChoices):
        MANUAL = "manual", pgettext_lazy("price source", "by hand")
        IMPORT = "import", pgettext_lazy("price source", "import")
        PROMOTION = "promotion", pgettext_lazy("price source", "promotion")
        CHANNEL = "channel", pgettext_lazy("price source", "channel")

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="prices", verbose_name=_("listing"))
    kind = models.CharField(_("kind"), max_length=9, choices=Kind, default=Kind.LIST)
    amount = UnitPriceField(_("price"))
    currency = models.CharField(_("currency"), max_length=3)
    valid_from = models.DateTimeField(_("valid from"))
    valid_to = models.DateTimeField(_("valid until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=9, choices=Source, default=Source.MANUAL)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    batch_ref = models.CharField(_("batch"), max_length=60, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("in place of"),
        help_text=_("The same price with its former end, before what was to follow it was withdrawn."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PriceQuerySet.as_manager()

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["listing", "kind", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "kind"],
                condition=Q(valid_to__isnull=True, withdrawn_at__isnull=True, replaced_at__isnull=True),
                name="price_one_open_row",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="price_not_negative"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="price_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__lt=F("valid_from")),
                name="price_withdrawn_before_it_began",
            ),
            models.CheckConstraint(
                # Only an end that has not come yet can turn out otherwise.
                condition=Q(replaced_at__isnull=True)
                | Q(withdrawn_at__isnull=True, valid_to__isnull=False, replaced_at__lt=F("valid_to")),
                name="price_replaced_before_its_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing} {self.get_kind_display()} {self.amount:.2f}"
