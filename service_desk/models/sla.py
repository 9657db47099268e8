"""SLA clocks: the hours they run in, who is promised what, and every clock that ran."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from catalog.models import Store
from catalog.models.stores import in_language
from config.kernel.append_only import AppendOnlyModel
from service_desk.models.tickets import Ticket, TicketQueue

HOURS_HELP = _('Minutes after midnight by weekday, Monday is 0: {"0": [[540, 1320]]} is Monday 09:00-22:00.')
DAYS_HELP = _('Days with other hours, closed where empty: {"2026-10-01": [], "2026-10-10": [[540, 1080]]}.')


class ServiceCalendar(models.Model):
    """The hours in which clocks run, in the zone of the ticket's store."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    english_name = models.CharField(_("English name"), max_length=80, blank=True)
    is_always_open = models.BooleanField(_("day and night"), default=False)
    weekly = models.JSONField(_("weekly hours"), default=dict, blank=True, help_text=HOURS_HELP)
    exceptions = models.JSONField(_("exceptions"), default=dict, blank=True, help_text=DAYS_HELP)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("service calendar")
        verbose_name_plural = _("service calendars")
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name, self.english_name)

    def snapshot(self, zone: str) -> dict[str, object]:
        """As a cycle keeps it: later edits do not judge it again."""
        return {
            "zone": zone,
            "is_always_open": self.is_always_open,
            "weekly": self.weekly,
            "exceptions": self.exceptions,
        }


class SlaPolicy(models.Model):
    """What is promised to tickets of some kind. The first active one that fits counts."""

    position = models.PositiveSmallIntegerField(_("position"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    english_name = models.CharField(_("English name"), max_length=80, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Ticket.Priority, null=True, blank=True)
    contact_channel = models.CharField(_("contact channel"), max_length=6, choices=Ticket.ContactChannel, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Ticket.Kind, blank=True)
    queue = models.ForeignKey(
        TicketQueue, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("queue")
    )
    store = models.ForeignKey(Store, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("store"))
    calendar = models.ForeignKey(
        ServiceCalendar, models.PROTECT, related_name="policies", verbose_name=_("hours of answers")
    )
    resolution_calendar = models.ForeignKey(
        ServiceCalendar, models.PROTECT, related_name="+", verbose_name=_("hours of resolution")
    )
    first_response = models.PositiveIntegerField(
        _("first reply (minutes)"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    next_response = models.PositiveIntegerField(
        _("next reply (minutes)"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    resolution = models.PositiveIntegerField(
        _("resolution (minutes)"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    is_active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("SLA policy")
        verbose_name_plural = _("SLA policies")
        ordering = ["position"]

    def __str__(self) -> str:
        return in_language(self.name, self.english_name)

    def fits(self, ticket: Ticket) -> bool:
        """Whether it is meant for such a ticket; what it does not name it does not ask."""
        asked = ("priority", "contact_channel", "kind", "queue_id", "store_id")
        return all(getattr(self, name) in (None, "", getattr(ticket, name)) for name in asked)

    def calendar_of(self, metric: str) -> ServiceCalendar:
        """The hours that a metric runs in."""
        return self.resolution_calendar if metric == "resolution" else self.calendar


class SlaCycle(models.Model):
    """One run of one clock of a ticket. At most one of a metric runs at a time."""

    class Metric(models.TextChoices):
        FIRST = "first_response", pgettext_lazy("sla metric", "first reply")
        NEXT = "next_response", pgettext_lazy("sla metric", "next reply")
        RESOLUTION = "resolution", pgettext_lazy("sla metric", "resolution")

    class State(models.TextChoices):
        RUNNING = "running", pgettext_lazy("sla cycle", "running")
        MET = "met", pgettext_lazy("sla cycle", "met")
        BREACHED = "breached", pgettext_lazy("sla cycle", "breached")
        VOID = "void", pgettext_lazy("sla cycle", "void")
        MERGED = "merged", pgettext_lazy("sla cycle", "merged")
        NO_REPLY = "resolved_no_reply", pgettext_lazy("sla cycle", "resolved without a reply")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="sla_cycles", verbose_name=_("ticket"))
    metric = models.CharField(_("metric"), max_length=14, choices=Metric)
    state = models.CharField(_("state"), max_length=17, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField(_("started at"))
    target_minutes = models.PositiveIntegerField(_("target (minutes)"))
    calendar = models.JSONField(_("hours"))
    pauses = models.JSONField(_("pauses"), default=list)
    paused_since = models.DateTimeField(_("paused since"), null=True, blank=True)
    warn_50_at = models.DateTimeField(_("half used up"), null=True, blank=True)
    warn_80_at = models.DateTimeField(_("80 % used up"), null=True, blank=True)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    first_ended_at = models.DateTimeField(_("first ended at"), null=True, blank=True)
    breached_at = models.DateTimeField(_("breached at"), null=True, blank=True)
    detected_at = models.DateTimeField(_("detected at"), null=True, blank=True)

    class Meta:
        verbose_name = _("SLA cycle")
        verbose_name_plural = _("SLA cycles")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(ended_at__isnull=True), name="sla_cycle_open_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "metric"], condition=Q(ended_at__isnull=True), name="sla_cycle_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket.number} · {self.get_metric_display()}"


class SlaEvent(AppendOnlyModel):
    """A warning or a breach of a cycle: when it was so, and when it was seen."""

    class Kind(models.TextChoices):
        WARNING_50 = "warning_50", pgettext_lazy("sla event", "half used up")
        WARNING_80 = "warning_80", pgettext_lazy("sla event", "80 % used up")
        BREACHED = "breached", pgettext_lazy("sla event", "breached")

    cycle = models.ForeignKey(SlaCycle, models.PROTECT, related_name="events", verbose_name=_("SLA cycle"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    at = models.DateTimeField(_("when"))
    detected_at = models.DateTimeField(_("detected at"))
    reason = models.CharField(_("reason"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("SLA event")
        verbose_name_plural = _("SLA events")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["cycle", "kind"], name="sla_event_once")]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.kind}"
