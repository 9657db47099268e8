"""Reports as immutable snapshots, who gets them, and what became of each delivery."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Store
from config.kernel.append_only import AppendOnlyModel
from config.kernel.models import JobRun, OutboxMessage


class Report(AppendOnlyModel):
    """What was known of a period when the report was built. Building it again makes a new version beside the old one."""

    class Kind(models.TextChoices):
        DAILY = "daily", pgettext_lazy("report kind", "daily report")
        WEEKLY = "weekly", pgettext_lazy("report kind", "weekly report")
        MONTHLY = "monthly", pgettext_lazy("report kind", "monthly report")

    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    store = models.ForeignKey(
        Store,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("store"),
        help_text=_("Empty: all stores."),
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    job_run = models.ForeignKey(
        JobRun,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("job run"),
    )
    # KPI table, movers, anomalies, data quality: figures and codes only, so that it reads in both languages.
    content = models.JSONField(_("content"))
    content_hash = models.CharField(max_length=64)
    metric_count = models.PositiveIntegerField(_("metrics"), default=0)
    anomaly_count = models.PositiveIntegerField(_("outliers"), default=0)
    is_provisional = models.BooleanField(_("provisional"), default=False)
    built_at = models.DateTimeField(_("built at"))

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-last_day", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "store", "first_day", "version"],
                condition=Q(store__isnull=False),
                name="report_once",
            ),
            models.UniqueConstraint(
                fields=["kind", "first_day", "version"],
                condition=Q(store__isnull=True),
                name="report_once_for_all",
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=models.F("first_day")),
                name="report_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first_day}"


class ReportPicture(AppendOnlyModel):
    """A picture of a report in one language."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="pictures", verbose_name=_("report"))
    name = models.CharField(_("name"), max_length=40)
    language = models.CharField(_("language"), max_length=10)
    file = models.FileField(_("file"), upload_to="reports/%Y/%m/")

    class Meta:
        verbose_name = _("report picture")
        verbose_name_plural = _("report pictures")
        constraints = [models.UniqueConstraint(fields=["report", "name", "language"], name="report_picture_once")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.name}"


class ReportSubscription(models.Model):
    """Who gets which report by mail."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="report_subscriptions",
        verbose_name=_("recipient"),
    )
    kind = models.CharField(_("kind"), max_length=7, choices=Report.Kind)
    store = models.ForeignKey(
        Store,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("store"),
        help_text=_("Empty: all stores."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("report subscription")
        verbose_name_plural = _("report subscriptions")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "store"],
                condition=Q(store__isnull=False),
                name="report_subscription_once",
            ),
            models.UniqueConstraint(
                fields=["user", "kind"],
                condition=Q(store__isnull=True),
                name="report_subscription_once_for_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_kind_display()}"


class ReportDelivery(models.Model):
    """One report to one person, once; its message tells whether it left."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="deliveries", verbose_name=_("report"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=_("recipient"),
    )
    message = models.ForeignKey(
        OutboxMessage,
        models.PROTECT,
        related_name="report_deliveries",
        verbose_name=_("message"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("report delivery")
        verbose_name_plural = _("report deliveries")
        constraints = [models.UniqueConstraint(fields=["report", "user"], name="report_delivery_once")]

    def __str__(self) -> str:
        return f"{self.report_id} -> {self.user_id}"
