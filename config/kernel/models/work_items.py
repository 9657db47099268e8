"""Every task that a person does, whatever caused it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.kernel.append_only import AppendOnlyModel


class Sprint(models.Model):
    """A time box that work items can be planned into."""

    name = models.CharField(_("name"), max_length=80)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    goal = models.CharField(_("goal"), max_length=300, blank=True)
    retrospective = models.TextField(_("retrospective"), blank=True)

    class Meta:
        verbose_name = _("sprint")
        verbose_name_plural = _("sprints")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")),
                name="sprint_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return self.name


class WorkItem(models.Model):
    """A task with an owner, a due date in working days, and a link to the place where it is done."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("work item state", "open")
        DOING = "doing", pgettext_lazy("work item state", "doing")
        DONE = "done", pgettext_lazy("work item state", "done")
        DROPPED = "dropped", pgettext_lazy("work item state", "dropped")

    class Priority(models.IntegerChoices):
        HIGH = 1, pgettext_lazy("priority", "high")
        NORMAL = 2, pgettext_lazy("priority", "normal")
        LOW = 3, pgettext_lazy("priority", "low")

    kind = models.CharField(_("kind"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.OPEN)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    # RACI: the owner is the responsible one; a role can own an item until a person takes it.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="work_items",
        verbose_name=_("owner"),
    )
    owner_role = models.CharField(_("owner's role"), max_length=60, blank=True)
    accountable = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("accountable"),
    )
    consulted = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        verbose_name=_("consulted"),
    )
    informed = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        verbose_name=_("informed"),
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    sprint = models.ForeignKey(
        Sprint,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="work_items",
        verbose_name=_("sprint"),
    )
    store_code = models.CharField(_("store"), max_length=40, blank=True)
    source_ref = models.CharField(_("cause"), max_length=120, blank=True)
    link = models.CharField(_("link"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("work item")
        verbose_name_plural = _("work items")
        ordering = ["due_on", "priority", "id"]
        indexes = [
            models.Index(
                fields=["owner", "due_on"],
                name="work_item_open",
                condition=Q(state__in=["open", "doing"]),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "source_ref"],
                condition=Q(state__in=["open", "doing"]) & ~Q(source_ref=""),
                name="work_item_one_open_per_cause",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "dropped"], finished_at__isnull=False)
                | (Q(state__in=["open", "doing"]) & Q(finished_at__isnull=True)),
                name="work_item_finished_at_iff_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class WorkItemEvent(AppendOnlyModel):
    """One move of a work item."""

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="events", verbose_name=_("work item"))
    from_state = models.CharField(_("from"), max_length=7, blank=True)
    to_state = models.CharField(_("to"), max_length=7)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    occurred_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("work item event")
        verbose_name_plural = _("work item events")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.item}: {self.from_state} -> {self.to_state}"
