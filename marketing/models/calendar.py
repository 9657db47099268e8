"""The campaign calendar: which days of which year are not like others, and why."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from catalog.models import Channel
from catalog.models.stores import in_language


class CampaignEvent(models.Model):
    """A recurring event of the trade: 618, Double 11, Spring Festival, ..."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    english_name = models.CharField(_("English name"), max_length=80, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name, self.english_name)


class EventPeriod(models.Model):
    """The dates of one phase of an event in one year, for all channels or for one."""

    class Phase(models.TextChoices):
        PRESALE = "presale", pgettext_lazy("event phase", "presale")
        WARM_UP = "warm_up", pgettext_lazy("event phase", "warm-up")
        SALE = "sale", pgettext_lazy("event phase", "sale")
        AFTER_DIP = "after_dip", pgettext_lazy("event phase", "after-dip")
        CARRIER_STOP = "carrier_stop", pgettext_lazy("event phase", "carriers stop")

    event = models.ForeignKey(CampaignEvent, models.CASCADE, related_name="periods", verbose_name=_("event"))
    channel = models.ForeignKey(
        Channel,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="event_periods",
        verbose_name=_("channel"),
        help_text=_("Empty: all channels."),
    )
    year = models.PositiveSmallIntegerField(_("year"))
    phase = models.CharField(_("phase"), max_length=12, choices=Phase)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    # Used by the forecast until our own history tells better; shown as assumed.
    assumed_uplift = models.DecimalField(
        _("assumed uplift"),
        max_digits=6,
        decimal_places=3,
        default=Decimal(1),
        help_text=_("Demand on such a day against an ordinary one, as long as it was not measured."),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("event dates")
        verbose_name_plural = _("event dates")
        ordering = ["-starts_on"]
        indexes = [models.Index(fields=["starts_on", "ends_on"], name="event_period_days")]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "channel", "year", "phase"],
                condition=Q(channel__isnull=False),
                name="event_period_once",
            ),
            models.UniqueConstraint(
                fields=["event", "year", "phase"],
                condition=Q(channel__isnull=True),
                name="event_period_once_for_all",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="event_period_ends_after_start",
            ),
            models.CheckConstraint(condition=Q(assumed_uplift__gt=0), name="event_period_uplift_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.year} {self.get_phase_display()}"
