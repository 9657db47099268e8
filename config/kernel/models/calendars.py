"""Working days, exchange rates, number series and stale days."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.kernel.fields import ExchangeRateField


class CalendarDay(models.Model):
    """A correction to the built-in Chinese calendar of working days: law is dated data that a person can mend."""

    day = models.DateField(_("day"), unique=True)
    is_working = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class ExchangeRate(models.Model):
    """What one unit of a currency is worth in the base currency on a day."""

    day = models.DateField(_("day"))
    currency = models.CharField(_("currency"), max_length=3)
    rate = ExchangeRateField(_("rate"), help_text=_("Units of the base currency for one unit."))
    source = models.CharField(_("source"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["-day", "currency"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "day"], name="exchange_rate_once"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="exchange_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.day}: {self.rate}"


class NumberSeries(models.Model):
    """The last number given out of a series; gaps are allowed, repeats are not."""

    code = models.CharField(max_length=40, unique=True)
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")

    def __str__(self) -> str:
        return f"{self.code}: {self.last}"


class StaleDay(models.Model):
    """A day of a store whose figures must be built again. Written with the late fact, consumed by analytics."""

    fact = models.CharField(max_length=40)
    store_code = models.CharField(max_length=40)
    day = models.DateField()
    reason = models.CharField(max_length=80, blank=True)
    marked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("stale day")
        verbose_name_plural = _("stale days")
        indexes = [models.Index(fields=["fact", "store_code", "day"], name="stale_day_lookup")]

    def __str__(self) -> str:
        return f"{self.fact} {self.store_code} {self.day}"
