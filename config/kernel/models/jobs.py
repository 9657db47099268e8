"""Long tasks: a row is the queue, a message only wakes a worker."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.kernel.job_labels import kind_label


class JobRunQuerySet(models.QuerySet["JobRun"]):
    """Named filters of job runs."""

    def open(self) -> "JobRunQuerySet":
        """Runs that still have work to do."""
        return self.filter(state__in=JobRun.OPEN_STATES)


class JobRun(models.Model):
    """One run of a long task, whoever started it: a button, the schedule or a command."""

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("job state", "queued")
        PLANNING = "planning", pgettext_lazy("job state", "planning")
        RUNNING = "running", pgettext_lazy("job state", "running")
        FINISHING = "finishing", pgettext_lazy("job state", "finishing")
        SUCCEEDED = "succeeded", pgettext_lazy("job state", "succeeded")
        FAILED = "failed", pgettext_lazy("job state", "failed")
        CANCELLED = "cancelled", pgettext_lazy("job state", "cancelled")

    class Trigger(models.TextChoices):
        BUTTON = "button", pgettext_lazy("job trigger", "button")
        SCHEDULE = "schedule", pgettext_lazy("job trigger", "schedule")
        COMMAND = "command", pgettext_lazy("job trigger", "command")

    OPEN_STATES = (State.QUEUED, State.PLANNING, State.RUNNING, State.FINISHING)
    CLOSED_STATES = (State.SUCCEEDED, State.FAILED, State.CANCELLED)

    kind = models.CharField(_("kind"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    trigger = models.CharField(_("started by"), max_length=10, choices=Trigger)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    store_code = models.CharField(_("store"), max_length=40, blank=True)
    # One scheduled slot, one button press: the second start with the same key finds the first run.
    dedupe_key = models.CharField(_("key"), max_length=120, null=True, blank=True, unique=True)
    done_count = models.PositiveIntegerField(_("done"), default=0)
    total_count = models.PositiveIntegerField(_("total"), default=0)
    progress_note = models.CharField(_("step"), max_length=200, blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)
    error_code = models.CharField(_("error code"), max_length=60, blank=True)
    error_message = models.TextField(_("error"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = JobRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["kind", "-id"], name="job_run_kind"),
            models.Index(
                fields=["state"],
                name="job_run_open",
                condition=~Q(state__in=["succeeded", "failed", "cancelled"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["succeeded", "failed", "cancelled"],
                    finished_at__isnull=False,
                )
                | (~Q(state__in=["succeeded", "failed", "cancelled"]) & Q(finished_at__isnull=True)),
                name="job_run_finished_at_iff_closed",
            ),
        ]
        permissions = [("run_jobrun", _("Can start jobs"))]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What the run is about, in the reader's language: "Restock check · tmall · 2026-11-22"."""
        day = self.parameters.get("as_of") or self.parameters.get("day") or ""
        return " · ".join(part for part in (kind_label(self.kind), self.store_code, str(day)) if part)

    @property
    def is_closed(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in self.CLOSED_STATES


class JobRunPart(models.Model):
    """One piece of a run that any worker may do, again if need be, with the same outcome."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("job part state", "waiting")
        RUNNING = "running", pgettext_lazy("job part state", "running")
        DONE = "done", pgettext_lazy("job part state", "done")
        FAILED = "failed", pgettext_lazy("job part state", "failed")

    run = models.ForeignKey(JobRun, models.CASCADE, related_name="parts", verbose_name=_("job run"))
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)
    done_count = models.PositiveIntegerField(_("done"), default=0)
    total_count = models.PositiveIntegerField(_("total"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error_message = models.TextField(_("error"), blank=True)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("job part")
        verbose_name_plural = _("job parts")
        ordering = ["run", "number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="job_part_once")]

    def __str__(self) -> str:
        return f"{self.run} / {self.number}"


class WorkerHeartbeat(models.Model):
    """A sign of life of a process of the machine room."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    beat_at = models.DateTimeField(_("last sign of life"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name
